"""What crosses the door of allotment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gorod.records.facts.data import Fact
from gorod.verify.allotment.problem import Place, Words

ANNOUNCED, CLOSED, RESULT, SEAT = "allotment.announced", "allotment.closed", "allotment.result", "allotment.seat"
"""Kinds of entries in the ledger: before the opening, when the input is fixed, when it is dealt, each seat that moves after."""

NOT_FOR_THEM = "who"  # why somebody took no part: the rule is not true of them


class State(StrEnum):
    """How far an allotment is. Each follows from the one before."""

    DRAFT = "draft"  # can be changed
    ANNOUNCED = "announced"  # everything is fixed on the ledger, the lottery's secret too
    OPEN = "open"  # applications are taken and changed
    CLOSING = "closing"  # no more; the registers are asked who holds which criterion
    FIXED = "fixed"  # the input is on the ledger, and is waited for to be published there
    DEALT = "dealt"  # seats are accepted and declined, and passed on


PUBLIC = tuple(state for state in State if state is not State.DRAFT)


class Held(StrEnum):
    """How it stands with a seat that somebody was given."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # no answer in time
    GIVEN_UP = "given_up"  # for a better one


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """What somebody holds or not. Either `rule`, in the language of rules: true everywhere. Or `here`, a fact: true at the places
    whose code (`by` is "code") or district ("district") is its value."""

    code: str
    words: Words
    rule: str = ""
    here: str = ""
    by: str = "code"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is dealt out and how. `who`: who may have a place, in the language of rules. `opens`, `closes`: with a time zone.
    `answer_days`: to accept a seat, that of the offer not counted. `districts`: of places, by id; empty for none."""

    title: Words
    about: Words
    agency: str
    opens: datetime
    closes: datetime
    answer_days: int
    who: str
    criteria: tuple[Criterion, ...]
    places: tuple[Place, ...]
    districts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Allotment:
    """`document`: the plan as it was written. `commitment`: to the lottery's secret, once announced; `rules`: hash of the published
    plan. `input`, `result`: hashes of the files, once there are any. `problem`: why it does not go on."""

    allotment_id: UUID
    state: State
    document: str
    plan: Plan
    commitment: str
    rules: str
    input: str
    beacon: str
    result: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A seat that somebody was given: `until` when (city date, that day included) it waits for an answer. `from_list`: from the
    reserve list, not in the dealing."""

    seat_id: UUID
    place: str
    held: Held
    until: date
    from_list: bool


@dataclass(frozen=True, kw_only=True)
class Application:
    """One for a child (`party_id`, whichever id it was made under), made by `by_id`. `number`: anonymous, in all public files.
    `wishes`: ids of places, the best first. `together`: the group, empty for none. `left_out`: why they took no part: names of
    facts that are not known, or that the rule is not true of them ("who"). `told`: what came of it and why, paragraphs by
    language. `seats`: the latest last."""

    application_id: UUID
    allotment_id: UUID
    title: Words
    party_id: UUID
    by_id: UUID
    number: str
    wishes: tuple[str, ...]
    together: str
    withdrawn: bool
    left_out: tuple[str, ...]
    told: Mapping[str, tuple[str, ...]]
    seats: tuple[Seat, ...]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the city knows of a criterion: `holds`, None: not known; `places` at which, of one that is not everywhere; `facts` that
    it rests on, with where they come from, those that may be shown; `missing`: names of what is not known."""

    criterion: Criterion
    holds: bool | None
    places: tuple[str, ...]
    facts: tuple[Fact, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many applications there are; how often each place is wished for, and wished for first; how many seats are given and
    accepted at each now; whose turn is next on each reserve list is said by the result."""

    applications: int
    wished: Mapping[str, int]
    first: Mapping[str, int]
    given: Mapping[str, int]
    accepted: Mapping[str, int]
    waiting: Mapping[str, tuple[str, ...]]
