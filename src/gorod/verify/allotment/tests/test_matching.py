"""Who gets which seat: as an independent library deals, stable, honest, in whatever order the input is."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching.games import HospitalResident

from gorod.verify.allotment import input_file, matching, result
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Applicant, Problem, Seat, tier
from gorod.verify.allotment.tests.factories import (
    SEED,
    all_orders,
    blocked,
    by_lot,
    child,
    chosen,
    crowd,
    envies,
    left,
    place,
    problem,
    problems,
    seats,
)


def library(of: Problem, outcome: Outcome) -> dict[str, str | None]:
    """What the library `matching` makes of it."""
    wanted = {one.id: [child for child in outcome.order if one.id in child.wishes] for one in of.places}
    lines = {
        one.id: [
            child.number
            for child in sorted(wanted[one.id], key=lambda child: (tier(child, one), outcome.lots[child.number]))
        ]
        for one in of.places
    }
    game = HospitalResident.create_from_dictionaries(
        {one.number: list(one.wishes) for one in of.applicants},
        {name: line for name, line in lines.items() if line},
        {one.id: one.seats for one in of.places if lines[one.id]},
    )
    found: dict[str, str | None] = dict.fromkeys(outcome.seats)
    for hospital, residents in game.solve(optimal="resident").items():
        found |= {resident.name: hospital.name for resident in residents}
    return found


@given(problems(most=12, reserves=False))
def test_without_reserves_an_independent_library_finds_the_same(drawn: Problem) -> None:
    outcome = matching.deal(drawn, SEED)
    assert seats(outcome) == library(drawn, outcome)


@pytest.mark.slow
def test_of_many_applicants_it_finds_the_same_too() -> None:
    many = crowd(600, 30, seed=3, reserves=False)
    outcome = matching.deal(many, SEED)
    assert seats(outcome) == library(many, outcome)


@settings(max_examples=150)
@given(problems(most=9, held=True))
def test_nobody_has_a_better_claim_to_a_seat_and_none_is_wasted(drawn: Problem) -> None:
    assert blocked(matching.deal(drawn, SEED)) == []


@given(problems(most=8, groups=True))
def test_with_groups_it_is_stable_for_the_wishes_that_were_not_struck(drawn: Problem) -> None:
    outcome = matching.deal(drawn, SEED)
    assert blocked(outcome) == []
    got = seats(outcome)
    for group, members in outcome.groups.items():
        assert len({got[one.number] for one in members}) == 1, group
    assert set(outcome.struck) <= set(outcome.groups)


@given(problems(most=9, held=True))
def test_every_seat_says_truly_of_which_kind_it_is(drawn: Problem) -> None:
    outcome = matching.deal(drawn, SEED)
    for of in drawn.places:
        at = [(one, outcome.seats[one.number]) for one in drawn.applicants]
        here = [(one, seat) for one, seat in at if seat is not None and seat.place == of.id]
        assert len(here) <= of.seats
        for reserve in of.reserves:
            inside = [one for one, seat in here if seat.group == reserve.name]
            new = [one for one in inside if one.holds is None or one.holds.place != of.id]
            assert all(one.holds_criterion(reserve.criterion, of.id) for one in new)
            assert len(new) <= max(0, reserve.seats - (len(inside) - len(new)))


@given(problems(most=9, held=True))
def test_the_seats_of_a_place_come_to_all_that_it_has(drawn: Problem) -> None:
    outcome = matching.deal(drawn, SEED)
    for of in drawn.places:
        cut = result.cut(outcome, of)
        *reserved, opened = cut.lines
        assert cut.kept + sum(line.taken for line in cut.lines) == sum(at == of.id for at in seats(outcome).values())
        assert opened.seats == of.seats - cut.kept - sum(line.taken for line in reserved)
        for reserve, line in zip(of.reserves, reserved, strict=True):
            assert line.taken <= line.seats <= reserve.seats
            assert (line.last is None) == (line.taken == 0)


@given(problems(most=9, held=True))
def test_who_holds_a_seat_never_loses_it(drawn: Problem) -> None:
    outcome = matching.deal(drawn, SEED)
    got = seats(outcome)
    for one in drawn.applicants:
        if one.holds is not None:
            mine = got[one.number]
            assert mine is not None
            assert one.wishes.index(mine) <= one.wishes.index(one.holds.place)
            if mine == one.holds.place:
                assert outcome.seats[one.number] == one.holds


def without_seat_last(wishes: tuple[str, ...], got: str | None) -> int:
    return len(wishes) if got is None or got not in wishes else wishes.index(got)


@settings(max_examples=60, deadline=None)
@given(problems(most=6, places=3))
def test_nobody_gains_by_stating_other_wishes_whichever(drawn: Problem) -> None:
    honest = seats(matching.deal(drawn, SEED))
    ids = [one.id for one in drawn.places]
    for at, one in enumerate(drawn.applicants):
        for stated in all_orders(ids):
            liar = replace(one, wishes=stated)
            others = (*drawn.applicants[:at], liar, *drawn.applicants[at + 1 :])
            got = seats(matching.deal(replace(drawn, applicants=others), SEED))[one.number]
            assert without_seat_last(one.wishes, got) >= without_seat_last(one.wishes, honest[one.number])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_among_300_nobody_gains_by_stating_other_wishes_drawn_at_random(seed: int) -> None:
    many = crowd(300, 20, seed=seed)
    drawn = random.Random(seed)
    honest = seats(matching.deal(many, SEED))
    ids = [one.id for one in many.places]
    for _ in range(250):
        at = drawn.randrange(len(many.applicants))
        one = many.applicants[at]
        stated = tuple(drawn.sample(ids if drawn.random() < 0.5 else one.wishes, drawn.randint(1, len(one.wishes))))
        others = (*many.applicants[:at], replace(one, wishes=stated), *many.applicants[at + 1 :])
        got = seats(matching.deal(replace(many, applicants=others), SEED))[one.number]
        assert without_seat_last(one.wishes, got) >= without_seat_last(one.wishes, honest[one.number])


@given(problems(most=8, groups=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(drawn: Problem, shuffled: random.Random) -> None:
    children, places = list(drawn.applicants), list(drawn.places)
    shuffled.shuffle(children)
    shuffled.shuffle(places)
    mixed = replace(drawn, applicants=tuple(children), places=tuple(places))
    first, second = matching.deal(drawn, SEED), matching.deal(mixed, SEED)
    assert first.seats == second.seats
    assert first.lots == second.lots
    assert first.struck == second.struck
    assert input_file.written(drawn) == input_file.written(mixed)


@given(problems(most=9, held=True), st.data())
def test_a_place_that_is_asked_by_one_more_takes_nobody_whom_it_had_turned_away(
    drawn: Problem, data: st.DataObject
) -> None:
    """Substitutes and aggregate demand, on which the theorems rest, for the slow second opinion that stability is measured by."""
    of = data.draw(st.sampled_from(drawn.places))
    lots = matching.deal(drawn, SEED).lots
    some = data.draw(st.lists(st.sampled_from(drawn.applicants), unique_by=lambda one: one.number))
    more = data.draw(st.sampled_from(drawn.applicants))
    if more in some or not _wishes_fit(of.id, [*some, more]):
        return
    before, after = chosen(of, some, lots), chosen(of, [*some, more], lots)
    assert after <= before | {more.number}
    assert len(after) == min(of.seats, len(some) + 1)


def _wishes_fit(of: str, asking: list[Applicant]) -> bool:
    return all(one.holds is None or of in one.wishes for one in asking)


def test_reserved_seats_come_first_and_unclaimed_ones_are_open() -> None:
    last, *others = by_lot(["1", "2", "3", "4"])[::-1]
    of = [place("a", 2, reserves={"benefit": 1})]
    all_open = matching.deal(problem(of, [child(one, "a") for one in [last, *others]]), SEED)
    assert {one for one, seat in all_open.seats.items() if seat} == set(by_lot(["1", "2", "3", "4"])[:2])
    one_holds = [child(last, "a", "benefit"), *(child(one, "a") for one in others)]
    reserved = matching.deal(problem(of, one_holds), SEED)
    assert reserved.seats[last] == Seat(place="a", group="benefit")
    assert sum(seat is not None for seat in reserved.seats.values()) == 2


def test_whom_a_held_seat_puts_out_of_a_reserve_may_have_a_seat_of_the_next_one() -> None:
    """The holder comes last, after their better wish was full; who sat on the reserved seat by then moves on to the other
    reserve."""
    there = [place("a", 3, reserves={"benefit": 1, "orphan": 1}), place("b", 1, priorities=("near",))]
    holder = child("1", "ba", holds=Seat(place="a", group="benefit"))
    both, plain, near = child("2", "a", "benefit", "orphan"), child("3", "a"), child("4", "b", "near")
    late = child("5", "ba", "orphan")
    outcome = matching.deal(problem(there, [holder, both, plain, near]), SEED)
    assert outcome.seats == {
        "1": holder.holds,
        "2": Seat(place="a", group="orphan"),
        "3": Seat(place="a"),
        "4": Seat(place="b"),
    }
    assert blocked(matching.deal(problem(there, [holder, both, plain, near, late]), SEED)) == []


def test_priorities_come_before_lots_and_can_hold_at_one_place_only() -> None:
    first, second = by_lot(["1", "2"])
    there = [place("a", priorities=("sibling",)), place("b", priorities=("sibling",))]
    outcome = matching.deal(problem(there, [child(first, "ab"), child(second, "ab", here={"a": ["sibling"]})]), SEED)
    assert seats(outcome) == {first: "b", second: "a"}


def test_twins_share_a_lot_and_get_two_seats_or_go_on_together() -> None:
    there = [place("a", 3, priorities=("orphan",)), place("b", 3)]
    pair = [child(one, "ab", together="pair") for one in ("x", "y")]
    for others in range(5):
        alone = [child(f"{number}", "a", "orphan") for number in range(others)]
        outcome = matching.deal(problem(there, [*pair, *alone]), SEED)
        assert outcome.lots["y"] == outcome.lots["x"] + 1
        assert seats(outcome)["x"] == seats(outcome)["y"] is not None
    assert seats(outcome)["x"] == "b"


def test_a_place_with_one_seat_is_struck_from_the_wishes_of_twins_and_goes_to_the_next() -> None:
    pair = [child(one, "ab", "orphan", together="pair") for one in ("x", "y")]
    there = [place("a", 1, priorities=("orphan",)), place("b", 2)]
    outcome = matching.deal(problem(there, [*pair, child("1", "a")]), SEED)
    assert outcome.struck == {"pair": ("a",)}
    assert seats(outcome) == {"x": "b", "y": "b", "1": "a"}
    assert left(outcome, pair[0]) == ["b"]
    assert not envies(outcome, pair[0], "a")


def test_lots_are_in_the_order_of_their_numbers() -> None:
    many = crowd(60, 5, seed=1)
    outcome = matching.deal(many, SEED)
    assert [one.number for one in outcome.order] == by_lot([one.number for one in many.applicants])
    assert all(outcome.lots[a.number] + 1 == outcome.lots[b.number] for a, b in pairwise(outcome.order))


def test_nobody_and_nothing() -> None:
    assert matching.deal(problem([], []), SEED).seats == {}
    assert matching.deal(problem([place("a", 0)], [child("1", "a"), child("2", "")]), SEED).seats == {
        "1": None,
        "2": None,
    }
