"""What crosses the door of offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gorod.engines.sweeps.data import Change


class OfferState(StrEnum):
    """Where an offer is."""

    OPEN = "open"
    ACCEPTED = "accepted"  # there is a case, whoever applied at whatever door
    DECLINED = "declined"  # the person said no; they may change their mind
    WITHDRAWN = "withdrawn"  # it is due no more, its time is over, or nobody is there to say yes


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a sweep found due to a person. `applicant_id` was told; `amount` in kopecks; `until` its last day. `found_on`: the day
    that the sweep looked at; `conditions`: those of the rule, which all held; `failing`: those it was withdrawn for."""

    offer_id: UUID
    service: str
    subject_id: UUID
    applicant_id: UUID
    state: OfferState
    state_at: datetime
    made_at: datetime
    amount: int | None
    until: date | None
    sweep: str
    found_on: date
    conditions: tuple[str, ...]
    failing: tuple[str, ...]
    reason: str
    assessment_id: UUID
    case_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class OfferChange:
    """One thing that happened to an offer, in the order it was recorded. `amount`: in kopecks, from then on."""

    at: datetime
    state: str
    amount: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Following:
    """What follows from a sweep, in batches of people. `before`: the sweeps that it was compared with; none: it is the first, and
    nothing follows. `made`: offers made so far."""

    sweep: str
    before: tuple[str, ...]
    as_of: date
    at: datetime
    changes: tuple[Change, ...]
    people: int
    batches: int
    done: int
    made: int

    @property
    def began(self) -> int:
        """To how many something is newly due, once for each service."""
        return sum(one.began for one in self.changes)

    @property
    def ceased(self) -> int:
        """For how many something ended, once for each service."""
        return sum(one.ceased for one in self.changes)
