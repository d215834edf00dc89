"""What the API answers, for OpenAPI. Field names are those of the engines' data; money is kopecks, instants are UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field


class ReceiptOut(Schema):
    """What became of one event."""

    event: UUID
    fate: str
    reason: str = ""
    journey: UUID | None = None


class EventTypeOut(Schema):
    """An event type that the city takes."""

    type: str
    senders: list[str]
    meaning: dict[str, str]
    data_schema: dict[str, Any]


class FeedOut(Schema):
    """A part of an agency's feed: CloudEvents in order. `last` is the number to ask after next."""

    events: list[dict[str, Any]]
    last: int


class HistoryOut(Schema):
    """One thing that happened to a case."""

    at: datetime
    what: str
    by: str
    status: str
    detail: dict[str, Any]


class DecisionOut(Schema):
    """A decision with its reasons and law."""

    decision_id: UUID
    approved: bool
    reasons: list[str]
    law: list[str]
    decided_by: str
    decided_at: datetime
    amount: int | None
    valid_from: date | None
    valid_to: date | None


class CaseOut(Schema):
    """A case as its owner and its people see it."""

    number: str
    service: str
    owner: str
    subject: UUID
    applicant: UUID
    status: str
    phase: str
    status_at: datetime
    opened_at: datetime
    deadline: date
    actions: list[str]
    amount: int | None
    data: dict[str, Any]
    decision: DecisionOut | None = None
    history: list[HistoryOut] = []


class RecoveryOut(Schema):
    """Money that may have been paid without a right."""

    recovery_id: UUID
    case: str
    period: str
    amount: int
    reason: str
    state: str
    hearing_until: date
    heard: str


class MissingOut(Schema):
    """A fact that must be supplied before an answer exists; `meaning` in the language asked for."""

    name: str
    of: UUID
    owner: str
    may_ask: bool
    meaning: str


class DueOut(Schema):
    """What one service answers: `failing` as plain sentences by condition."""

    service: str
    name: str
    verdict: str
    failing: dict[str, str]
    missing: list[MissingOut]
    late: list[str]
    amount: int | None
    values: list[str]
    law: list[str]
    as_of: date
    known_at: datetime


class StepOut(Schema):
    """One step of a life event."""

    step_id: UUID
    service: str
    name: str
    mode: str
    state: str
    needs: list[str]
    subject: UUID
    failing: dict[str, str]
    missing: list[MissingOut]
    amount: int | None
    offer_until: date | None
    case: str | None
    reason: str


class OfferOut(Schema):
    """What a review of the whole city found due outside life events; `found_on` is its day. `case`: what a yes came to."""

    offer_id: UUID
    service: str
    name: str
    state: str
    subject: UUID
    amount: int | None
    until: date | None
    found_on: date
    failing: dict[str, str]
    case: str | None


class JourneyOut(Schema):
    """A life event of a family with its steps in order."""

    journey_id: UUID
    life_event: str
    name: str
    state: str
    about: UUID
    opened_at: datetime
    steps: list[StepOut]


class ProvenanceOut(Schema):
    """Where a fact comes from."""

    source: str
    owner: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    verified_on: date | None


class FactOut(Schema):
    """One fact; `value` null: unknown. `provenance` null: derived, or the register's silence."""

    name: str
    meaning: str
    value: bool | int | date | str | None
    disputed: bool
    provenance: ProvenanceOut | None


class ReadingOut(Schema):
    """Who looked at what and why."""

    at: datetime
    reader_kind: str
    reader: str
    purpose: str
    names: list[str]


class MessageOut(Schema):
    """One message of the inbox."""

    message_id: UUID
    kind: str
    subject: str
    body: str
    language: str
    created_at: datetime
    read_at: datetime | None


class OrderOut(Schema):
    """One payment order."""

    order_id: UUID
    service: str
    period: str
    amount: int
    state: str
    state_at: datetime


class ConsentOut(Schema):
    """What a resident allowed or switched off, and when."""

    scope: str
    allowed: bool
    at: datetime
    by: str


class ServiceOut(Schema):
    """A service of the catalogue."""

    service: str
    area: str
    archetype: str
    owner: str
    law: list[str]
    names: dict[str, str]
    summaries: dict[str, str]
    gives: dict[str, str]
    asks: list[str]
    facts: list[str]
    life_events: list[str]
    statuses: dict[str, str]
    decides_by: str
    refusals: list[str]
    carries: list[str]


class ResidentOut(Schema):
    """The resident that identifiers lead to."""

    resident: UUID


class IdentifiersIn(Schema):
    """Strong identifiers: scheme → value."""

    identifiers: dict[str, str]


class ValuesIn(Schema):
    """Facts that a person supplies: name → value; dates as ISO 8601 text."""

    values: dict[str, bool | int | str]


class ApplyIn(Schema):
    """An application. `about` is the person it is for, the applicant unless said."""

    service: str
    about: UUID | None = None
    data: dict[str, bool | int | str] = {}


class AnswerIn(Schema):
    """What the form or the agency asked."""

    data: dict[str, bool | int | str] = {}


class ReasonIn(Schema):
    """Why."""

    reason: str = ""


class AccountIn(Schema):
    """Where money goes: 20 digits or an IBAN."""

    account: str


class EmailIn(Schema):
    """An e-mail address, or nothing."""

    email: Annotated[str, Field(max_length=254, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")]


class ReadIn(Schema):
    """Messages that the resident has seen."""

    messages: Annotated[list[UUID], Field(max_length=1000)]


class ConsentIn(Schema):
    """A word about a scope: offers, offers:<service>, automatic:<life event>, renewal:<service>."""

    scope: str
    allowed: bool


class PersonDecidesIn(Schema):
    """What an official decided: their name goes into the history."""

    by: str
    reason: str


class ClaimIn(PersonDecidesIn):
    """Whether money is claimed back or waived."""

    claim: bool
