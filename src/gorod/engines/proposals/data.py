"""What crosses the door of proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

TITLE = 120  # letters at the most, as the next three
TEXT = 4000
COMMENT = 1000
WORDS = 2000  # of officials, and of an objection
OPEN_AT_ONCE = 3  # proposals of one resident that wait, are discussed or are assessed
COMMENTS_A_DAY = 20  # of one resident, a day of the city
DISCUSS_DAYS = 14
ASSESS_DAYS = 14


class Stage(StrEnum):
    """How far a proposal is."""

    SUGGEST = "suggest"
    DISCUSS = "discuss"
    ASSESS = "assess"
    ASSESSED = "assessed"  # waits for the city's answer
    ANSWERED = "answered"


class State(StrEnum):
    """Whether a proposal or a comment is shown."""

    WAITS = "waits"
    SHOWN = "shown"
    REFUSED = "refused"
    OBJECTED = "objected"  # refused, and waits for another official
    WITHDRAWN = "withdrawn"  # by its author


class Reason(StrEnum):
    """Why something is not shown: a closed list, which everybody can read (`api.rules`)."""

    INSULTS = "insults"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    NOT_CITY = "not_city"
    UNLAWFUL = "unlawful"
    SAME = "same"  # of proposals only; the other one is named


class What(StrEnum):
    """What happened to a proposal or a comment."""

    SENT = "sent"
    LET_THROUGH = "let_through"
    REFUSED = "refused"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    ASSESS = "assess"  # the discussion is over
    ASSESSED = "assessed"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a history. `words`: of the official who decided, or of the author who objected; `agency`: for which the official
    acted; `same_as`: the proposal that this one is the same as; `title`, `text`: what was sent; `proved`: the ledger commits
    to it."""

    entry_id: UUID
    at: datetime
    what: What
    reasons: tuple[Reason, ...]
    words: str
    same_as: UUID | None
    agency: str
    title: str
    text: str
    proved: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the city says to a proposal that was assessed. `follows`: what it does because of it; empty: nothing yet."""

    taken_up: bool
    words: str
    follows: str
    agency: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposal as whoever asks may see it.

    `district`: its code, empty for the whole city. `author`: a given name, empty when they are not shown. `last_day`: the last city
    date of the stage. `agree`, `against`: counts; `mine`: how the one who asks assessed it. `own`: of the one who asks; `objected`:
    whether its author has objected, which they can do once.
    """

    proposal_id: UUID
    title: str
    text: str
    district: str
    language: str
    author: str
    named: bool
    own: bool
    state: State
    stage: Stage
    made_at: datetime
    last_day: date | None
    objected: bool
    agree: int
    against: int
    mine: bool | None
    answer: Answer | None


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment as whoever asks may see it; the names are those of `Proposal`, whose title goes with it."""

    comment_id: UUID
    proposal_id: UUID
    title: str
    text: str
    language: str
    author: str
    named: bool
    own: bool
    state: State
    made_at: datetime
    objected: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for an official to judge it: a proposal, or a comment on the proposal of this title. `since`: when it was sent or
    objected to. `yours`: the official refused it, so another one judges the objection."""

    about_id: UUID
    comment: bool
    title: str
    text: str
    district: str
    language: str
    since: datetime
    objected: bool
    yours: bool


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """How a resident assessed a proposal."""

    proposal_id: UUID
    agrees: bool
    at: datetime
