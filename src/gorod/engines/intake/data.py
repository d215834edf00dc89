"""What crosses the door of intake: definitions of event types, received events, what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Action(StrEnum):
    """What an event does."""

    STATE = "state"  # it states facts and relations
    STATUS = "status"  # an agency's status of a case
    PAYMENT = "payment"  # the treasury's status of an order
    RETRACT = "retract"  # an earlier event of the same sender was wrong


@dataclass(frozen=True, kw_only=True)
class PersonRule:
    """How a person in an event is found.

    `at`: dotted path of an object with `identifiers` (scheme → value) and `names`. `match`: the schemes tried, all together.
    `otherwise`: create | park. `optional`: may be left out; `absent` then says what that means for relations to them: none
    (known to have none) or unknown.
    """

    role: str
    at: str
    match: tuple[str, ...]
    otherwise: str = "park"
    optional: bool = False
    absent: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class StatementRule:
    """A fact that an event states about a role: from the data (`at`, a dotted path) or fixed (`value`).

    `from_at` and `until_at` are paths of the dates it is valid from and until (excluded); else from the event's city date.
    """

    about: str
    fact: str
    at: str = ""
    value: bool | int | str | None = None
    from_at: str = ""
    until_at: str = ""
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class RelationRule:
    """A relation that an event states, with the row of the other party when `inverse` names it. `ends`: it is over."""

    about: str
    relation: str
    to: str
    inverse: str = ""
    ends: bool = False
    from_at: str = ""


@dataclass(frozen=True, kw_only=True)
class EventType:
    """One type of event that a city accepts.

    `provisional`: what it states gives way to the register's own word. `life_event`: what it starts, about role `about`.
    """

    type: str
    senders: tuple[str, ...]
    schema: Mapping[str, Any]
    action: Action = Action.STATE
    persons: tuple[PersonRule, ...] = ()
    states: tuple[StatementRule, ...] = ()
    relations: tuple[RelationRule, ...] = ()
    life_event: str = ""
    about: str = ""
    provisional: bool = False
    meaning: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


class Fate(StrEnum):
    """What became of a received event."""

    ACCEPTED = "accepted"
    PARKED = "parked"  # waits for a clerk
    REPEATED = "repeated"  # the same source and id again: nothing changed
    RETRACTED = "retracted"


@dataclass(frozen=True, kw_only=True)
class CloudEvent:
    """A CloudEvents 1.0 event, already parsed. `time` is aware; the time of receipt when the sender gave none."""

    id: str
    source: str
    type: str
    time: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The answer to a sender: our id of the event and its fate; `reason` says why it was parked."""

    event_id: UUID
    fate: Fate
    reason: str = ""
    journey_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Received:
    """A stored event, for the clerk and the operator."""

    event_id: UUID
    event: CloudEvent
    sender: str
    received_at: datetime
    fate: Fate
    reason: str
    persons: Mapping[str, UUID]
