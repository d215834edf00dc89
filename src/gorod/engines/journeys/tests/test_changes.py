"""What a death, a retraction, a corrected fact or another parent does to a family's steps and running applications."""

from __future__ import annotations

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.cases.tests.factories import status
from gorod.engines.journeys import api
from gorod.engines.journeys.data import JourneyState, StepState
from gorod.engines.journeys.tests.factories import (
    Family,
    accepted,
    advanced,
    allow_automatic,
    birth,
    case_of,
    configure,
    days,
    family,
    inbox,
    older_child,
    states,
    steps,
)
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.facts.tests.factories import link, state
from gorod.records.registers import api as registers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    configure()


def dies(person: UUID) -> None:
    state(person, "deceased", True)


def ended(case_id: UUID) -> bool:
    return cases.case(case_id=case_id).phase is Phase.STOPPED


def test_the_death_of_the_child_stops_offers_and_running_applications_at_once() -> None:
    home = family()
    allow_automatic(home.mother)
    journey = birth(home)
    running = [accepted(journey, "gift", home.mother), case_of(journey, "number")]
    dies(home.child)
    after = advanced(journey)
    assert {service: s for service, s in after.items() if s not in ("done", "stopped")} == {}
    assert after["record"] == "done"
    assert [ended(case.case_id) for case in running] == [True, True]
    assert [kind for kind, _ in inbox(home.mother)].count("stopped") == 2
    with pytest.raises(Refused, match="stopped"):
        api.accept(step_id=steps(journey)["gift"].step_id, by=home.mother)


def test_a_death_that_was_a_mistake_brings_the_offers_back() -> None:
    home = family()
    journey = birth(home)
    mistake = new_id()
    state(home.child, "deceased", True, by=mistake)
    assert advanced(journey)["gift"] == "stopped"
    registers.retract(event_id=mistake)
    assert advanced(journey)["gift"] == "offered"


def test_after_the_death_of_the_mother_the_father_gets_her_offers_and_she_gets_no_letters() -> None:
    home = family()
    journey = birth(home)
    running = accepted(journey, "allowance", home.mother)
    letters_to_her = len(inbox(home.mother))
    dies(home.mother)
    after = advanced(journey)
    assert (after["gift"], steps(journey)["gift"].applicant_id) == ("offered", home.father)
    assert ended(running.case_id)
    assert after["allowance"] == "offered"
    assert {("offered", "gift"), ("offered", "allowance")} <= set(inbox(home.father))
    assert len(inbox(home.mother)) == letters_to_her


def test_nobody_is_left_to_apply() -> None:
    home = family()
    journey = birth(home)
    dies(home.mother)
    dies(home.father)
    assert advanced(journey)["gift"] == "later"
    assert steps(journey)["gift"].reason == "nobody can apply"


def test_a_condition_that_fails_stops_the_application_and_says_which() -> None:
    home = family()
    journey = birth(home)
    case = accepted(journey, "allowance", home.mother)
    state(home.father, "income", 10**9)
    assert advanced(journey)["allowance"] == "not_due"
    assert steps(journey)["allowance"].failing == ("poor",)
    assert ended(case.case_id)
    assert cases.history(case_id=case.case_id)[-1].detail == {"reason": "no longer due: poor"}
    assert ("stopped", "allowance") in inbox(home.mother)
    state(home.father, "income", 1)
    assert advanced(journey)["allowance"] == "offered"
    assert accepted(journey, "allowance", home.mother).number != case.number


def test_waiting_for_the_agency_costs_nobody_their_right() -> None:
    """The child was young enough on the day of the application: it may grow while the agency takes its time."""
    home = family(born=clock.today())
    journey = birth(home)
    with clock.moved_by(days(720)):
        case = accepted(journey, "allowance", home.mother)
    with clock.moved_by(days(760)):
        cases.apply_status(status=status(case.number, "in_progress", 60 * 24 * 750))
        assert advanced(journey)["allowance"] == "under_way"
        assert not ended(case.case_id)


def test_a_change_after_the_application_does_not_end_it_but_a_correction_does() -> None:
    home = family(born=clock.today())
    journey = birth(home)
    case = accepted(journey, "allowance", home.mother)
    with clock.moved_by(days(40)):
        state(home.mother, "income", 10**9, since=clock.today())
        assert advanced(journey)["allowance"] == "under_way"
        state(home.mother, "income", 10**9, since=clock.today() - days(50))
        assert advanced(journey)["allowance"] == "not_due"
        assert ended(case.case_id)


def test_what_needs_a_result_stops_when_the_result_is_gone() -> None:
    home = family()
    mistake = new_id()
    journey = birth(home, recorded=False)
    state(home.child, "recorded", True, by=mistake)
    api.advance(journey_id=journey)
    case = accepted(journey, "gift", home.mother)
    registers.retract(event_id=mistake)
    after = advanced(journey)
    assert (after["record"], after["gift"], after["allowance"]) == ("offered", "later", "later")
    assert ended(case.case_id)
    assert steps(journey)["gift"].reason == "after record"


def test_a_decision_under_review_keeps_what_rests_on_its_result() -> None:
    home = family()
    older_child(home)
    allow_automatic(home.mother)
    journey = birth(home)
    parking = accepted(journey, "parking", home.mother)
    large = case_of(journey, "large")
    cases.reopen(case_id=large.case_id, by="platform", reason="a fact was corrected")
    after = advanced(journey)
    assert (after["large"], after["parking"]) == ("under_way", "under_way")
    cases.decide(case_id=large.case_id, approved=False, by="officer", reasons=("too_late",))
    after = advanced(journey)
    assert (after["large"], after["parking"]) == ("refused", "later")
    assert ended(parking.case_id)


def test_another_mother_gets_the_steps_and_the_first_ones_application_stops() -> None:
    home = family()
    older_child(home)
    allow_automatic(home.mother)
    journey = birth(home)
    wrong = accepted(journey, "parking", home.mother)
    right = family()
    state(right.mother, "large_family", True)
    link(home.child, "mother", right.mother)
    api.advance(journey_id=journey)
    assert ended(wrong.case_id)
    assert (steps(journey)["parking"].subject_id, states(journey)["parking"]) == (right.mother, "offered")
    with pytest.raises(Forbidden):
        api.accept(step_id=steps(journey)["parking"].step_id, by=home.mother)
    assert accepted(journey, "parking", right.mother).subject_id == right.mother


def test_a_mother_nobody_knows_any_more_leaves_no_application_behind() -> None:
    home = family()
    older_child(home)
    allow_automatic(home.mother)
    journey = birth(home)
    case = accepted(journey, "parking", home.mother)
    link(home.child, "mother", None)
    assert advanced(journey)["parking"] == "later"
    assert ended(case.case_id)


def test_what_the_person_applied_for_at_another_door_is_the_steps_case() -> None:
    home = family()
    journey = birth(home)
    case = cases.submit(
        service="gift", subject_id=home.child, applicant_id=home.father, key="counter 7", by="service centre"
    )
    assert accepted(journey, "gift", home.mother).case_id == case.case_id
    assert steps(journey)["gift"].applicant_id == home.father


def test_the_platform_never_decides_a_case_that_a_person_looks_at() -> None:
    """The mother's status is under review and does not hold any more; a second child's event would decide it anew."""
    home = family()
    sibling = older_child(home)
    allow_automatic(home.mother)
    first = birth(home)
    large = case_of(first, "large")
    cases.reopen(case_id=large.case_id, by="platform", reason="a fact was corrected")
    state(home.mother, "large_family", None)
    second = birth(Family(child=sibling, mother=home.mother, father=home.father))
    assert states(second)["large"] == "under_way"
    assert case_of(second, "large").case_id == large.case_id
    assert cases.case(case_id=large.case_id).status == "reopened"


def started(home: Family, *events: UUID) -> UUID:
    state(home.child, "recorded", True)
    for event in events:
        journey = api.start(life_event_name="birth", about_id=home.child, event_id=event)
    api.advance(journey_id=journey)
    return journey


def test_a_journey_goes_on_while_one_event_supports_it() -> None:
    home, notice, record = family(), new_id(), new_id()
    journey = started(home, notice, record)
    assert api.retract(event_id=record) == []
    assert advanced(journey)["gift"] == "offered"
    assert api.retract(event_id=notice) == [journey]
    assert api.retract(event_id=notice) == []
    assert advanced(journey)["gift"] == "stopped"


def test_a_retracted_event_stops_everything_undecided_and_keeps_the_history() -> None:
    home, event = family(), new_id()
    allow_automatic(home.mother)
    journey = started(home, event)
    running = [accepted(journey, "gift", home.mother), case_of(journey, "number")]
    decided = accepted(journey, "allowance", home.mother)
    cases.decide(case_id=decided.case_id, approved=True, by="officer")
    before = api.history(journey_id=journey)
    api.retract(event_id=event)
    assert set(advanced(journey).values()) == {"stopped"}
    assert [ended(case.case_id) for case in running] == [True, True]
    assert cases.decisions_of(party_id=home.child)[0].approved, "a decision is never taken back without a person"
    assert api.history(journey_id=journey)[: len(before)] == before
    assert [j.state for j in api.journeys_of(party_id=home.mother)] == [JourneyState.RETRACTED]
    notes = [note for note in inbox(home.mother) if note[0] == "stopped"]
    assert sorted(notes) == [("stopped", "gift"), ("stopped", "number")]
    api.advance(journey_id=journey)
    assert [note for note in inbox(home.mother) if note[0] == "stopped"] == notes


def test_nothing_of_a_retracted_event_can_be_accepted_before_its_journey_was_looked_at() -> None:
    home, event = family(), new_id()
    journey = started(home, event)
    api.retract(event_id=event)
    with pytest.raises(Refused, match="stopped"):
        api.accept(step_id=steps(journey)["gift"].step_id, by=home.mother)
    assert cases.cases_of(subjects=[home.child]) == []


def test_the_event_sent_again_goes_on_where_the_family_was_and_respects_its_no() -> None:
    home, event = family(), new_id()
    allow_automatic(home.mother)
    journey = started(home, event)
    first = case_of(journey, "number")
    api.decline(step_id=steps(journey)["gift"].step_id, by=home.mother, reason="no need")
    api.retract(event_id=event)
    api.advance(journey_id=journey)
    assert started(home, new_id()) == journey
    assert (states(journey)["gift"], steps(journey)["gift"].reason) == ("declined", "no need")
    assert states(journey)["allowance"] == "offered"
    second = case_of(journey, "number")
    assert (ended(first.case_id), second.phase) == (True, Phase.OPEN)


def test_a_second_birth_of_the_same_child_is_the_same_journey() -> None:
    home = family()
    assert started(home, new_id()) == started(home, new_id())


def test_why_the_event_no_longer_carries_a_case() -> None:
    home, event = family(), new_id()
    journey = started(home, event)
    case = accepted(journey, "gift", home.mother)
    key = cases.submitted_under(case_id=case.case_id)
    cases.decide(case_id=case.case_id, approved=True, by="officer")

    def lost() -> str:
        api.advance(journey_id=journey)
        return api.lost_ground(case=cases.case(case_id=case.case_id), key=key)

    assert lost() == ""
    state(home.child, "recorded", False)
    assert lost() == "record: no longer there"
    state(home.child, "recorded", True)
    assert lost() == ""
    api.retract(event_id=event)
    assert lost() == "the event was retracted"
    own = cases.submit(service="clinic", subject_id=home.child, applicant_id=home.mother, key="own", by="mother")
    assert api.lost_ground(case=own, key="own") == ""


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_application() -> None:
    home = family()
    journey = birth(home)
    offer = steps(journey)["gift"].step_id
    ready, seen = threading.Barrier(4), []

    def click() -> None:
        ready.wait()
        try:
            seen.append(api.accept(step_id=offer, by=home.mother).case_id)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(seen) == 4
    assert set(seen) == {case_of(journey, "gift").case_id}
    assert steps(journey)["gift"].state is StepState.UNDER_WAY
    assert len(cases.cases_of(subjects=[home.child])) == 1


def test_a_child_that_grew_up_long_ago_is_too_late_for_what_expires() -> None:
    journey = birth(family(born=date(2010, 1, 1)))
    assert steps(journey)["gift"].failing == ("too_late",)
    assert steps(journey)["allowance"].failing == ("young",)
