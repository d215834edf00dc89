"""What crosses the door of polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gorod.verify.polls.settings import Question, Settings, Trustees, Words

OTHERS = "others"  # the districts of which too few are to be named, put together


class State(StrEnum):
    """How far a version is. Each follows from the one before."""

    DRAFT = "draft"  # can be changed
    ANNOUNCING = "announcing"  # who may take part is being counted
    ANNOUNCED = "announced"  # everything is fixed on the ledger
    OPEN = "open"
    CLOSING = "closing"  # nothing is taken any more; the ledger takes up what came last
    CLOSED = "closed"  # the key is published, or waited for; papers are counted
    COUNTED = "counted"


RUNNING = (State.ANNOUNCED, State.OPEN, State.CLOSING, State.CLOSED)
PUBLIC = (*RUNNING, State.COUNTED)


class Channel(StrEnum):
    """How somebody takes part."""

    DEVICE = "device"
    PAPER = "paper"


class Carried(StrEnum):
    """How far the city is with what it said it would do."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class TrusteesKey:
    """A key that trustees have made without the city (`gorod-verify trustees`): its public half, and who holds shares of the other
    one."""

    public: bytes
    trustees: Trustees


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is to be asked. `who`: may take part, in words; `rule`: in the language of rules. `opens`, `closes`: with a time zone.
    `points`: given for taking part."""

    title: Words
    about: Words
    questions: tuple[Question, ...]
    who: Words
    rule: str
    opens: datetime
    closes: datetime
    again: bool = True
    points: int = 0
    trustees: TrusteesKey | None = None


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a poll. `settings`: as on the ledger, once announced. `result`: as `Audit.result`, with `alarms`,
    `not_counted` and `texts` of the audit. `turnout`: how many took part by district, small ones together. `problem`: why it is not
    announced."""

    version_id: UUID
    poll_id: UUID
    number: int
    state: State
    draft: Draft
    settings: Settings | None
    as_of: date | None
    papers: int
    key_published: bool
    shares: tuple[str, ...]
    result: Mapping[str, Any] | None
    turnout: Mapping[str, int] | None
    problem: str

    @property
    def title(self) -> Words:
        """What it is called, by language."""
        return self.draft.title


@dataclass(frozen=True, kw_only=True)
class Part:
    """That somebody has taken part: in which version, how, on which day; of a token its entry in the ledger."""

    version_id: UUID
    poll_id: UUID
    title: Words
    channel: Channel
    day: date
    points: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What the city does because of a poll."""

    measure_id: UUID
    poll_id: UUID
    words: Words
    state: Carried
    district: str
    due: date | None
    at: datetime
