"""What crosses the door of search."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be found."""

    SERVICE = "service"
    LIFE_EVENT = "life_event"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is said of one thing in one language.

    `asked_as`: everyday words for it that its texts do not have. `texts`: what it is and gives, in whole sentences.
    `conditions`: what is said when it is refused; their words count least.
    """

    kind: Kind
    name: str
    language: str
    title: str
    asked_as: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that answers a question. `score` orders hits of one question and means nothing to people."""

    kind: Kind
    name: str
    score: float
