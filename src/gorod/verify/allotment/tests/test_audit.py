"""Whoever deals out again finds every kind of tampering, and is told where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from gorod.kernel.errors import BadInput
from gorod.verify.allotment import input_file, lottery, matching, result
from gorod.verify.allotment.audit import Fault, Kind, audit
from gorod.verify.allotment.problem import Problem, Seat
from gorod.verify.allotment.result import Result
from gorod.verify.allotment.tests.factories import BEACON, SECRET, SEED, child, crowd, place, problem, problems

COMMITTED = lottery.commitment(SECRET)


def declared(of: Problem) -> Result:
    return result.of(matching.deal(of, SEED), commitment=COMMITTED, beacon=BEACON)


def faults(of: Problem, said: Result, **otherwise: Any) -> tuple[Fault, ...]:
    how: dict[str, Any] = {"secret": SECRET, "beacon": BEACON, "committed": COMMITTED, **otherwise}
    return audit(problem=of, published=said, **how).faults


CROWD = crowd(60, 6, seed=5, twins=0.1)
RIGHT = declared(CROWD)
SEATED = [number for number, seat in RIGHT.seats.items() if seat]
LEFT_OUT = [number for number, seat in RIGHT.seats.items() if not seat]


@given(problems(groups=True))
def test_what_is_dealt_honestly_adds_up_also_after_it_was_written_and_read(drawn: Problem) -> None:
    said = declared(drawn)
    again = result.read(result.written(said))
    assert again == said
    assert result.digest(again) == result.digest(said)
    assert faults(input_file.read(input_file.written(drawn)), again) == ()


def where(found: tuple[Fault, ...], kind: Kind) -> set[str]:
    return {fault.where for fault in found if fault.kind is kind}


def test_two_seats_that_were_swapped() -> None:
    first = SEATED[0]
    second = next(number for number in SEATED if RIGHT.seats[number].place != RIGHT.seats[first].place)
    swapped = {**RIGHT.seats, first: RIGHT.seats[second], second: RIGHT.seats[first]}
    found = faults(CROWD, replace(RIGHT, seats=swapped))
    assert {fault.kind for fault in found} == {Kind.SEAT}
    assert where(found, Kind.SEAT) == {first, second}
    assert str(found[0]).startswith(f"Applicant {min(first, second)} has another seat: the city says p0")


def test_a_seat_given_to_somebody_else() -> None:
    given_away = {**RIGHT.seats, SEATED[0]: None, LEFT_OUT[0]: RIGHT.seats[SEATED[0]]}
    found = faults(CROWD, replace(RIGHT, seats=given_away))
    assert where(found, Kind.SEAT) == {SEATED[0], LEFT_OUT[0]}
    assert any(fault.said == "no seat" for fault in found)


def test_an_open_seat_that_is_called_a_reserved_one() -> None:
    number = next(number for number in SEATED if RIGHT.seats[number].group is None)
    changed = {**RIGHT.seats, number: replace(RIGHT.seats[number], group="benefit")}
    (fault,) = faults(CROWD, replace(RIGHT, seats=changed))
    assert (fault.kind, fault.where) == (Kind.SEAT, number)
    assert fault.said.endswith("a seat of benefit") and fault.found.endswith("an open seat")


def test_an_applicant_who_was_left_out_of_the_result_or_made_up_in_it() -> None:
    fewer = {number: seat for number, seat in RIGHT.seats.items() if number != SEATED[3]}
    (fault,) = faults(CROWD, replace(RIGHT, seats=fewer))
    assert (fault.kind, fault.where) == (Kind.LEFT_OUT, SEATED[3])
    (fault,) = faults(CROWD, replace(RIGHT, seats={**RIGHT.seats, "nobody": Seat(place="p0001")}))
    assert (fault.kind, fault.where, fault.found) == (Kind.MADE_UP, "nobody", "nobody")


def test_an_applicant_who_was_removed_from_the_input_after_it_was_dealt_out() -> None:
    fewer = replace(CROWD, applicants=tuple(one for one in CROWD.applicants if one.number != SEATED[0]))
    found = faults(fewer, RIGHT)
    assert where(found, Kind.MADE_UP) == {SEATED[0]}
    assert where(found, Kind.INPUT) == {""}


def test_a_place_whose_seats_were_changed_afterwards() -> None:
    first, *others = CROWD.places
    found = faults(replace(CROWD, places=(replace(first, seats=first.seats + 1), *others)), RIGHT)
    assert first.id in where(found, Kind.PLACE)
    assert where(found, Kind.INPUT) == {""}
    fault = next(fault for fault in found if fault.kind is Kind.PLACE and fault.where == first.id)
    assert f"the city says {first.seats} seats" in str(fault) and f"it is {first.seats + 1} seats" in str(fault)


def test_a_cut_off_that_is_said_wrongly() -> None:
    cut = RIGHT.places["p0002"]
    changed = replace(cut, lines=(*cut.lines[:-1], replace(cut.lines[-1], last=None)))
    (fault,) = faults(CROWD, replace(RIGHT, places={**RIGHT.places, "p0002": changed}))
    assert (fault.kind, fault.where) == (Kind.PLACE, "p0002")


def test_a_place_that_is_left_out_or_made_up() -> None:
    fewer = {name: cut for name, cut in RIGHT.places.items() if name != "p0003"}
    (fault,) = faults(CROWD, replace(RIGHT, places={**fewer, "p0003": RIGHT.places["p0002"]}))
    assert (fault.kind, fault.where) == (Kind.PLACE, "p0003")
    (fault,) = faults(CROWD, replace(RIGHT, places=fewer))
    assert (fault.where, fault.said) == ("p0003", "no such place")


def test_another_secret_or_beacon_or_commitment() -> None:
    other = bytes(32)
    found = faults(CROWD, RIGHT, secret=other)
    assert where(found, Kind.SECRET) == {""}
    assert where(found, Kind.SEAT), "other lots, other seats"
    believed = faults(CROWD, declared_with(other), secret=other, committed="")
    assert believed == (), "without a commitment from elsewhere nothing is seen: the command says so"
    found = faults(CROWD, declared_with(other), secret=other)
    assert {fault.kind for fault in found} == {Kind.SECRET, Kind.COMMITMENT}
    assert Kind.BEACON in {fault.kind for fault in faults(CROWD, RIGHT, beacon="another")}


def declared_with(secret: bytes) -> Result:
    outcome = matching.deal(CROWD, lottery.seed(secret, beacon=BEACON))
    return result.of(outcome, commitment=lottery.commitment(secret), beacon=BEACON)


def test_a_result_of_another_round() -> None:
    (fault,) = faults(CROWD, replace(RIGHT, round=2))
    assert (fault.kind, fault.said) == (Kind.ROUND, "nurseries-2027, round 2")


def test_wishes_of_a_group_that_were_struck_without_need() -> None:
    of = problem([place("a", 2)], [child(one, "a", together="pair") for one in ("1", "2")])
    (fault,) = faults(of, replace(declared(of), struck={"pair": ("a",)}))
    assert (fault.kind, fault.where, fault.said, fault.found) == (Kind.STRUCK, "pair", "a", "none")


Change = Callable[[Any], object]
WRONG: list[tuple[Change, str]] = [
    (lambda c: c.pop("seats"), "the result: says no seats"),
    (lambda c: c.update(more=1), "the result: says 'more'"),
    (lambda c: c["seats"].update({SEATED[0]: "p0001"}), f"seats, {SEATED[0]}: is no object"),
    (lambda c: c["seats"].update({SEATED[0]: {"place": "p0001"}}), f"seats, {SEATED[0]}: says no group"),
    (lambda c: c["places"]["p0001"].update(seats="9"), "places, p0001, seats: is no number"),
    (lambda c: c["places"]["p0001"]["lines"][0].update(last={}), "places, p0001, line 1, last: says no tier"),
    (lambda c: c.update(beacon=None), "beacon: is no text"),
    (lambda c: c.update(input="0" * 63), "input: is no SHA-256"),
    (lambda c: c.update(struck={"pair": "a"}), "struck, pair: is no list"),
]


@pytest.mark.parametrize(("change", "says"), WRONG, ids=[says for _, says in WRONG])
def test_a_result_that_is_none_is_refused_with_the_place(change: Change, says: str) -> None:
    content = json.loads(result.written(RIGHT))
    change(content)
    with pytest.raises(BadInput, match=says):
        result.read(json.dumps(content).encode())
