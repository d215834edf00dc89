"""What crosses the door of booking. Instants are aware, in UTC; times of day and weekdays are the city's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from gorod.engines.rules.data import Verdict


class Channel(StrEnum):
    """For whom a seat is kept. What is kept, but for emergencies, becomes everybody's shortly before its time
    (`Bookable.reserved_hours`)."""

    PUBLIC = "public"  # anybody who may book
    REFERRAL = "referral"  # who was referred
    COUNTER = "counter"  # by telephone and at the counter
    EMERGENCY = "emergency"  # only those who work there give it away


class Status(StrEnum):
    """Of an appointment, as FHIR R4 calls it."""

    PROPOSED = "proposed"  # a place that became free, offered to who waited for one
    PENDING = "pending"  # held, not confirmed
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


LIVE = (Status.PENDING, Status.BOOKED, Status.ARRIVED)  # one of these a person and service
COMING = (Status.BOOKED, Status.ARRIVED)


class Why(StrEnum):
    """Why an appointment is cancelled."""

    PERSON = "person"  # by whom it was for
    PROVIDER = "provider"  # who was to see them is away
    EXPIRED = "expired"  # not confirmed in time
    DECLINED = "declined"  # an offer that was not wanted
    REPLACED = "replaced"  # by another place that the person took


class Away(StrEnum):
    """Why a provider is not there."""

    LEAVE = "leave"
    ILLNESS = "illness"
    CLOSED = "closed"


class ProviderKind(StrEnum):
    """Whose time it is."""

    PRACTITIONER = "practitioner"
    TEAM = "team"  # a window, an office: whoever is on duty
    PLACE = "place"  # a pitch, a hall


class Mode(StrEnum):
    """How one meets."""

    IN_PERSON = "in_person"
    VIDEO = "video"


@dataclass(frozen=True, kw_only=True)
class Portion:
    """So many percent of the slots become bookable so many days before their day, at this time of the city."""

    days: int
    at: time
    percent: int = 100


@dataclass(frozen=True, kw_only=True)
class NoShowRule:
    """Who did not come `times` within `within_days` books by telephone or at the counter for `pause_days` after the last
    of them."""

    times: int
    within_days: int
    pause_days: int


@dataclass(frozen=True, kw_only=True)
class Bookable:
    """A service that is booked. `at`: the fact whose value is the code of the only location where this person may book; empty:
    anywhere. `hold_minutes` to confirm, `answer_minutes` to answer an offer, `first_choice_hours` for whom the provider let
    down."""

    service: str
    agency: str
    portions: tuple[Portion, ...]
    at: str = ""
    referral: bool = False
    hold_minutes: int = 5
    answer_minutes: int = 60
    first_choice_hours: int = 24
    reserved_hours: int = 24
    remind_hours: tuple[int, ...] = (24,)
    no_show: NoShowRule | None = None

    @property
    def horizon_days(self) -> int:
        """How far ahead slots are made."""
        return max(portion.days for portion in self.portions) + 1


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where one goes. `lon`, `lat`: degrees in WGS 84, None: not known."""

    location_id: UUID
    code: str
    names: Mapping[str, str]
    agency: str
    address: str
    district: str
    lon: float | None
    lat: float | None
    phone: str
    version: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Who or what is booked."""

    provider_id: UUID
    code: str
    kind: ProviderKind
    name: str
    location_id: UUID
    version: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From when until when on a weekday (ISO: 1 is Monday)."""

    weekday: int
    begins: time
    ends: time


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A provider's weekly hours for a service. `until`: the last day, None: for good. `kept`: percent of the seats by channel;
    `capacity`: people a slot."""

    provider_id: UUID
    service: str
    hours: tuple[Hours, ...]
    minutes: int
    since: date
    until: date | None = None
    capacity: int = 1
    room: str = ""
    mode: Mode = Mode.IN_PERSON
    kept: Mapping[Channel, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time of a provider. `free`: seats that who asked could take now."""

    slot_id: UUID
    service: str
    starts: datetime
    ends: datetime
    opens: datetime
    provider: Provider
    location: Location
    room: str
    mode: Mode
    capacity: int
    free: int = 0


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """A person's place in a slot. `told_id`: who is told of it (a parent);
    `until`: when a hold or an offer ends; `moving_to`: the place that is held to move there.
    `version` grows with every change."""

    appointment_id: UUID
    party_id: UUID
    told_id: UUID
    status: Status
    slot: Slot
    made_at: datetime
    made_by: str
    until: datetime | None
    moving_to: Slot | None
    why: Why | None
    first_choice_until: datetime | None
    wish_id: UUID | None
    excused: bool
    appeal: str
    appeal_open: bool
    answer: str
    version: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was done with an appointment: what it became, for which time, by whom."""

    status: Status
    why: Why | None
    starts: datetime
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A provider is away."""

    absence_id: UUID
    provider: Provider
    begins: datetime
    ends: datetime
    kind: Away


@dataclass(frozen=True, kw_only=True)
class Day:
    """A location on a day: its slots in order of time, and the appointments in each that are not cancelled."""

    location: Location
    slots: tuple[Slot, ...]
    appointments: Mapping[UUID, tuple[Appointment, ...]]
    called_off: frozenset[UUID]


class SlotState(StrEnum):
    """What can be done with a slot now."""

    FREE = "free"
    TAKEN = "taken"
    NOT_OPEN = "not_open"  # free, and only those who work there give it away yet
    CALLED_OFF = "called_off"
    OVER = "over"  # it has begun


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What of an agency's own is asked for; None: whatever it is. The slot begins in [since, until). `states`: of slots
    (`SlotState`) or appointments (`Status`). `after`: beginning and id of the last one that is known already."""

    agency: str
    ids: Collection[UUID] | None = None
    plan_ids: Collection[UUID] | None = None
    services: Collection[str] | None = None
    location_ids: Collection[UUID] | None = None
    provider_ids: Collection[UUID] | None = None
    party_ids: Collection[UUID] | None = None
    states: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class SlotNow:
    """A slot as it stands. Its `free` counts the seats of every kind."""

    slot: Slot
    plan_id: UUID
    state: SlotState
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class KnownPlan:
    """A plan as it is kept."""

    plan_id: UUID
    plan: Plan
    version: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """When and where somebody would come. Days of the city, both included; empty `locations`, `weekdays`: any; times of day:
    the slot begins in [begins, ends)."""

    service: str
    since: date
    until: date
    begins: time = time(0)
    ends: time = time(23, 59)
    weekdays: tuple[int, ...] = ()
    locations: tuple[UUID, ...] = ()
    provider_id: UUID | None = None


class WishState(StrEnum):
    """How a wish stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    DONE = "done"
    ENDED = "ended"  # withdrawn, its days are over, or too often without an answer


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A wish in the waiting list. `place`: how many are before it among those who want a place that would suit it too, plus one; 0
    when it waits no more."""

    wish_id: UUID
    party_id: UUID
    wanted: Wanted
    state: WishState
    made_at: datetime
    place: int
    unanswered: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How somebody stands with the no-show rule of a service: how often they did not come in its time, and until when they book by
    telephone only (None: they do not)."""

    rule: NoShowRule | None
    missed: int
    paused_until: date | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether somebody may book. `failing` and `missing`: conditions and facts of the service's rule. `only_at`: code of the only
    location, empty: any. `referral_id`: what would be used up."""

    verdict: Verdict
    failing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    only_at: str = ""
    needs_referral: bool = False
    referral_id: UUID | None = None
    standing: Standing | None = None

    @property
    def may(self) -> bool:
        """Whether nothing speaks against it."""
        paused = self.standing is not None and self.standing.paused_until is not None
        return self.verdict is Verdict.DUE and not self.needs_referral and not paused
