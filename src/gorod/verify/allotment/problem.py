"""What is dealt out, and to whom: the published, anonymised input of one round. Reading and writing its file is
`input_file`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = Mapping[str, str]
"""What something is called, by language."""

MOST_WISHES = 10  # of one applicant
MOST_TOGETHER = 8  # in one group that stays together
MOST_APPLICANTS = 2_000_000
MOST_PLACES = 20_000
MOST_SEATS = 100_000  # at one place
MOST_RESERVES = 20  # at one place
MOST_PRIORITIES = 50  # at one place
MOST_CRITERIA = 500
MOST_LANGUAGES = 20
MOST_ROUNDS = 1_000
LONGEST_ID = 64  # characters of an id, a code or a number
LONGEST_TEXT = 500  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Seats of a place that those who hold a criterion get first. `name`: its id at the place; what it is called are the words
    of its criterion."""

    name: str
    seats: int
    criterion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`seats`: all of them, reserved ones included. `reserves`: filled in this order, before the open seats. `priorities`:
    criteria; an applicant is in the tier of the first that they hold here, else in the last tier."""

    id: str
    names: Words
    seats: int
    reserves: tuple[Reserve, ...] = ()
    priorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat at a place: of a reserve (`group`, its name) or an open one (None)."""

    place: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """`number`: anonymous. `wishes`: ids of places, the best first. `criteria`: held everywhere; `here`: held at single places,
    by their ids (a sister there, living near it). `together`: the group that is seated at one place or not at it (twins).
    `holds`: the seat from an earlier round, which they keep unless they get a better one; its place is among the wishes."""

    number: str
    wishes: tuple[str, ...]
    criteria: frozenset[str] = frozenset()
    here: Mapping[str, frozenset[str]] = field(default_factory=dict)
    together: str | None = None
    holds: Seat | None = None

    def holds_criterion(self, code: str, place: str) -> bool:
        """Whether they hold a criterion at a place."""
        return code in self.criteria or code in self.here.get(place, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One round of an allotment. `round`: from 1. `criteria`: their words, by code. `previous`: the hash of the result of the
    round before, None in the first. Places and applicants are in the order of their ids, whatever the order in a file was."""

    allotment: str
    round: int
    title: Words
    criteria: Mapping[str, Words]
    places: tuple[Place, ...]
    applicants: tuple[Applicant, ...]
    previous: str | None = None


def tier(applicant: Applicant, place: Place) -> int:
    """Of an applicant at a place: 0 is the best, as many as there are priorities the last."""
    for number, code in enumerate(place.priorities):
        if applicant.holds_criterion(code, place.id):
            return number
    return len(place.priorities)
