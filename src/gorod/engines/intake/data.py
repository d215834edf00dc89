"""What crosses the door of intake: definitions of event types, received events, what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PersonRule:
    """How a person in an event is found. `at`: dotted path in the data. `match`: identifier schemes tried together.
    `otherwise`: create | park. `absent`: what a missing optional person means for its relation: none | unknown."""

    role: str
    at: str
    match: tuple[str, ...]
    otherwise: str = "park"
    optional: bool = False
    absent: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class StatementRule:
    """A fact an event states. Value from the data (`at`), fixed (`value`) or copied from another role (`like`)."""

    about: str
    fact: str
    at: str = ""
    value: bool | int | str | None = None
    like: str = ""
    from_at: str = ""  # path of the date it is valid from; otherwise the event's time
    until_at: str = ""
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class RelationRule:
    """A relation an event states: both directions are written when `inverse` is named."""

    about: str
    relation: str
    to: str
    inverse: str = ""


@dataclass(frozen=True, kw_only=True)
class EventType:
    """One type of event a city accepts. `action`: state | status | retract | death | payment."""

    type: str
    senders: tuple[str, ...]
    schema: Mapping[str, Any]
    action: str = "state"
    persons: tuple[PersonRule, ...] = ()
    states: tuple[StatementRule, ...] = ()
    relations: tuple[RelationRule, ...] = ()
    life_event: str = ""
    about: str = ""
    completes: tuple[str, ...] = ()
    meaning: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


class Fate(StrEnum):
    """What became of a received event."""

    ACCEPTED = "accepted"
    PARKED = "parked"
    REPEATED = "repeated"
    RETRACTED = "retracted"


@dataclass(frozen=True, kw_only=True)
class CloudEvent:
    """A CloudEvents 1.0 event, already parsed. `time` aware, UTC when the sender gave none: the time of receipt."""

    id: str
    source: str
    type: str
    time: datetime
    data: Mapping[str, Any]
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The answer to a sender: our id of the event and its fate; `reason` says why it was parked."""

    event_id: UUID
    fate: Fate
    reason: str = ""
    journey_id: UUID | None = None
