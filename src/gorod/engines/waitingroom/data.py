"""What crosses the door of the waiting room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

GRACE_SECONDS = 1  # after the opening: who was on the way at that moment was there
CLAIM_SECONDS = 90  # how long a free place inside is held for somebody who does not come for it
STAY_SECONDS = 600
TOUCH_SECONDS = 30  # that somebody inside was seen is written at most so often
SLOW_SECONDS = 1.0  # when the slowest twentieth of the requests behind the door takes longer, fewer are let in
MEASURED_SECONDS = 5  # over which requests are measured
KEEP_DAYS = 30  # after the closing, who had which place


class State(StrEnum):
    """How far an opening is. It follows from the clock, and for OPEN from the draw."""

    ANNOUNCED = "announced"
    GATHERING = "gathering"  # until the places are drawn, a moment after the opening
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """An announced opening. Times are aware; `capacity`: how many people may be inside at once."""

    opening_id: UUID
    service: str
    title: Mapping[str, str]
    gathers_at: datetime
    opens_at: datetime
    closes_at: datetime
    capacity: int
    stay_seconds: int
    state: State


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What everybody may know of an opening at a moment.

    `present`: who came; `given`: places given, 1 to `given`; `let_in`: places whose turn has come, 1 to `let_in`; `allowed`: how
    many may be inside now, at most `capacity`; `rate`: how many leave a minute, None until it is known.
    """

    opening: Opening
    now: datetime
    present: int
    given: int
    let_in: int
    allowed: int
    rate: float | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Somebody's place. `number`: None until it is given; `ticket`: proves it, and says nothing about who it is; `inside`: they may
    be inside now."""

    opening_id: UUID
    arrival_id: int
    number: int | None
    ticket: str
    inside: bool


class Answer(StrEnum):
    """Whether somebody may go in."""

    FREE = "free"  # nothing is announced: there is no door
    WAITING = "waiting"
    INSIDE = "inside"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether somebody may go in. `place`: None for who has not come to the opening yet."""

    answer: Answer
    opening: Opening | None = None
    place: Place | None = None

    @property
    def may(self) -> bool:
        """Whether they may go in."""
        return self.answer is not Answer.WAITING


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One arrival in the record. `batch`: 1 for who took part in the draw, then 2, 3, … as places were given to who came later."""

    arrival_id: int
    batch: int
    place: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """How places were given: the seed of the draw, and every arrival by place, without who it was."""

    opening_id: UUID
    service: str
    opens_at: datetime
    drawn_at: datetime
    seed: bytes
    arrivals: tuple[Drawn, ...]
