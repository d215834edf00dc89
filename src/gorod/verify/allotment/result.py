"""What the city declares of a round: who got which seat, and how far the seats of each place went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from gorod.kernel.canonical import canonical_json
from gorod.verify.allotment import input_file, strict
from gorod.verify.allotment.lottery import LONGEST_BEACON
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import (
    MOST_APPLICANTS,
    MOST_PLACES,
    MOST_PRIORITIES,
    MOST_RESERVES,
    MOST_ROUNDS,
    MOST_SEATS,
    MOST_WISHES,
    Place,
    Seat,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where somebody stands at a place. `tier`: 0 is the best; `lot`: their place in the lottery, 1 is the best."""

    tier: int
    lot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Seats of one kind. `group`: of which reserve, None: open ones. `seats`: how many there were for those who held none before;
    `last`: the last who got one, None: nobody did."""

    group: str | None
    seats: int
    taken: int
    last: Rank | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How far the seats of a place went. `kept`: by those who held them before."""

    seats: int
    kept: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """A round's result. `input`: hash of the file it was dealt from; `commitment`, `beacon`: of the lottery. `seats`: by
    applicants' numbers; `places`: by id; `struck`: wishes that were struck, by group."""

    allotment: str
    round: int
    input: str
    commitment: str
    beacon: str
    seats: Mapping[str, Seat | None]
    places: Mapping[str, Cut]
    struck: Mapping[str, tuple[str, ...]]


def of(outcome: Outcome, *, commitment: str, beacon: str = "") -> Result:
    """What is to be declared of an outcome."""
    problem = outcome.problem
    return Result(
        allotment=problem.allotment,
        round=problem.round,
        input=input_file.digest(problem),
        commitment=commitment,
        beacon=beacon,
        seats=outcome.seats,
        places={place.id: cut(outcome, place) for place in problem.places},
        struck=dict(outcome.struck),
    )


def cut(outcome: Outcome, place: Place) -> Cut:
    """How far the seats of a place went."""
    filling, span = outcome.fillings[place.id], outcome.span
    names = [*(reserve.name for reserve in place.reserves), None]
    lines = []
    for stage, group in enumerate(names):
        heap = filling.stages[stage]
        last = Rank(tier=-heap[0] // span, lot=-heap[0] % span + 1) if heap else None
        lines.append(Line(group=group, seats=filling.room(stage), taken=len(heap), last=last))
    return Cut(seats=place.seats, kept=len(filling.kept), lines=tuple(lines))


def written(result: Result) -> bytes:
    """Its file: canonical JSON (RFC 8785)."""
    return canonical_json(
        {
            "allotment": result.allotment,
            "round": result.round,
            "input": result.input,
            "commitment": result.commitment,
            "beacon": result.beacon,
            "seats": {
                number: {"place": seat.place, "group": seat.group} if seat else None
                for number, seat in result.seats.items()
            },
            "places": {place: _written_cut(cut) for place, cut in result.places.items()},
            "struck": {group: [*places] for group, places in result.struck.items()},
        }
    )


def digest(result: Result) -> str:
    """SHA-256 of its file, hexadecimal."""
    return sha256(written(result)).hexdigest()


def _written_cut(cut: Cut) -> dict[str, Any]:
    lines = [
        {
            "group": line.group,
            "seats": line.seats,
            "taken": line.taken,
            "last": {"tier": line.last.tier, "lot": line.last.lot} if line.last else None,
        }
        for line in cut.lines
    ]
    return {"seats": cut.seats, "kept": cut.kept, "lines": lines}


def read(raw: bytes) -> Result:
    """The result of a file. Raises BadInput with the place in the file. Whether it is right `audit` says."""
    said = strict.members(
        strict.loaded(raw, what="the result"),
        "the result",
        ("allotment", "round", "input", "commitment", "beacon", "seats", "places", "struck"),
    )
    seats = strict.mapped(said["seats"], "seats", MOST_APPLICANTS)
    places = strict.mapped(said["places"], "places", MOST_PLACES)
    struck = strict.mapped(said["struck"], "struck", MOST_APPLICANTS)
    return Result(
        allotment=strict.name(said["allotment"], "allotment"),
        round=strict.whole(said["round"], "round", 1, MOST_ROUNDS),
        input=strict.digest_of(said["input"], "input"),
        commitment=strict.digest_of(said["commitment"], "commitment"),
        beacon=strict.text(said["beacon"], "beacon", LONGEST_BEACON),
        seats={strict.name(one, "a number in seats"): _seat(seat, f"seats, {one}") for one, seat in seats.items()},
        places={strict.name(one, "an id in places"): _cut(cut, f"places, {one}") for one, cut in places.items()},
        struck={
            strict.name(group, "a group in struck"): tuple(
                strict.name(place, f"struck, {group}")
                for place in strict.listed(found, f"struck, {group}", MOST_WISHES)
            )
            for group, found in struck.items()
        },
    )


def _seat(content: Any, where: str) -> Seat | None:
    if content is None:
        return None
    said = strict.members(content, where, ("place", "group"))
    group = said["group"]
    return Seat(
        place=strict.name(said["place"], f"{where}, place"),
        group=None if group is None else strict.name(group, f"{where}, group"),
    )


def _cut(content: Any, where: str) -> Cut:
    said = strict.members(content, where, ("seats", "kept", "lines"))
    lines = strict.listed(said["lines"], f"{where}, lines", MOST_RESERVES + 1)
    return Cut(
        seats=strict.whole(said["seats"], f"{where}, seats", 0, MOST_SEATS),
        kept=strict.whole(said["kept"], f"{where}, kept", 0, MOST_SEATS),
        lines=tuple(_line(one, f"{where}, line {at}") for at, one in enumerate(lines, 1)),
    )


def _line(content: Any, where: str) -> Line:
    said = strict.members(content, where, ("group", "seats", "taken", "last"))
    group, last = said["group"], said["last"]
    if last is not None:
        last = strict.members(last, f"{where}, last", ("tier", "lot"))
    return Line(
        group=None if group is None else strict.name(group, f"{where}, group"),
        seats=strict.whole(said["seats"], f"{where}, seats", 0, MOST_SEATS),
        taken=strict.whole(said["taken"], f"{where}, taken", 0, MOST_SEATS),
        last=last
        and Rank(
            tier=strict.whole(last["tier"], f"{where}, tier", 0, MOST_PRIORITIES),
            lot=strict.whole(last["lot"], f"{where}, lot", 1, MOST_APPLICANTS),
        ),
    )
