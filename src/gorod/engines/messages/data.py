"""What crosses the door of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


@dataclass(frozen=True)
class Month:
    """A calendar month, as `YYYY-MM`."""

    name: str


Value = str | int | date | Month | None
"""What a text may be filled with: words, a sum in kopecks, a date, a month. None: there is none, and the line is left out."""

PLACE = ("day", "time", "place", "address", "room", "provider")  # of an appointment
KINDS: Mapping[str, tuple[str, ...]] = {
    "offered": ("amount", "until"),
    "due_found": ("day", "name", "amount", "until"),
    "offer_withdrawn": ("day", "name", "conditions"),
    "informed": (),
    "asks": ("facts",),
    "offer_ends": ("until",),
    "submitted": ("number", "deadline"),
    "submitted_for_you": ("number", "deadline"),
    "stopped": ("conditions",),
    "case_asks": ("number",),
    "case_reopened": ("number",),
    "case_appealed": ("number", "deadline"),
    "approved": ("number", "amount", "until"),
    "refused": ("number", "reasons", "text"),
    "account_needed": ("amount", "month"),
    "paid": ("amount", "month"),
    "payment_returned": ("amount", "month"),
    "recovery_hearing": ("amount", "month", "until"),
    "right_ends": ("until",),
    "right_ends_renews": ("until",),
    "right_lost": ("until", "conditions"),
    "renewal_asks": ("until", "facts"),
    "renewed": ("number", "amount", "until"),
    "dispute_answered": ("fact", "text"),
    "visited": (),
    "trusted": ("name", "until"),
    "opened": ("reason",),
    "security_changed": ("what",),
    "appointment_booked": PLACE,
    "appointment_moved": PLACE,
    "appointment_cancelled": PLACE,
    "appointment_called_off": (*PLACE, "until"),
    "appointment_reminder": PLACE,
    "appointment_missed": PLACE,
    "place_offered": (*PLACE, "until", "until_time"),
    "appeal_answered": (*PLACE, "text"),
    "poll_opened": ("title", "who", "until"),
    "poll_counted": ("title",),
    "proposal_shown": ("title", "until"),
    "proposal_refused": ("title", "reasons", "text"),
    "proposal_assess": ("title", "until"),
    "proposal_assessed": ("title", "agree", "against"),
    "proposal_taken_up": ("title", "text", "follows"),
    "proposal_not_taken_up": ("title", "text"),
    "allotment_got": ("title", "number", "place", "until"),
    "allotment_none": ("title", "number"),
    "allotment_left_out": ("title", "number"),
    "allotment_offered": ("title", "number", "place", "until"),
    "allotment_lapsed": ("title", "number", "place"),
    "comment_shown": ("title",),
    "comment_refused": ("title", "reasons", "text"),
}
"""Every kind of message, with the names its text may use besides {service}."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """A text with {names} in it. The subject is its first line."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The city's texts: language → kind → template; `services` refine them: language → service → kind → template.
    `names`: language → service → what it is called; `reasons`: language → code of a refusal reason → its words;
    `conditions`: language → service → condition → what is said when it fails."""

    languages: tuple[str, ...] = ("en",)
    general: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)
    services: Mapping[str, Mapping[str, Mapping[str, Template]]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    conditions: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


class EmailState(StrEnum):
    """Where an e-mail is. `DOUBTFUL`: the sending was cut off, so it may or may not have left; an operator looks at it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A browser that a resident is told on. `failures`: how often in a row its push service did not take a push, and what it
    said last."""

    endpoint: str
    language: str
    created_at: datetime
    failures: int
    last_failure: str
