"""What crosses the door of journeys: life events as graphs, and one family's way through one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


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


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """A service inside a life event. `needs` are steps (service names) whose results must exist.
    `subject` is the role whose facts decide; `applicants` the roles that may apply, first present one first.
    `expires_months` after the date fact `expires_after` of the subject the offer ends."""

    service: str
    needs: tuple[str, ...]
    mode: Mode
    subject: str
    applicants: tuple[str, ...]
    order: int = 0
    expires_months: int | None = None
    expires_after: str = ""
    payee: str = ""
    payment_every: str = ""  # '' no payment, 'once', 'month'
    names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language → key → text


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """A life event of the city, assembled from the services that join it."""

    name: str
    names: Mapping[str, str]
    about: str  # the role whose journey it is (child)
    roles: tuple[str, ...]
    role_relations: Mapping[str, str]  # role → relation of the one it is about ('mother': 'mother')
    steps: Mapping[str, StepDefinition]
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of one family."""

    step_id: UUID
    service: str
    mode: Mode
    state: StepState
    needs: tuple[str, ...]
    subject_id: UUID
    applicant_id: UUID | None
    failing: tuple[str, ...]
    missing: tuple[str, ...]
    amount: int | None
    offer_until: date | None
    case_id: UUID | None
    reason: str
    assessment_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One life event of one family."""

    journey_id: UUID
    life_event: str
    about_id: UUID
    state: str  # open | retracted | closed
    opened_at: datetime
    opened_by: UUID | None  # event id
    members: Mapping[str, UUID]
    steps: tuple[Step, ...]
