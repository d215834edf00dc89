"""What crosses the door of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message in a resident's inbox, already in their language."""

    message_id: UUID
    party_id: UUID
    key: str
    kind: str
    subject: str
    body: str
    language: str
    created_at: datetime
    read_at: datetime | None
    about: str  # what it is about, e.g. 'case:<id>' or 'journey:<id>'


@dataclass(frozen=True, kw_only=True)
class Template:
    """A text with {names} in it. The subject is its first line."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The city's texts: language → kind → template; `services` refine them: language → service → kind → template.
    `names`: language → service → what it is called."""

    languages: tuple[str, ...] = ("en",)
    general: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)
    services: Mapping[str, Mapping[str, Mapping[str, Template]]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class EmailState(StrEnum):
    """Where an e-mail is. `DOUBTFUL`: the sending was cut off, so it may or may not have left; an operator looks at it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"
