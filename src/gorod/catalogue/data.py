"""What crosses the door of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from gorod.engines.applications.data import ActsFor
from gorod.engines.booking.data import Bookable
from gorod.engines.cases.data import CaseType
from gorod.engines.intake.data import EventType
from gorod.engines.journeys.data import LifeEvent
from gorod.engines.messages.data import Texts
from gorod.engines.payments.data import Every
from gorod.engines.rules.api import RuleSet
from gorod.engines.rules.data import DatedValue
from gorod.engines.scenarios.data import Axes
from gorod.engines.search.data import Entry
from gorod.kernel.errors import ContentError
from gorod.kernel.periods import WorkingCalendar
from gorod.records.facts.data import Vocabulary
from gorod.records.places.data import District, Shapes
from gorod.records.synthetic.data import Profile


class Severity(StrEnum):
    """Whether a city runs with it."""

    ERROR = "error"
    WARNING = "warning"


Misfits = Iterator[tuple[Sequence[str | int], str]]
"""What does not fit the city in one file: the way to it (keys and indexes), and what is wrong."""


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """Something wrong in a city's content. `place` is `file:line`, the file named from the city's folder."""

    place: str
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        note = " (warning)" if self.severity is Severity.WARNING else ""
        return f"{self.place}: {self.what}; {self.remedy}{note}"


class CityRefused(ContentError):
    """A city's content cannot be used. `problems` has all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        listed = "\n".join(str(problem) for problem in problems[:20])
        super().__init__(
            f"{len(problems)} problems in the city's content:\n{listed}",
            remedy="run gorod check",
            place=problems[0].place,
        )
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Law:
    """An act and its article; `assumed`: nobody has verified it yet."""

    act: str
    article: str = ""
    since: date | None = None
    assumed: bool = False

    def __str__(self) -> str:
        return f"{self.act}, {self.article}" if self.article else self.act


@dataclass(frozen=True, kw_only=True)
class ServiceTexts:
    """What a service says in one language. `conditions`: the sentence said when a condition fails."""

    name: str
    summary: str
    gives: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of the city. `cost`: the dated value that a resident pays for it; empty: it is free."""

    name: str
    area: str
    archetype: str
    owner: str
    law: tuple[Law, ...]
    subject: str
    asks: tuple[str, ...]
    cost: str
    life_events: tuple[str, ...]
    texts: Mapping[str, ServiceTexts]
    place: str


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An agency of the city: its name in each language, and the event types it sends."""

    name: str
    names: Mapping[str, str]
    sends: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where a person answers; `phone` as it is written, empty for a place to go to."""

    names: Mapping[str, str]
    phone: str = ""
    hours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Question:
    """An everyday question that measures the search; `expect` is empty when the city has nothing about it."""

    ask: str
    language: str
    expect: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How well the search answers questions. `missed`: question → what came instead of the three best, none when refused."""

    on_topic: int
    first: int
    in_three: int
    off_topic: int
    refused: int
    missed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class City:
    """A city's content, checked and joined: everything the engines are configured with."""

    folder: Path
    names: Mapping[str, str]
    languages: tuple[str, ...]
    time_zone: str
    currency: str
    treasury: str
    agencies: Mapping[str, Agency]
    lives_in: str
    axes: Axes
    pictures: Mapping[str, str]
    identifiers: Mapping[str, Mapping[str, str]]
    acts_for: ActsFor
    calendar: WorkingCalendar
    districts: tuple[District, ...]
    shapes: Shapes
    vocabulary: Vocabulary
    values: Mapping[str, DatedValue]
    rules: RuleSet
    case_types: Mapping[str, CaseType]
    bookables: Mapping[str, Bookable]
    booking_rules: RuleSet
    pays: Mapping[str, Every]
    life_events: Mapping[str, LifeEvent]
    event_types: Mapping[str, EventType]
    texts: Texts
    services: Mapping[str, Service]
    status_texts: Mapping[str, Mapping[str, str]]
    area_names: Mapping[str, Mapping[str, str]]
    entries: tuple[Entry, ...]
    contacts: tuple[Contact, ...] = ()
    questions: tuple[Question, ...] = ()
    synthetic: Profile | None = None

    def rules_with(self, service: str) -> RuleSet:
        """The rules among which a service's is: of what is due, or of what is booked."""
        return self.booking_rules if service in self.bookables else self.rules
