"""Suggested, discussed, assessed, answered; who may do what when, and how much."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from gorod.engines.proposals import api, jobs
from gorod.engines.proposals.data import (
    ASSESS_DAYS,
    COMMENT,
    COMMENTS_A_DAY,
    DISCUSS_DAYS,
    OPEN_AT_ONCE,
    TEXT,
    TITLE,
    Proposal,
    Reason,
    Stage,
    State,
    What,
)
from gorod.engines.proposals.tests.factories import STAGE, comment, discussed, kinds, moderator, resident, suggest
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api as parties
from gorod.records.places import api as places
from gorod.records.places.tests.factories import district

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def now(one: Proposal) -> Proposal:
    return api.proposal(proposal_id=one.proposal_id)


def refused_as(why: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.extra["why"] == why


def test_from_the_suggestion_to_the_answer() -> None:
    anna, boris, one = resident(), resident("Boris"), moderator("youth_office")
    made = discussed(anna)
    assert made.last_day == clock.today() + timedelta(days=DISCUSS_DAYS)
    refused_as("over", lambda: api.assess(party_id=boris, proposal_id=made.proposal_id, agrees=True))
    assert api.move_stages() == 0
    with clock.moved_by(STAGE):
        refused_as("over", lambda: comment(boris, made))
        assert [api.move_stages() for _ in range(2)] == [1, 0]
        assert now(made).stage is Stage.ASSESS
        assert now(made).last_day == clock.today() + timedelta(days=ASSESS_DAYS - 1)
        api.assess(party_id=anna, proposal_id=made.proposal_id, agrees=True)
        api.assess(party_id=boris, proposal_id=made.proposal_id, agrees=True)
        api.assess(party_id=boris, proposal_id=made.proposal_id, agrees=False)
        assert (now(made).agree, now(made).against, now(made).mine) == (1, 1, None)
        assert api.proposal(proposal_id=made.proposal_id, viewer=boris).mine is False
        with pytest.raises(Conflict):
            api.answer(official=one, proposal_id=made.proposal_id, taken_up=True, words="Yes.")
        refused_as("over", lambda: api.withdraw(party_id=anna, about_id=made.proposal_id))
    with clock.moved_by(2 * STAGE):
        refused_as("over", lambda: api.assess(party_id=boris, proposal_id=made.proposal_id, agrees=True))
        assert [api.move_stages() for _ in range(2)] == [1, 0]
        assert (now(made).stage, now(made).agree, now(made).against) == (Stage.ASSESSED, 1, 1)
        assert [waits.proposal_id for waits in api.unanswered(official=one, limit=5)] == [made.proposal_id]
        api.answer(
            official=one, proposal_id=made.proposal_id, taken_up=True, words="A good idea.", follows="In spring."
        )
        answered = now(made).answer
        assert answered is not None and now(made).stage is Stage.ANSWERED
        assert (answered.taken_up, answered.words, answered.follows) == (True, "A good idea.", "In spring.")
        assert answered.agency == "youth_office" and api.unanswered(official=one, limit=5) == []
        with pytest.raises(Conflict):
            api.answer(official=one, proposal_id=made.proposal_id, taken_up=False, words="No.")
    assert kinds(anna) == ["proposal_shown", "proposal_assess", "proposal_assessed", "proposal_taken_up"]
    assert [entry.what for entry in api.history(about_id=made.proposal_id)] == [
        What.LET_THROUGH,
        What.ASSESS,
        What.ASSESSED,
        What.ANSWERED,
    ]


def test_a_job_that_comes_late_takes_no_day_from_anybody() -> None:
    made = discussed()
    with clock.moved_by(STAGE + timedelta(days=3)):
        jobs.move(timestamp=0)
        assert now(made).last_day == clock.today() + timedelta(days=ASSESS_DAYS - 1)
    assert "proposals.move" in app.tasks


def test_what_is_not_taken_up_is_told_with_the_reason_and_nothing_follows() -> None:
    anna = resident()
    made = discussed(anna)
    for days in (STAGE, 2 * STAGE):
        with clock.moved_by(days):
            api.move_stages()
    with pytest.raises(BadInput):
        api.answer(official=moderator(), proposal_id=made.proposal_id, taken_up=False, words=" ")
    api.answer(official=moderator(), proposal_id=made.proposal_id, taken_up=False, words="No room.", follows="Nothing")
    answered = now(made).answer
    assert answered is not None and (answered.taken_up, answered.follows) == (False, "")
    assert kinds(anna)[-1] == "proposal_not_taken_up"


def test_a_withdrawn_proposal_is_seen_by_nobody_else_and_goes_nowhere() -> None:
    anna = resident()
    waits, shown = suggest(anna), discussed(anna)
    said = comment(resident(), shown)
    for one in (waits, shown, shown):
        api.withdraw(party_id=anna, about_id=one.proposal_id)
        with pytest.raises(NotFound):
            now(one)
    assert api.waiting(official=moderator(), limit=10) == []
    with pytest.raises(NotFound):
        api.withdraw(party_id=resident(), about_id=said.comment_id)
    with clock.moved_by(STAGE):
        assert api.move_stages() == 0
    assert {one.state for one in api.own_proposals(party_id=anna)} == {State.WITHDRAWN}


def test_a_resident_has_as_many_open_proposals_as_the_rules_say() -> None:
    anna, one = resident(), moderator()
    made = [suggest(anna, f"Bench {number}") for number in range(OPEN_AT_ONCE)]
    refused_as("limit", lambda: suggest(anna))
    api.refuse(official=one, about_id=made[0].proposal_id, reasons=[Reason.NOT_CITY], words="It is the state's.")
    suggest(anna, "Another one")
    refused_as(
        "limit",
        lambda: api.change(party_id=anna, proposal_id=made[0].proposal_id, title="B", text="C", named=False),
    )
    api.object_to(party_id=anna, about_id=made[0].proposal_id, words="An objection is never too much.")
    api.withdraw(party_id=anna, about_id=made[1].proposal_id)
    refused_as("limit", lambda: suggest(anna))
    api.withdraw(party_id=anna, about_id=made[2].proposal_id)
    suggest(anna)


def test_a_resident_writes_as_many_comments_a_day_as_the_rules_say() -> None:
    made, boris = discussed(), resident()
    for _ in range(COMMENTS_A_DAY):
        comment(boris, made)
    refused_as("limit", lambda: comment(boris, made))
    comment(resident(), made)
    with clock.moved_by(timedelta(days=1)):
        comment(boris, made)


def test_a_form_sent_twice_is_one_proposal_and_one_comment() -> None:
    anna = resident()
    assert suggest(anna, key="k").proposal_id == suggest(anna, key="k").proposal_id
    made = discussed()
    assert comment(anna, made, key="k").comment_id == comment(anna, made, key="k").comment_id


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"title": "x" * (TITLE + 1)}, {"text": "x" * (TEXT + 1)}, {"district": "nowhere"}]
)
def test_what_cannot_be_kept_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        suggest(resident(), **{"title": "A bench", **wrong})
    with pytest.raises(BadInput):
        comment(resident(), discussed(), "x" * (COMMENT + 1))
    with pytest.raises(NotFound):
        api.assess(party_id=resident(), proposal_id=new_id(), agrees=True)


def test_proposals_are_found_by_stage_district_and_words_page_by_page() -> None:
    places.configure(districts=[district("01", 13.1, 52.1), district("02", 13.2, 52.2)])
    here = discussed(title="Ёлка во дворе", text="Посадить живую.", district="01", language="ru")
    there = discussed(title="A bench 100%", district="02")
    city = discussed(title="Buses at night")

    def found(**asked: object) -> list[str]:
        return [one.title for one in api.proposals(stages=[Stage.DISCUSS], limit=10, **asked)]  # type: ignore[arg-type]

    assert found() == [city.title, there.title, here.title]
    assert (found(district="01"), found(district="")) == ([here.title], [city.title])
    assert (found(words="елка ЖИВУЮ"), found(words="100%"), found(words="bench night")) == (
        [here.title],
        [there.title],
        [],
    )
    assert found(before=there.proposal_id) == [here.title]
    assert api.proposals(stages=[Stage.ASSESS], limit=10) == []
    places.configure(districts=[])


def test_one_person_under_two_ids_counts_once_with_the_last_word() -> None:
    anna, again, boris = resident(), resident(), resident()
    made = discussed()
    with clock.moved_by(STAGE):
        api.move_stages()
        for who, agrees in ((again, True), (anna, False), (boris, True)):
            api.assess(party_id=who, proposal_id=made.proposal_id, agrees=agrees)
        parties.merge(party_id=anna, duplicate_id=again, by="test", reason="one person")
        assert api.proposal(proposal_id=made.proposal_id, viewer=anna).mine is False
        assert len(api.own_assessments(party_id=anna)) == 2
    with clock.moved_by(2 * STAGE):
        api.move_stages()
        assert (now(made).agree, now(made).against) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_however_often_one_presses_at_the_same_moment_it_is_one_assessment() -> None:
    made, anna = discussed(), resident()
    with clock.moved_by(STAGE):
        api.move_stages()

        def press(number: int) -> None:
            try:
                api.assess(party_id=anna, proposal_id=made.proposal_id, agrees=number % 2 == 0)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(press, range(12)))
        found = now(made)
        assert found.agree + found.against == 1


@pytest.mark.django_db(transaction=True)
def test_limits_hold_also_when_everything_is_sent_at_the_same_moment() -> None:
    anna = resident()

    def send(number: int) -> bool:
        try:
            suggest(anna, f"Bench {number}", key=str(number))
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(6))) == OPEN_AT_ONCE
    assert len(api.own_proposals(party_id=anna)) == OPEN_AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_the_same_moment_move_a_proposal_on_once() -> None:
    anna = resident()
    discussed(anna)
    with clock.moved_by(STAGE):

        def move(_number: int) -> int:
            try:
                return api.move_stages()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(move, range(4))) == 1
    assert kinds(anna) == ["proposal_shown", "proposal_assess"]
