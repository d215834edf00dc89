"""What cannot be done with an allotment, and what a kill between two steps leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from gorod.engines.allotment import api, models
from gorod.engines.allotment.data import Held, Seat, State
from gorod.engines.allotment.logic import lifecycle
from gorod.engines.allotment.tests.factories import (
    OFFICIAL,
    WINDOW,
    child,
    configure,
    deal,
    drafted,
    keep_ledger,
    mother,
    opened,
    plan,
)
from gorod.engines.messages import api as messages
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from gorod.records.facts.tests.factories import link, state
from gorod.records.ledger import api as ledger
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

pytestmark = [pytest.mark.django_db]
AFTER = WINDOW + timedelta(minutes=1)
HAS = (Held.OFFERED, Held.ACCEPTED)


@pytest.fixture(autouse=True)
def _city(tmp_path: Path) -> None:
    configure(tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda text: text.replace("answer_days: 5", "answer_days: 0"),
            "line 6: answer_days is no number from 1 to 60",
        ),
        (lambda text: text.replace("near: {words", "near: {word"), r"line \d+: word of near of criteria is not known"),
        (
            lambda text: text.replace(", here: sibling_at", ""),
            "sibling of criteria has neither or both of rule and here",
        ),
        (lambda text: text.replace("code: moon", "code: sun"), "has the code sun of another place"),
        (
            lambda text: text.replace("priorities: [sibling, near]", "priorities: [old]"),
            "the criterion old, which there is not",
        ),
        (lambda text: text.replace("seats: 1, criterion", "seats: 9, criterion"), "reserves more seats than there are"),
        (lambda text: text.replace("en: Moon", "en: New\u00a0Moon"), "place moon, names, en: is no text"),
        (lambda text: text.replace("code: moon", "code: " + "m" * 65), r"line \d+: code of places, item 2, is no code"),
        (lambda text: text.replace("[sibling, near]", "[near, near]"), "place moon, priorities: says near twice"),
        (
            lambda text: text.replace("reserves: [", "reserves: [{name: benefits, seats: 1, criterion: near}, "),
            "place sun, reserves: says benefits twice",
        ),
        (lambda text: text.replace("en: a benefit", "en: " + "b" * 501), "criterion benefit, en: is no text"),
        (lambda text: text.replace("rule: benefit", "rule: shoe_size > 3"), "criterion benefit: .*shoe_size"),
        (lambda text: text.replace("here: home", "here: income"), "criterion near: income is no code"),
        (lambda text: text.replace("here: home", "here: hat"), "criterion near: no fact is called 'hat'"),
        (lambda text: text.replace("title: {", "title: &a {again: *a, "), "line 1: a is an anchor"),
        (lambda text: text.replace("title: {", "title: [*a], other: {"), "line 1: a is an anchor"),
        (lambda text: "[" * 100_000, "line 1: it is nested too deeply"),
        (lambda text: text.replace("Places from September.", r'"\ud83d"'), "line 2: half a character"),
        (lambda text: re.sub("opens: .{4}", "opens: 1899", text), "line 4: opens is not in the years 1900 to 2200"),
        (lambda text: re.sub("closes: .{4}", "closes: 9999", text), "line 5: closes is not in the years 1900 to 2200"),
        (lambda text: text.replace("[sibling, near]", f"[{'near, ' * 51}]"), "priorities .* has 51 items"),
        (lambda text: text + "\nwho: true\n", "stands twice"),
        (lambda text: "", "line 1: there is nothing"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_line(change: Callable[[str], str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        api.draft(document=change(plan()), official_id=OFFICIAL)


def test_a_draft_is_changed_and_thrown_away_and_fixed_once_it_is_announced() -> None:
    allotment_id = drafted()
    api.change(allotment_id=allotment_id, document=plan(seats=2))
    assert api.allotment(allotment_id=allotment_id).plan.places[0].seats == 2
    with pytest.raises(NotFound):
        api.rules_file(allotment_id=allotment_id)
    api.announce(allotment_id=allotment_id)
    for do in (api.announce, api.remove):
        with pytest.raises(Conflict):
            do(allotment_id=allotment_id)
    with pytest.raises(Conflict):
        api.change(allotment_id=allotment_id, document=plan())
    other = drafted()
    api.remove(allotment_id=other)
    with pytest.raises(NotFound):
        api.allotment(allotment_id=other)


def test_who_may_apply_and_for_what() -> None:
    allotment_id, parent = opened(), mother()
    about, schoolchild = child(parent), child(parent, born=clock.today() - timedelta(days=8 * 366))
    with pytest.raises(Forbidden):
        api.apply(allotment_id=allotment_id, party_id=mother(), about_id=about, wishes=["sun"])
    with pytest.raises(Refused, match="not for them"):
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=schoolchild, wishes=["sun"])
    for wishes in ([], ["sun", "sun"], ["mars"], ["sun"] * 11):
        with pytest.raises(BadInput):
            api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=wishes)
    made = api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sun"])
    with pytest.raises(Conflict):
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sun"])
    number = api.application(application_id=made, party_id=parent).number
    api.withdraw(application_id=made, party_id=parent)
    with pytest.raises(Conflict):
        api.wish(application_id=made, party_id=parent, wishes=["moon"])
    assert made == api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["moon"])
    assert api.application(application_id=made, party_id=parent).number == number
    with pytest.raises(NotFound):
        api.application(application_id=made, party_id=mother())
    with pytest.raises(NotFound):
        api.apply(allotment_id=uuid4(), party_id=parent, about_id=about, wishes=["sun"])
    with clock.moved_by(AFTER), pytest.raises(Refused, match="no applications"):
        api.wish(application_id=made, party_id=parent, wishes=["sun"])


def test_brothers_and_sisters_share_their_wishes_until_they_go_apart() -> None:
    allotment_id, parent = opened(), mother()
    one, other = (
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=[place])
        for place in ("sun", "moon")
    )
    with pytest.raises(BadInput):
        api.stay_together(application_id=one, party_id=parent, other_id=one)
    api.stay_together(application_id=one, party_id=parent, other_id=other)
    api.wish(application_id=other, party_id=parent, wishes=["sea", "sun"])
    assert api.application(application_id=one, party_id=parent).wishes == ("sea", "sun")
    api.go_apart(application_id=one, party_id=parent)
    api.wish(application_id=other, party_id=parent, wishes=["star"])
    found = [api.application(application_id=each, party_id=parent) for each in (one, other)]
    assert [each.wishes for each in found] == [("sea", "sun"), ("star",)]
    assert [each.together for each in found] == ["", ""]


def test_what_the_city_knows_is_seen_before_the_closing_with_its_source() -> None:
    allotment_id, parent = opened(), mother()
    about = child(parent, home="north", sibling_at="star")
    known = {one.criterion.code: one for one in api.known(allotment_id=allotment_id, about_id=about, party_id=parent)}
    assert known["who"].holds is True and known["benefit"].holds is False
    assert known["near"].places == ("sun", "moon") and known["sibling"].places == ("star",)
    (fact,) = known["near"].facts
    assert fact.provenance is not None and fact.provenance.owner == "registry"
    homeless = child(parent)
    known = {
        one.criterion.code: one for one in api.known(allotment_id=allotment_id, about_id=homeless, party_id=parent)
    }
    assert known["near"].holds is None and known["near"].missing == ("home",)
    with pytest.raises(Forbidden):
        api.known(allotment_id=allotment_id, about_id=about, party_id=mother())


@pytest.mark.slow
def test_criteria_are_those_of_the_closing_and_whoever_is_not_known_is_left_out() -> None:
    allotment_id, parent = opened(), mother()
    near, unknown = child(parent, home="south"), parties.create(names=Names(family_name="U"))
    grown = child(parent)
    made = [
        api.apply(allotment_id=allotment_id, party_id=by, about_id=about, wishes=["star"])
        for by, about in ((parent, near), (unknown, unknown), (parent, grown))
    ]
    state(grown, "birth_date", clock.today() - timedelta(days=9 * 366))
    with clock.moved_by(AFTER):
        api.go_on()
        state(near, "home", "north", since=clock.today())
        deal(allotment_id)
        run_jobs()
        assert api.application(application_id=made[1], party_id=unknown).left_out == ("age_years",)
        assert api.application(application_id=made[2], party_id=parent).left_out == ("who",)
        assert [one.kind for one in messages.inbox(party_id=unknown)] == ["allotment_left_out"]
    (applicant,) = json.loads(api.input_of(allotment_id=allotment_id))["applicants"]
    assert applicant["here"] == {"star": ["near"]}


def test_what_is_not_published_in_time_says_so_and_is_dealt_to_nobody() -> None:
    late = drafted()
    api.announce(allotment_id=late)
    api.go_on()
    assert "not published" in api.allotment(allotment_id=late).problem
    keep_ledger()
    with clock.moved_by(AFTER):
        for _ in range(2):
            api.go_on()
        found = api.allotment(allotment_id=late)
        assert found.state is State.ANNOUNCED and "before it could open" in found.problem
    api.go_on()  # in time it opens, and says nothing any more
    found = api.allotment(allotment_id=late)
    assert found.state is State.OPEN and not found.problem


class Killed(Exception):
    """The process ends here."""


@pytest.mark.slow
def test_a_kill_before_the_end_of_any_step_changes_nothing_and_it_is_taken_up_again() -> None:
    allotment_id = drafted()
    api.announce(allotment_id=allotment_id)
    keep_ledger()

    def killed() -> None:
        with transaction.atomic():
            lifecycle.step(allotment_id)
            raise Killed

    def step() -> bool:
        """Killed once, then done."""
        before = api.allotment(allotment_id=allotment_id)
        with pytest.raises(Killed):
            killed()
        assert api.allotment(allotment_id=allotment_id) == before
        return lifecycle.step(allotment_id)

    assert step() and not step()
    people = [mother() for _ in range(7)]
    for parent in people:
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=["sea", "sun"])
    with clock.moved_by(AFTER):
        states = []
        while api.allotment(allotment_id=allotment_id).state is not State.DEALT:
            states.append(step())
            keep_ledger()
        assert states == [True, True, True, True]  # closed, asked, fixed, dealt
        assert step() and not step()  # everybody is told
        assert [len(messages.inbox(party_id=parent)) for parent in people] == [1] * 7
        with clock.moved_by(timedelta(days=6)):
            assert step() and step() and not step()  # the seats lapse, nobody is next
        keep_ledger()
    entries = [json.loads(entry.entry)["content"] for entry in ledger.entries(about=allotment_id)]
    moves = [each["is"] for each in entries if "is" in each]
    assert len(entries) - len(moves) == 3 and set(moves) == {"lapsed"} and len(moves) == 7


def test_one_that_breaks_in_a_way_nobody_foresaw_keeps_no_other() -> None:
    broken, other = opened(), opened()
    parent = mother()
    api.apply(allotment_id=broken, party_id=parent, about_id=child(parent), wishes=["sun"])
    models.Application.objects.filter(allotment=broken).update(wishes=7)  # no door lets this through
    with clock.moved_by(AFTER):
        api.go_on()
    assert api.allotment(allotment_id=other).state is State.FIXED
    found = api.allotment(allotment_id=broken)
    assert found.state is State.CLOSING and "nobody foresaw" in found.problem and "7" not in found.problem


@pytest.mark.slow
def test_whoever_could_not_be_told_keeps_nobody_else_and_their_seat_waits_until_they_are() -> None:
    allotment_id, people = opened(), [mother() for _ in range(3)]
    made = [api.apply(allotment_id=allotment_id, party_id=one, about_id=child(one), wishes=["sea"]) for one in people]

    def seats() -> list[Held]:
        return [
            api.application(application_id=one, party_id=by).seats[-1].held
            for one, by in zip(made, people, strict=True)
        ]

    with clock.moved_by(AFTER):
        while api.allotment(allotment_id=allotment_id).state is not State.DEALT:
            lifecycle.step(allotment_id)
            keep_ledger()
        first = models.Application.objects.filter(id=made[0])
        number = first.get().number
        first.update(number="LOST")  # nothing can be explained to a number that is nobody's
        api.go_on()
        assert [len(messages.inbox(party_id=one)) for one in people] == [0, 1, 1]
        with clock.moved_by(timedelta(days=6)):
            api.go_on()
            assert seats() == [Held.OFFERED, Held.LAPSED, Held.LAPSED]
            first.update(number=number)
            with clock.moved_by(timedelta(minutes=11)):
                api.go_on()
                (seat,) = api.application(application_id=made[0], party_id=people[0]).seats
                assert [one.kind for one in messages.inbox(party_id=people[0])] == ["allotment_got"]
                assert seat.until == clock.today() + timedelta(days=5)
                assert api.go_on() == 0


@pytest.mark.slow
def test_whoever_acts_for_the_child_now_is_told_else_the_child_and_nobody_who_did_before() -> None:
    allotment_id, new, before = opened(), mother(), [mother() for _ in range(3)]
    children = [child(one) for one in before]
    for one, about in zip(before, children, strict=True):
        api.apply(allotment_id=allotment_id, party_id=one, about_id=about, wishes=["sea"])
    for at in range(2):
        link(before[at], "children", children[at], present=False)
        link(children[at], "mother", before[at], present=False)
    link(new, "children", children[0])
    link(children[0], "mother", new)
    with clock.moved_by(AFTER):
        deal(allotment_id)
        told = {one for one in (*before, *children, new) if messages.inbox(party_id=one)}
    assert told == {new, children[1], before[2]}


def test_two_who_are_found_to_be_one_child_are_one_applicant_the_first() -> None:
    allotment_id, parent = opened(), mother()
    about, duplicate = child(parent), child(parent)
    first = api.apply(allotment_id=allotment_id, party_id=parent, about_id=duplicate, wishes=["sea"])
    with clock.moved_by(timedelta(hours=1)):
        second = api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sun"])
    parties.merge(party_id=about, duplicate_id=duplicate, by="test", reason="one child")
    found = api.applications_of(party_id=parent, allotment_id=allotment_id)
    assert [(one.application_id, one.party_id) for one in found] == [(second, about), (first, about)]
    api.wish(application_id=first, party_id=parent, wishes=["moon"])
    with clock.moved_by(AFTER):
        api.go_on()
    (applicant,) = json.loads(api.input_of(allotment_id=allotment_id))["applicants"]
    assert applicant["wishes"] == ["moon"]
    assert api.application(application_id=second, party_id=parent).withdrawn


def test_a_child_that_was_merged_cannot_be_applied_for_twice() -> None:
    allotment_id, parent = opened(), mother()
    about, duplicate = child(parent), child(parent)
    api.apply(allotment_id=allotment_id, party_id=parent, about_id=duplicate, wishes=["sea"])
    parties.merge(party_id=about, duplicate_id=duplicate, by="test", reason="one child")
    with pytest.raises(Conflict):
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sun"])


@pytest.mark.slow
def test_whoever_is_offered_a_better_place_keeps_theirs_until_they_answer() -> None:
    allotment_id = opened(plan(seats=1))
    people = [mother() for _ in range(3)]
    made = {
        parent: api.apply(
            allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=["sea", "star", "moon"]
        )
        for parent in people
    }

    def has(place: str) -> dict[UUID, Held]:
        """Who has a seat there, and how."""
        return {parent: seat.held for parent in people for seat in seats(parent, place) if seat.held in HAS}

    def seats(parent: UUID, place: str) -> list[Seat]:
        found = api.application(application_id=made[parent], party_id=parent).seats
        return [seat for seat in found if seat.place == place]

    def say(parent: UUID, place: str, *, accepts: bool) -> None:
        seat_id = seats(parent, place)[-1].seat_id
        api.answer(application_id=made[parent], party_id=parent, seat_id=seat_id, accepts=accepts)
        api.go_on()

    with clock.moved_by(AFTER):
        deal(allotment_id)
        (first,), (second,), (third,) = has("sea"), has("star"), has("moon")
        say(second, "star", accepts=True)
        say(third, "moon", accepts=True)
        say(first, "sea", accepts=False)
        assert has("sea") == {second: Held.OFFERED} and has("star") == {second: Held.ACCEPTED}
        say(second, "sea", accepts=True)  # gives up the star, for which the first has the better lot
        assert has("star") == {first: Held.OFFERED} and has("moon") == {third: Held.ACCEPTED}
        say(first, "star", accepts=False)
        assert has("star") == {third: Held.OFFERED} and has("moon") == {third: Held.ACCEPTED}
        with pytest.raises(Conflict):
            say(first, "sea", accepts=True)
        with clock.moved_by(timedelta(days=6)):
            with pytest.raises(Refused, match="time to answer"):
                say(third, "star", accepts=True)
            api.go_on()
            assert has("star") == {} and has("moon") == {third: Held.ACCEPTED}
            say(second, "sea", accepts=False)  # whoever let the star pass and has the moon is on this list still
            assert has("sea") == {third: Held.OFFERED}
