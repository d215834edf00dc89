"""Why somebody got no better: it is true, and it is said plainly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.errors import NotFound
from gorod.verify.allotment import matching, reasons
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.problem import Applicant, Place, Problem, Seat
from gorod.verify.allotment.reasons import Reason, Why
from gorod.verify.allotment.tests.factories import (
    CODES,
    SEED,
    by_lot,
    child,
    chosen,
    place,
    problem,
    problems,
    seats,
)
from gorod.verify.allotment.texts import ENGLISH, TEXTS
from gorod.verify.allotment.words import Teller


def with_criterion(one: Applicant, code: str, of: str) -> Applicant:
    return replace(one, here={**one.here, of: one.here.get(of, frozenset()) | {code}})


def wanted(outcome: Outcome, of: Place, newcomer: Applicant) -> bool:
    """By the slow second opinion: whether the place would choose them besides those who sit there in the end."""
    got = seats(outcome)
    sitting = [one for one in outcome.order if got[one.number] == of.id]
    return newcomer.number in chosen(of, [*sitting, newcomer], outcome.lots)


def found(drawn: Problem) -> tuple[Outcome, list[tuple[Applicant, Reason]]]:
    outcome = matching.deal(drawn, SEED)
    return outcome, [
        (one, reason) for one in drawn.applicants for reason in reasons.explain(outcome, one.number).reasons
    ]


@given(problems(most=9, held=True))
def test_what_would_change_it_is_true_of_the_end(drawn: Problem) -> None:
    outcome, reasoned = found(drawn)
    for one, reason in reasoned:
        of = outcome.places[reason.place]
        named = [*of.priorities, *(reserve.criterion for reserve in of.reserves)]
        for code in CODES:
            helps = wanted(outcome, of, with_criterion(one, code, of.id))
            assert helps == (code in reason.would_help), (one.number, of.id, code)
            assert code in named or not helps
        best = replace(outcome, order=[one, *(other for other in outcome.order if other != one)])
        assert wanted(best_seats(outcome, best), of, one) == reason.another_lot


def best_seats(outcome: Outcome, order: Outcome) -> Outcome:
    """The same seats with other lots."""
    order.__dict__["seats"] = outcome.seats
    return order


@given(problems(most=9), st.data())
def test_dealt_anew_with_that_criterion_they_get_the_place_or_better_or_somebody_new_came_to_it(
    drawn: Problem, data: st.DataObject
) -> None:
    """What can be proved of a whole new round; the next test is a chain in which the exception happens."""
    outcome, reasoned = found(drawn)
    if not reasoned:
        return
    one, reason = data.draw(st.sampled_from(reasoned))
    before = seats(outcome)
    for code in reason.would_help:
        others = [other for other in drawn.applicants if other != one]
        after = seats(matching.deal(problem(drawn.places, [*others, with_criterion(one, code, reason.place)]), SEED))
        place_now = after[one.number]
        assert place_now is not None or before[one.number] is None
        if place_now is not None and before[one.number] is not None:
            assert one.wishes.index(place_now) <= one.wishes.index(before[one.number]), (
                "nobody fares worse by holding more"
            )
        if place_now is None or one.wishes.index(place_now) > one.wishes.index(reason.place):
            new = {number for number, at in after.items() if at == reason.place and before[number] != reason.place}
            assert new, "only somebody who comes to the place anew can keep it from them"


def test_the_rare_chain_in_which_a_new_round_does_not_give_the_seat() -> None:
    """Whom the newcomer puts out puts out another in turn, who comes to this place with a better claim."""
    there = [place("a", 1, priorities=("orphan", "sibling", "near")), place("b", 1, priorities=("near",))]
    first = child("1", "a")  # with `sibling` they would be before 2, who sits there
    second = child("2", "ab", here={"a": ["near"], "b": ["near"]})
    third = child("3", "ba", here={"a": ["orphan"]})  # sits at b while 2 sits at a
    outcome = matching.deal(problem(there, [first, second, third]), SEED)
    assert seats(outcome) == {"1": None, "2": "a", "3": "b"}
    (reason,) = reasons.explain(outcome, "1").reasons
    assert "sibling" in reason.would_help
    again = matching.deal(problem(there, [with_criterion(first, "sibling", "a"), second, third]), SEED)
    assert seats(again) == {"1": None, "2": "b", "3": "a"}


@given(problems(most=9, held=True))
def test_why_is_true_and_positions_are_those_of_the_reserve_list(drawn: Problem) -> None:
    outcome, reasoned = found(drawn)
    for one, reason in reasoned:
        last = reason.cut.lines[-1].last
        match reason.why:
            case Why.NONE_OPEN:
                assert last is None
            case Why.TIER:
                assert last is not None and last.tier < reason.yours.tier
            case Why.LOT:
                assert last is not None and last.tier == reason.yours.tier and last.lot < reason.yours.lot
            case _:
                pytest.fail("nobody is in a group")
        whole, *reserved = reason.waiting
        list_of = [outcome.of(rank).number for rank in outcome.waiting[reason.place]]
        assert list_of[whole.position - 1] == one.number and whole.length == len(list_of)
        assert all(1 <= part.position <= min(whole.position, part.length) for part in reserved)


@given(problems(most=8, groups=True))
def test_of_groups_it_is_true_of_all_members_together(drawn: Problem) -> None:
    outcome, reasoned = found(drawn)
    got = seats(outcome)
    for one, reason in reasoned:
        if one.together is None:
            continue
        of, members = outcome.places[reason.place], outcome.groups[one.together]
        sitting = [other for other in outcome.order if got[other.number] == of.id]
        assert (reason.why is Why.SPLIT) == (of.id in outcome.struck.get(one.together, ()))
        for code in reason.would_help:
            newcomers = [with_criterion(member, code, of.id) for member in members]
            assert {member.number for member in members} <= chosen(of, [*sitting, *newcomers], outcome.lots)


def test_whoever_got_their_first_wish_needs_no_reason() -> None:
    outcome = matching.deal(problem([place("a")], [child("1", "a")]), SEED)
    explained = reasons.explain(outcome, "1")
    assert (explained.seat, explained.wish, explained.reasons) == (Seat(place="a"), 1, ())
    told = Teller(outcome.problem, "en").told(explained)
    assert told == [
        "There is a seat for you: Nursery a. It was your wish number 1 of 1. It is the place you wanted most. "
        "Your number in the lottery: 1 of 1. The smaller it is, the earlier your turn."
    ]
    with pytest.raises(NotFound):
        reasons.explain(outcome, "2")


def nursery() -> Outcome:
    """Two seats, one of them reserved: it goes to the one with a benefit, the other to a sister, and the third goes without."""
    there = [place("a", 2, reserves={"benefit": 1}, priorities=("sibling", "near"))]
    children = [
        child("1", "a", "benefit"),
        child("2", "a", here={"a": ["sibling"]}),
        child("3", "a", here={"a": ["near"]}),
    ]
    return matching.deal(problem(there, children), SEED)


def test_it_is_told_in_plain_english() -> None:
    outcome = nursery()
    lots = {number: lot + 1 for number, lot in outcome.lots.items()}
    head, told = Teller(outcome.problem, "en").told(reasons.explain(outcome, "3"))
    assert head.startswith("This time there was no seat at the places you wished for. We are sorry.")
    would_help = " if this had been true of you: a brother or sister there." if lots["3"] < lots["2"] else ""
    assert (
        f"The last open seat went to somebody considered as “a brother or sister there”, with the lottery number {lots['2']}"
        in told
    )
    assert f"You were considered as “living near”, with the lottery number {lots['3']}." in told
    assert "Reserved for “a benefit”: 1; taken by them: 1." in told
    assert would_help in told
    assert told.endswith("On its reserve list you are number 1 of 1.")


def test_it_is_told_in_russian_and_in_english_where_there_is_no_other() -> None:
    outcome = nursery()
    explained = reasons.explain(outcome, "3")
    russian = " ".join(Teller(outcome.problem, "ru").told(explained))
    assert "Сад a, ваше желание № 1. Всего мест: 2. Отведено для категории «льгота»: 1; ею занято: 1." in russian
    assert "Ваш номер в листе ожидания: 1 из 1." in russian
    assert "Reserved for" in " ".join(Teller(outcome.problem, "fr").told(explained))


@given(problems(most=9, groups=True), st.sampled_from(sorted(TEXTS)))
def test_everything_that_can_be_found_can_be_told(drawn: Problem, language: str) -> None:
    outcome = matching.deal(drawn, SEED)
    teller = Teller(drawn, language)
    for one in drawn.applicants:
        explained = reasons.explain(outcome, one.number)
        told = teller.told(explained)
        assert len(told) == len(explained.reasons) + 1
        assert all("{" not in paragraph and paragraph.endswith(".") for paragraph in told)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_language_has_every_sentence_with_the_same_numbers(language: str) -> None:
    def numbers(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert {name: numbers(text) for name, text in TEXTS[language].items()} == {
        name: numbers(text) for name, text in ENGLISH.items()
    }


def test_only_another_lot() -> None:
    first, second = by_lot(["1", "2"])
    outcome = matching.deal(problem([place("a")], [child(first, "a"), child(second, "a")]), SEED)
    (reason,) = reasons.explain(outcome, second).reasons
    assert (reason.why, reason.would_help, reason.another_lot) == (Why.LOT, (), True)
    assert "Only a better lottery number" in Teller(outcome.problem, "en").told(reasons.explain(outcome, second))[1]
