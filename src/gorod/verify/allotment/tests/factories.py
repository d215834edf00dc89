"""Small allotments, drawn ones, and a slow and simple second opinion of whom a place chooses."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain, permutations
from typing import Any

from hypothesis import strategies as st

from gorod.verify.allotment import lottery
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Applicant, Place, Problem, Reserve, Seat

CODES = ("sibling", "near", "benefit", "orphan")
CRITERIA = {
    "sibling": {"en": "a brother or sister there", "ru": "брат или сестра здесь"},
    "near": {"en": "living near", "ru": "живёт рядом"},
    "benefit": {"en": "a benefit", "ru": "льгота"},
    "orphan": {"en": "in care", "ru": "под опекой"},
}
SECRET = bytes(range(32))
BEACON = "checkpoint 7381, kJ1xQ0"
SEED = lottery.seed(SECRET, beacon=BEACON)


def place(
    name: str, seats: int = 1, *, reserves: Mapping[str, int] | None = None, priorities: Sequence[str] = ()
) -> Place:
    """A place. `reserves`: seats by criterion; a reserve is called as its criterion."""
    kept = tuple(Reserve(name=code, seats=count, criterion=code) for code, count in (reserves or {}).items())
    names = {"en": f"Nursery {name}", "ru": f"Сад {name}"}
    return Place(id=name, names=names, seats=seats, reserves=kept, priorities=tuple(priorities))


def child(
    number: str, wishes: str, *criteria: str, here: Mapping[str, Collection[str]] | None = None, **more: Any
) -> Applicant:
    """An applicant. `wishes`: ids of places of one letter each."""
    there = {one: frozenset(codes) for one, codes in (here or {}).items()}
    return Applicant(number=number, wishes=tuple(wishes), criteria=frozenset(criteria), here=there, **more)


def problem(places: Sequence[Place], applicants: Sequence[Applicant], **otherwise: Any) -> Problem:
    """A problem, sorted as a file is read."""
    made = Problem(
        allotment="nurseries-2027",
        round=1,
        title={"en": "Nurseries", "ru": "Детские сады"},
        criteria=CRITERIA,
        places=tuple(sorted(places, key=lambda one: one.id)),
        applicants=tuple(sorted(applicants, key=lambda one: one.number)),
    )
    return replace(made, **otherwise)


def by_lot(numbers: Sequence[str], seed: bytes = SEED) -> list[str]:
    """The numbers as the lottery orders them: tests give the first what they want the first to have."""
    return sorted(numbers, key=lambda number: lottery.lot(seed, number))


def seats(outcome: Outcome) -> dict[str, str | None]:
    """At which place everybody is."""
    return {number: seat.place if seat else None for number, seat in outcome.seats.items()}


def chosen(of: Place, asking: Collection[Applicant], lots: Mapping[str, int]) -> set[str]:
    """Whom a place chooses, slowly, as the text says it: who holds a seat, then each reserve, then the open seats."""

    def tier(one: Applicant) -> int:
        return next((at for at, code in enumerate(of.priorities) if has(one, code)), len(of.priorities))

    def has(one: Applicant, code: str) -> bool:
        return code in one.criteria or code in one.here.get(of.id, ())

    line = sorted(asking, key=lambda one: (tier(one), lots[one.number]))
    keep = [one for one in line if one.holds is not None and one.holds.place == of.id]
    found = {one.number for one in keep}
    for reserve in of.reserves:
        free = reserve.seats - sum(one.holds == Seat(place=of.id, group=reserve.name) for one in keep)
        for one in line:
            if free > 0 and len(found) < of.seats and one.number not in found and has(one, reserve.criterion):
                found.add(one.number)
                free -= 1
    for one in line:
        if len(found) < of.seats and one.number not in found:
            found.add(one.number)
    return found


def left(outcome: Outcome, one: Applicant) -> list[str]:
    """The wishes that were not struck."""
    struck = outcome.struck.get(one.together, ()) if one.together else ()
    return [wish for wish in one.wishes if wish not in struck]


def envies(outcome: Outcome, one: Applicant, wish: str) -> bool:
    """Whether somebody wants a place more than what they got, by wishes that were not struck."""
    wishes, got = left(outcome, one), seats(outcome)[one.number]
    return wish in wishes and (got is None or wishes.index(wish) < wishes.index(got))


def blocked(outcome: Outcome) -> list[tuple[str, str]]:
    """Applicants and places that would both rather have each other: none when it is stable."""
    got = seats(outcome)
    found = []
    for of in outcome.problem.places:
        sitting = [one for one in outcome.order if got[one.number] == of.id]
        assert chosen(of, sitting, outcome.lots) == {one.number for one in sitting}, "it wants all that sit there"
        for one in outcome.order:
            if envies(outcome, one, of.id) and one.number in chosen(of, [*sitting, one], outcome.lots):
                found.append((one.number, of.id))
        wanting = [one for one in outcome.order if envies(outcome, one, of.id)]
        assert chosen(of, [*sitting, *wanting], outcome.lots) == {one.number for one in sitting} or found
    return found


@st.composite
def problems(
    draw: st.DrawFn, *, most: int = 8, places: int = 4, reserves: bool = True, groups: bool = False, held: bool = False
) -> Problem:
    """Any small problem. `groups`: twins and triplets among them; `held`: seats from a round before among them."""
    codes = st.lists(st.sampled_from(CODES), unique=True, max_size=2)
    there = [draw(_place(name, reserves)) for name in "abcdef"[: draw(st.integers(1, places))]]
    ids = [one.id for one in there]
    found: list[Applicant] = []
    for number in range(draw(st.integers(1, most))):
        wishes = draw(st.permutations(ids))[: draw(st.integers(0 if groups else 1, len(ids)))]
        size = draw(st.sampled_from([1, 1, 2, 3])) if groups else 1
        together = f"group {number}" if size > 1 else None
        for member in range(size):
            criteria, here = draw(codes), {one: draw(codes) for one in wishes[:2]}
            found.append(child(f"{number}-{member}", "".join(wishes), *criteria, here=here, together=together))
    return problem(there, _holding(draw, there, found) if held else found)


@st.composite
def _place(draw: st.DrawFn, name: str, reserves: bool) -> Place:
    count = draw(st.integers(0 if reserves else 1, 3))
    kept: dict[str, int] = {}
    for code in draw(st.permutations(CODES))[: draw(st.integers(0, 3))] if reserves else ():
        kept[code] = draw(st.integers(0, count - sum(kept.values())))
    return place(name, count, reserves=kept, priorities=draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3)))


def _holding(draw: st.DrawFn, there: Sequence[Place], found: Sequence[Applicant]) -> list[Applicant]:
    """Some of them hold a seat at one of their wishes, of any kind, as long as there are seats."""
    free = {one.id: one.seats for one in there}
    kinds = {one.id: [*(reserve.name for reserve in one.reserves), None] for one in there}
    made = []
    for one in found:
        wish = draw(st.sampled_from(one.wishes))
        if one.together is None and free[wish] and draw(st.booleans()):
            free[wish] -= 1
            one = replace(one, holds=Seat(place=wish, group=draw(st.sampled_from(kinds[wish]))))
        made.append(one)
    return made


def crowd(applicants: int, places: int, *, seed: int, twins: float = 0.0, reserves: bool = True) -> Problem:
    """Many applicants who want much the same, with a few seats too few."""
    drawn = random.Random(seed)
    ids = [f"p{number:04}" for number in range(places)]
    count = max(1, applicants * 19 // (20 * places))
    there = [
        place(one, count, reserves={"benefit": min(4, count)} if reserves else None, priorities=("sibling", "near"))
        for one in ids
    ]
    liked = [1 / (1 + number) ** 0.3 for number in range(places)]
    found: list[Applicant] = []
    while len(found) < applicants:
        wishes = tuple(dict.fromkeys(drawn.choices(ids, weights=liked, k=drawn.randint(3, 10))))
        number = f"{len(found):06}"
        criteria = frozenset({"benefit"} if drawn.random() < 0.15 else ())
        here = {wishes[0]: frozenset({drawn.choice(("sibling", "near"))})} if drawn.random() < 0.5 else {}
        one = Applicant(number=number, wishes=wishes, criteria=criteria, here=here)
        if drawn.random() < twins:
            pair = f"twins {number}"
            found += [replace(one, number=f"{number}{letter}", together=pair) for letter in "ab"]
        else:
            found.append(one)
    return problem(there, found)


def all_orders(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Every list of wishes that one could state."""
    return list(chain.from_iterable(permutations(ids, length) for length in range(len(ids) + 1)))
