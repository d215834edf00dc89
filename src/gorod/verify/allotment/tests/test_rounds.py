"""What comes after a round: who is next, and a next round in which nobody loses what they have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.errors import BadInput, NotFound
from gorod.verify.allotment import lottery, matching, result, rounds
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Applicant, Problem, Seat
from gorod.verify.allotment.result import Result
from gorod.verify.allotment.tests.factories import (
    BEACON,
    SECRET,
    SEED,
    blocked,
    by_lot,
    child,
    chosen,
    place,
    problem,
    problems,
    seats,
)

OTHER_SEED = lottery.seed(bytes(reversed(SECRET)), beacon=BEACON)


def declared(outcome: Outcome) -> Result:
    return result.of(outcome, commitment=lottery.commitment(SECRET), beacon=BEACON)


@given(problems(most=7, groups=True), st.data())
def test_nobody_loses_a_seat_by_taking_part_in_the_next_round(drawn: Problem, data: st.DataObject) -> None:
    first = matching.deal(drawn, SEED)
    some = st.lists(st.sampled_from([one.number for one in drawn.applicants]), unique=True, max_size=3)
    gone = data.draw(some)
    declined = [one for one in data.draw(some) if one not in gone and first.seats[one]]
    joining = [child(f"new {number}", data.draw(st.sampled_from(["a", "a"])), "benefit") for number in range(3)]
    after = rounds.next_round(
        problem=drawn, result_before=declared(first), withdrawn=gone, declined=declined, joining=joining
    )
    assert (after.round, after.previous) == (2, result.digest(declared(first)))
    assert list(rounds.unfounded(after, declared(first))) == []
    second = matching.deal(after, OTHER_SEED)
    assert blocked(second) == []
    was, now = seats(first), seats(second)
    for one in drawn.applicants:
        if one.number in gone:
            assert one.number not in now
        elif was[one.number] is not None and one.number not in declined:
            assert now[one.number] is not None
            assert one.wishes.index(now[one.number]) <= one.wishes.index(was[one.number])
        elif one.number in declined and one.number in now:
            assert now[one.number] != was[one.number]


def test_more_seats_and_newcomers_move_people_up() -> None:
    first, second = by_lot(["1", "2"])
    before = problem([place("a"), place("b")], [child(first, "a"), child(second, "ab")])
    outcome = matching.deal(before, SEED)
    assert seats(outcome) == {first: "a", second: "b"}
    after = rounds.next_round(
        problem=before, result_before=declared(outcome), seats={"a": 2}, joining=[child("3", "b")]
    )
    held = {one.number: (one.wishes, one.holds) for one in after.applicants}
    assert held == {
        first: (("a",), Seat(place="a")),
        second: (("a", "b"), Seat(place="b")),
        "3": (("b",), None),
    }
    assert seats(matching.deal(after, OTHER_SEED)) == {first: "a", second: "a", "3": "b"}


def test_a_newcomer_for_a_reserve_does_not_put_out_who_sits_on_its_seat() -> None:
    before = problem([place("a", 1, reserves={"benefit": 1})], [child("1", "a")])
    outcome = matching.deal(before, SEED)
    after = rounds.next_round(problem=before, result_before=declared(outcome), joining=[child("2", "a", "benefit")])
    assert seats(matching.deal(after, OTHER_SEED)) == {"1": "a", "2": None}


def test_a_group_comes_apart_when_one_of_it_goes() -> None:
    before = problem([place("a", 2)], [child(one, "a", together="pair") for one in ("1", "2")])
    outcome = matching.deal(before, SEED)
    after = rounds.next_round(problem=before, result_before=declared(outcome), withdrawn=["1"])
    assert [(one.number, one.together, one.holds) for one in after.applicants] == [("2", None, Seat(place="a"))]


def test_what_cannot_be_is_refused() -> None:
    before = problem([place("a", 2)], [child("1", "a"), child("2", "a"), child("3", "")])
    told = declared(matching.deal(before, SEED))
    with pytest.raises(BadInput, match="no applicant 9"):
        rounds.next_round(problem=before, result_before=told, withdrawn=["9"])
    with pytest.raises(BadInput, match="applicant 3 has no seat to decline"):
        rounds.next_round(problem=before, result_before=told, declined=["3"])
    with pytest.raises(BadInput, match="2 hold seats there already, and it has 1"):
        rounds.next_round(problem=before, result_before=told, seats={"a": 1})
    with pytest.raises(BadInput, match="no place z"):
        rounds.next_round(problem=before, result_before=told, seats={"z": 1})
    with pytest.raises(BadInput, match="says 1 twice"):
        rounds.next_round(problem=before, result_before=told, joining=[child("1", "a")])


def test_a_round_that_does_not_follow_from_the_one_before_is_seen() -> None:
    before = problem([place("a", 2)], [child("1", "a"), child("2", "a")])
    told = declared(matching.deal(before, SEED))
    after = rounds.next_round(problem=before, result_before=told, withdrawn=["2"], joining=[child("3", "a")])
    robbed = replace(after, applicants=tuple(replace(one, holds=None) for one in after.applicants))
    assert list(rounds.unfounded(robbed, told)) == [
        "applicant 1 was given a seat at a, still wishes for it and does not hold it"
    ]
    favoured = replace(after, applicants=tuple(replace(one, holds=Seat(place="a")) for one in after.applicants))
    assert list(rounds.unfounded(favoured, told)) == []
    assert (rounds.given_since(favoured, told), rounds.given_since(after, told)) == (["3"], [])
    assert list(rounds.unfounded(replace(after, previous=None), told)) == [
        "the input names another result as the one before it"
    ]


@given(problems(most=9, held=True), st.data())
def test_seats_that_become_free_go_one_by_one_to_whom_the_place_would_choose(
    drawn: Problem, data: st.DataObject
) -> None:
    outcome = matching.deal(drawn, SEED)
    now = dict(outcome.seats)
    for _ in range(4):
        seated = [number for number, seat in now.items() if seat]
        if not seated:
            return
        leaving = data.draw(st.sampled_from(seated))
        of = outcome.places[now.pop(leaving).place]
        sitting = [replace(one, holds=now[one.number]) for one in outcome.order if at(now, one, of.id)]
        waiting = [replace(one, holds=None) for one in outcome.order if one.number in now and wants(now, one, of.id)]
        one_free = replace(of, seats=len(sitting) + 1)
        new = chosen(one_free, [*sitting, *waiting], outcome.lots) - {one.number for one in sitting}
        found = rounds.next_in_line(outcome, of.id, now=now)
        assert {found[0]} == new if found else not new
        if found:
            now[found[0]] = found[1]


def at(now: dict[str, Seat | None], one: Applicant, of: str) -> bool:
    seat = now.get(one.number)
    return seat is not None and seat.place == of


def wants(now: dict[str, Seat | None], one: Applicant, of: str) -> bool:
    seat = now[one.number]
    return of in one.wishes and (seat is None or one.wishes.index(of) < one.wishes.index(seat.place))


def test_a_reserved_seat_goes_to_whom_it_is_reserved_for_though_others_are_before_them_on_the_list() -> None:
    first, second, third = by_lot(["1", "2", "3"])
    of = [place("a", 1, reserves={"benefit": 1})]
    outcome = matching.deal(
        problem(of, [child(first, "a", "benefit"), child(second, "a"), child(third, "a", "benefit")]), SEED
    )
    assert rounds.next_in_line(outcome, "a", now=outcome.seats) is None, "no seat is free"
    gone = {number: seat for number, seat in outcome.seats.items() if number != first}
    assert rounds.next_in_line(outcome, "a", now=gone) == (third, Seat(place="a", group="benefit"))
    refused = rounds.next_in_line(outcome, "a", now=gone, passed_over=[third])
    assert refused == (second, Seat(place="a")), "with nobody left for whom it is reserved it is open"
    gave_up = rounds.next_in_line(outcome, "a", now={**gone, first: None}, passed_over=[first])
    assert gave_up == (third, Seat(place="a", group="benefit"))
    one_more = rounds.next_in_line(outcome, "a", now=outcome.seats, seats=2)
    assert one_more == (second, Seat(place="a"))
    with pytest.raises(NotFound):
        rounds.next_in_line(outcome, "z", now=gone)


def test_who_got_a_seat_from_the_list_holds_it_in_the_next_round() -> None:
    before = problem([place("a")], [child("1", "a"), child("2", "a")])
    outcome = matching.deal(before, SEED)
    sits, waits = by_lot(["1", "2"])
    found = rounds.next_in_line(outcome, "a", now={waits: None})
    assert found == (waits, Seat(place="a"))
    told = declared(outcome)
    after = rounds.next_round(problem=before, result_before=told, withdrawn=[sits], given=dict([found]))
    assert [(one.number, one.holds) for one in after.applicants] == [(waits, Seat(place="a"))]
    assert rounds.given_since(after, told) == [waits]
    with pytest.raises(BadInput, match="does not wish for b"):
        rounds.next_round(problem=before, result_before=told, given={waits: Seat(place="b")})


def test_a_group_is_passed_over_when_one_seat_is_free() -> None:
    pair = [child(one, "a", "orphan", together="pair") for one in ("1", "2")]
    of = [place("a", 1, priorities=("orphan",))]
    outcome = matching.deal(problem(of, [*pair, child("3", "a"), child("4", "a")]), SEED)
    sits, waits = by_lot(["3", "4"])
    assert outcome.seats[sits]
    now = {number: seat for number, seat in outcome.seats.items() if number != sits}
    assert rounds.next_in_line(outcome, "a", now=now) == (waits, Seat(place="a"))
