"""What crosses the door of facts: definitions of the vocabulary, values with their provenance, a reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import polars as pl

from gorod.kernel.expressions.data import Scalar, Type


class Kind(StrEnum):
    """How a fact comes to be known."""

    STATED = "stated"  # a register says it
    SQL = "sql"  # the closed list over other facts of the same person
    AGE = "age"  # whole units between a date and `as_of`
    VIA = "via"  # a fact of the person at the other end of a to-one relation
    AGGREGATE = "aggregate"  # strict, over the members of a relation


class Aggregate(StrEnum):
    """Aggregates over a relation. Strict: one member's missing fact makes the result unknown."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class FactDefinition:
    """One name of the vocabulary.

    `absent` is what no row means in a complete register; None: no row means unknown. `ask` is the question in each
    language if a person may supply the fact, `what_if` the one for who only supposes it. `sensitive` facts of
    another adult are never shown, only that a condition fails.
    `code_names`: what people call a code, code → language → words. `low` and `high` bound ints (dates: days since 1970-01-01).
    """

    name: str
    type: Type
    kind: Kind
    owner: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    low: int | None = None
    high: int | None = None
    codes: tuple[str, ...] = ()
    code_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    absent: Scalar | None = None
    ask: Mapping[str, str] | None = None
    what_if: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool = False
    hidden_by: str = ""  # a boolean fact of the same person: while it is true nobody else is shown this one
    sql: str = ""
    of: str = ""  # AGE: the date fact
    age_unit: str = ""  # AGE: years | months | days
    relation: str = ""  # VIA, AGGREGATE
    fact: str = ""  # VIA, AGGREGATE (not for count)
    aggregate: Aggregate | None = None
    if_none: Scalar | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class RelationDefinition:
    """One name of a relation. Stated (`paths` empty) or the union of paths of stated relations ('self' is the person).

    `many` and `complete`: for a stated to-many relation no row means *empty* when complete, else *unknown*.
    `where` keeps members for whom it is true; an unknown answer makes the whole relation unknown.
    """

    name: str
    many: bool
    complete: bool = False
    inverse: str = ""
    owner: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    where: str = ""
    ask: Mapping[str, str] | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Everything a city may know, by name. `stopped_by`: the boolean fact that ends a person's part in everything (a death)."""

    facts: Mapping[str, FactDefinition]
    relations: Mapping[str, RelationDefinition]
    stopped_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where one stated value comes from."""

    statement_id: UUID
    source: str
    owner: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    verified_on: date | None
    event_id: UUID | None
    decision_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One value of one person. `value` None: unknown. `provenance` is empty for derived facts and absences;
    `disputed` says that a value exists but an open dispute makes it unknown."""

    party_id: UUID
    name: str
    value: Scalar | None
    provenance: Provenance | None = None
    disputed: bool = False


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: an agency, a resident, a service of the platform itself."""

    kind: str  # agency | resident | official | platform
    name: str


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A base fact that must be supplied before an answer exists: of whom, which, and whether a person may be asked.

    `relation` is set when it is not a fact but a link (who is the father) that is unknown.
    """

    party_id: UUID
    name: str
    owner: str
    may_ask: bool
    relation: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Missing:
        """What `kernel.canonical.plain` made of it, read back."""
        return cls(**{**stored, "party_id": UUID(stored["party_id"])})


@dataclass(frozen=True, kw_only=True)
class ReadingRecord:
    """One row of the access log, as the person concerned sees it. `proved`: the ledger knows it."""

    reading_id: UUID
    at: datetime
    reader: Reader
    purpose: str
    names: tuple[str, ...]
    proved: bool


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What facts are made of: stated facts, stated relations (those of `many` hold several others), and how many relations away
    the farthest person stands whose facts count. `form`: a digest of how rows are read as these facts."""

    stated: tuple[str, ...]
    relations: frozenset[str]
    many: frozenset[str]
    hops: int
    form: str


@dataclass(frozen=True)
class Arranged:
    """Rows of the registers as columns. `frame`: person and stated facts; `misfits`: of which facts how many rows hold what such a
    fact cannot be, because its definition was another one when they came. These count as unknown."""

    frame: pl.DataFrame
    misfits: Mapping[str, int]
