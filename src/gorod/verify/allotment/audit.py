"""Dealing a round out again from published files, and saying exactly what does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gorod.kernel.errors import Refused
from gorod.verify.allotment import lottery, matching, result
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Problem, Seat
from gorod.verify.allotment.result import Cut, Line, Result


class Kind(StrEnum):
    """What does not add up."""

    SECRET = "secret"  # the secret is not the one committed to  # noqa: S105  no secret
    COMMITMENT = "commitment"  # the result names another commitment than was announced
    BEACON = "beacon"  # the result names another beacon
    INPUT = "input"  # the result was dealt from another input
    ROUND = "round"  # the result is of another allotment or round
    LEFT_OUT = "left_out"  # an applicant has no line in the result
    MADE_UP = "made_up"  # a line in the result is of nobody in the input
    SEAT = "seat"  # an applicant got something else
    PLACE = "place"  # a place's seats went otherwise
    STRUCK = "struck"  # wishes of a group were struck otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not add up. `where`: of which applicant, place or group; empty: of the whole. `said`: by the city;
    `found`: dealt out again."""

    kind: Kind
    where: str = ""
    said: str
    found: str

    def __str__(self) -> str:
        return f"{WORDS[self.kind].format(where=self.where)}: the city says {self.said}, dealt out again it is {self.found}"


WORDS = {
    Kind.SECRET: "The revealed secret is not the one committed to",
    Kind.COMMITMENT: "The result names another commitment than was announced",
    Kind.BEACON: "The result names another beacon",
    Kind.INPUT: "The result was dealt from another input",
    Kind.ROUND: "The result is of another allotment or round",
    Kind.LEFT_OUT: "Applicant {where} is left out of the result",
    Kind.MADE_UP: "Applicant {where} is in the result and not in the input",
    Kind.SEAT: "Applicant {where} has another seat",
    Kind.PLACE: "Place {where} went otherwise",
    Kind.STRUCK: "Group {where} had other wishes struck",
}


@dataclass(frozen=True, kw_only=True)
class Audit:
    """A round dealt out again. `outcome`: as it is right; `faults`: none when everything adds up."""

    outcome: Outcome
    faults: tuple[Fault, ...]


def audit(*, problem: Problem, published: Result, secret: bytes, beacon: str = "", committed: str = "") -> Audit:
    """Deal out again and compare. `committed`: the commitment as it was announced before; empty: the one that the result names is
    believed, which proves less. Raises BadInput for a secret of another length."""
    outcome = matching.deal(problem, lottery.seed(secret, beacon=beacon))
    right = result.of(outcome, commitment=(committed or published.commitment).lower(), beacon=beacon)
    faults = (
        *_lottery(published, right, secret),
        *_whole(published, right),
        *_seats(published, right),
        *_places(published, right),
        *_struck(published, right),
    )
    return Audit(outcome=outcome, faults=faults)


def _lottery(said: Result, right: Result, secret: bytes) -> Iterator[Fault]:
    try:
        lottery.check(secret, committed=right.commitment)
    except Refused:
        yield Fault(kind=Kind.SECRET, said=right.commitment, found=lottery.commitment(secret))
    if said.commitment != right.commitment:
        yield Fault(kind=Kind.COMMITMENT, said=said.commitment, found=right.commitment)
    if said.beacon != right.beacon:
        yield Fault(kind=Kind.BEACON, said=said.beacon or "none", found=right.beacon or "none")


def _whole(said: Result, right: Result) -> Iterator[Fault]:
    if (said.allotment, said.round) != (right.allotment, right.round):
        yield Fault(
            kind=Kind.ROUND,
            said=f"{said.allotment}, round {said.round}",
            found=f"{right.allotment}, round {right.round}",
        )
    if said.input != right.input:
        yield Fault(kind=Kind.INPUT, said=said.input, found=right.input)


def _seats(said: Result, right: Result) -> Iterator[Fault]:
    for number, seat in right.seats.items():
        if number not in said.seats:
            yield Fault(kind=Kind.LEFT_OUT, where=number, said="nothing", found=_seat(seat))
        elif said.seats[number] != seat:
            yield Fault(kind=Kind.SEAT, where=number, said=_seat(said.seats[number]), found=_seat(seat))
    for number in sorted(said.seats.keys() - right.seats.keys()):
        yield Fault(kind=Kind.MADE_UP, where=number, said=_seat(said.seats[number]), found="nobody")


def _places(said: Result, right: Result) -> Iterator[Fault]:
    for place in sorted(said.places.keys() | right.places.keys()):
        theirs, ours = said.places.get(place), right.places.get(place)
        if theirs != ours:
            yield Fault(kind=Kind.PLACE, where=place, said=_cut(theirs), found=_cut(ours))


def _struck(said: Result, right: Result) -> Iterator[Fault]:
    for group in sorted(said.struck.keys() | right.struck.keys()):
        theirs, ours = said.struck.get(group, ()), right.struck.get(group, ())
        if theirs != ours:
            yield Fault(
                kind=Kind.STRUCK, where=group, said=", ".join(theirs) or "none", found=", ".join(ours) or "none"
            )


def _seat(seat: Seat | None) -> str:
    if seat is None:
        return "no seat"
    return f"{seat.place}, {'an open seat' if seat.group is None else f'a seat of {seat.group}'}"


def _cut(cut: Cut | None) -> str:
    if cut is None:
        return "no such place"
    return "; ".join([f"{cut.seats} seats", f"{cut.kept} kept", *map(_line, cut.lines)])


def _line(line: Line) -> str:
    last = f"to tier {line.last.tier + 1}, lot {line.last.lot}" if line.last else "to nobody"
    return f"{line.group or 'open'}: {line.taken} of {line.seats} taken, {last}"
