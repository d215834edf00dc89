"""What crosses the door of journeys: life events as graphs, and one family's way through one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gorod.kernel.expressions.data import Expression, Scalar
from gorod.kernel.periods import add_months
from gorod.records.facts.data import Missing


class Mode(StrEnum):
    """Who makes a step start."""

    AUTOMATIC = "automatic"  # the platform applies, consent was given once
    OFFERED = "offered"  # the person says yes or no
    INFORMED = "informed"  # somebody else acts; the person is told


class StepState(StrEnum):
    """Where a step is."""

    LATER = "later"  # results it needs do not exist yet
    NOT_DUE = "not_due"  # a condition fails (said which); looked at again when facts change
    ASKS = "asks"  # a fact is missing (said which)
    WAITING = "waiting"  # a dated figure is late
    OFFERED = "offered"
    INFORMED = "informed"
    UNDER_WAY = "under_way"  # a case is open
    DONE = "done"
    REFUSED = "refused"
    DECLINED = "declined"
    STOPPED = "stopped"  # the life event was retracted


TERMINAL = frozenset({StepState.DONE, StepState.REFUSED, StepState.DECLINED, StepState.STOPPED})


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """A service inside a life event. `needs` are steps (service names) whose results must exist.

    `subject` is the role whose facts decide; `applicants` the roles that may apply, first present one first. The offer
    ends `expires_months` after the date fact `expires_after` of the subject.
    """

    service: str
    needs: tuple[str, ...]
    mode: Mode
    subject: str
    applicants: tuple[str, ...]
    expires_months: int | None = None
    expires_after: str = ""

    def last_day(self, start: Scalar | None) -> date | None:
        """The last day of the offer, from the value of `expires_after`; None when it has none, or nobody knows it."""
        if not isinstance(start, date) or self.expires_months is None:
            return None
        return add_months(start, self.expires_months)


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """A life event of the city, assembled from the services that join it; `steps` in an order that respects `needs`.

    `roles`: role → relation of the one it is about ('mother': 'mother'). `goes_on`: it does not end although the one it is
    about is gone (a death). `applicants_must`: what must be known of a person before they are offered anything.
    """

    name: str
    about: str
    roles: Mapping[str, str]
    steps: Mapping[str, StepDefinition]
    goes_on: bool = False
    applicants_must: Expression | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of one family. `failing` names conditions that are false (of a step with a case: needs whose results are gone),
    `missing` what is asked and of whom."""

    step_id: UUID
    journey_id: UUID
    service: str
    mode: Mode
    state: StepState
    needs: tuple[str, ...]
    subject_id: UUID
    applicant_id: UUID | None
    failing: tuple[str, ...]
    missing: tuple[Missing, ...]
    amount: int | None
    offer_until: date | None
    case_id: UUID | None
    reason: str
    assessment_id: UUID | None


class JourneyState(StrEnum):
    """Whether the thing that happened still stands."""

    OPEN = "open"
    RETRACTED = "retracted"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One life event of one family. `events` are those that say it happened."""

    journey_id: UUID
    life_event: str
    about_id: UUID
    state: JourneyState
    opened_at: datetime
    events: tuple[UUID, ...]
    members: Mapping[str, UUID]
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class StepChange:
    """One change of one step, for the history."""

    at: datetime
    service: str
    before: str
    after: str
    reason: str
