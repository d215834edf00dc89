"""Who the persons of an event are, and how a wrong answer to that is put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.intake import api
from gorod.engines.intake.data import Fate
from gorod.engines.intake.tests.factories import (
    configure,
    event,
    income,
    notice,
    registration,
    resident,
    retraction,
    send,
    who,
)
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import JourneyState
from gorod.engines.journeys.tests import factories as city
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts
from gorod.records.facts.tests.factories import READER, state
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    configure()


def known(person: UUID, name: str = "income") -> object:
    return facts.read(people=[person], names=[name], purpose="a test", reader=READER)[0].value


def child_of(receipt: Any) -> UUID:
    return api.event(event_id=receipt.event_id).persons["child"]


def named(identifiers: dict[str, str], amount: int = 700) -> Any:
    """An income of somebody with these identifiers."""
    return event("income.assessed", {"person": {"identifiers": identifiers}, "income": amount, "since": "2020-01-01"})


def test_nobody_is_found_by_name() -> None:
    person = resident("Anna")
    message = event("income.assessed", {"person": {"identifiers": {"nick": "A"}, "names": {"given_name": "Anna"}}})
    (receipt,) = send(replace(message, data={**message.data, "income": 5}))
    assert (receipt.fate, known(person)) == (Fate.PARKED, 100)
    assert "no identifier of national" in receipt.reason


def test_nobody_found_parks_and_a_clerk_says_who_it_is() -> None:
    person = resident()
    (receipt,) = send(named({"national": "a new number"}))
    assert (receipt.fate, "nobody carries this national" in receipt.reason) == (Fate.PARKED, True)
    assert api.resolve(event_id=receipt.event_id, said={"person": person}, by="clerk").fate is Fate.ACCEPTED
    assert known(person) == 700
    send(named({"national": "a new number"}, 900))
    assert known(person) == 900, "the number is known from now on"


def test_several_found_park_and_both_stay_untouched() -> None:
    first, second = resident(), resident()
    mixed = {
        "national": parties.identifiers(party_id=first)["national"],
        "passport": parties.identifiers(party_id=second)["passport"],
    }
    message = registration({"record": "1"}, first)
    (receipt,) = send(replace(message, data={**message.data, "mother": {"identifiers": mixed}}))
    assert receipt.fate is Fate.PARKED
    assert "2 different persons" in receipt.reason
    assert (known(first, "children_count"), known(second, "children_count")) == (0, 0)
    assert parties.match(identifiers={"record": "1"}).parties == (), "nothing of a parked event is written"


def test_a_merge_answers_the_question_and_the_event_is_replayed() -> None:
    first, second = resident(), resident()
    mixed = {
        "national": parties.identifiers(party_id=first)["national"],
        "passport": parties.identifiers(party_id=second)["passport"],
    }
    message = registration({"record": "1"}, first)
    (receipt,) = send(replace(message, data={**message.data, "mother": {"identifiers": mixed}}))
    parties.merge(party_id=first, duplicate_id=second, by="clerk", reason="the same person")
    assert api.replay(event_id=receipt.event_id).fate is Fate.ACCEPTED
    assert known(first, "children_count") == 1


def test_a_clerk_cannot_say_nonsense() -> None:
    (receipt,) = send(named({"national": "a new number"}))
    with pytest.raises(Refused, match="has no mother"):
        api.resolve(event_id=receipt.event_id, said={"mother": resident()}, by="clerk")
    with pytest.raises(NotFound):
        api.resolve(event_id=receipt.event_id, said={"person": new_id()}, by="clerk")
    with pytest.raises(NotFound):
        api.resolve(event_id=new_id(), said={}, by="clerk")


def test_the_provisional_childs_row_is_the_childs_row() -> None:
    mother, father = resident(), resident("Ivan")
    (first,) = send(notice("c1", mother))
    child = child_of(first)
    assert parties.party(party_id=child).provisional
    (second,) = send(registration({"record": "r1", "certificate": "c1"}, mother, father))
    assert (child_of(second), second.journey_id) == (child, first.journey_id)
    after = parties.party(party_id=child)
    assert (after.provisional, after.names.given_name) == (False, "Lev")
    assert (known(mother, "children_count"), known(father, "children_count")) == (1, 1)
    assert parties.identifiers(party_id=child) == {"record": "r1", "certificate": "c1"}


def test_the_notice_may_come_second_and_takes_nothing_back() -> None:
    mother = resident()
    (first,) = send(registration({"record": "r1", "certificate": "c1"}, mother))
    (second,) = send(notice("c1", mother, names={"given_name": "Boy"}))
    assert child_of(first) == child_of(second)
    child = parties.party(party_id=child_of(first))
    assert (child.provisional, child.names.given_name) == (False, "Lev")
    assert known(child_of(first), "recorded") is True


def test_a_father_left_out_of_a_registration_is_known_to_be_none() -> None:
    mother = resident()
    (receipt,) = send(registration({"record": "r1"}, mother))
    assert known(child_of(receipt), "father_registered") is False
    (asked,) = send(notice("c2", resident()))
    assert known(child_of(asked), "father_registered") is None, "a notice does not know the father"


def test_the_register_corrects_the_name_of_the_child_and_of_nobody_else() -> None:
    mother = resident("Anna")
    (receipt,) = send(registration({"record": "r1"}, mother))
    corrected = registration({"record": "r1"}, mother, names={"given_name": "Leo"})
    corrected.data["mother"]["names"] = {"given_name": "Hanna"}  # type: ignore[index]
    send(corrected)
    assert parties.party(party_id=child_of(receipt)).names.given_name == "Leo"
    assert parties.party(party_id=mother).names == Names(given_name="Anna")


def test_a_wrong_match_is_undone_and_leaves_nothing_behind() -> None:
    wrong, right = resident("Wrong"), resident("Right")
    (receipt,) = send(registration({"record": "r1"}, wrong))
    child = child_of(receipt)
    before = (parties.identifiers(party_id=wrong), parties.party(party_id=wrong))
    api.resolve(event_id=receipt.event_id, said={"mother": right}, by="clerk")
    assert (known(wrong, "children_count"), known(right, "children_count")) == (0, 1)
    assert (parties.identifiers(party_id=wrong), parties.party(party_id=wrong)) == before
    assert child_of(receipt) == child, "nobody objected to the child"
    (journey,) = journeys.journeys_of(party_id=child)
    assert journey.state is JourneyState.OPEN
    run_jobs()
    assert journeys.journey(journey_id=journey.journey_id).members["mother"] == right


def test_a_wrong_child_is_undone_with_its_life_event() -> None:
    """The clerk took another child for this one; that child keeps its name and gets no birth."""
    mother = resident()
    other = parties.create(names=Names(given_name="Zoe"))
    (receipt,) = send(registration({"record": "r1"}, mother))
    api.resolve(event_id=receipt.event_id, said={"child": other}, by="clerk")
    run_jobs()
    (wrong,) = journeys.journeys_of(party_id=other)
    assert wrong.state is JourneyState.OPEN
    right = parties.create()
    api.resolve(event_id=receipt.event_id, said={"child": right}, by="another clerk")
    run_jobs()
    (wrong,) = journeys.journeys_of(party_id=other)
    assert (wrong.state, {str(step.state) for step in wrong.steps}) == (JourneyState.RETRACTED, {"stopped"})
    assert parties.party(party_id=other).names == Names(given_name="Zoe")
    assert parties.identifiers(party_id=other) == {}
    assert parties.party(party_id=right).names == Names(given_name="Lev")
    assert known(mother, "children_count") == 1


def test_what_runs_for_a_wrongly_matched_mother_stops_and_what_was_decided_goes_to_a_person() -> None:
    wrong, right = resident("Wrong"), resident("Right")
    state(wrong, "large_family", True)
    (receipt,) = send(registration({"record": "r1"}, wrong))
    run_jobs()
    assert receipt.journey_id is not None
    parking = city.accepted(receipt.journey_id, "parking", wrong)
    gift = city.accepted(receipt.journey_id, "gift", wrong)
    cases.decide(case_id=parking.case_id, approved=True, by="officer")
    run_jobs()
    api.resolve(event_id=receipt.event_id, said={"mother": right}, by="clerk")
    run_jobs()
    decided = cases.case(case_id=parking.case_id)
    assert (decided.status, decided.subject_id) == ("reopened", wrong)
    assert cases.case(case_id=gift.case_id).phase is Phase.OPEN, "the child's gift is due all the same"
    assert city.steps(receipt.journey_id)["parking"].subject_id == right


def test_a_number_of_somebody_else_is_the_messages_mistake_once_a_clerk_has_said_so() -> None:
    wrong, right = resident("Wrong"), resident("Right")
    message = income(wrong, 900)
    (receipt,) = send(message)
    assert known(wrong) == 900
    assert api.resolve(event_id=receipt.event_id, said={"person": right}, by="clerk").fate is Fate.ACCEPTED
    assert (known(wrong), known(right)) == (100, 900)
    send(income(wrong, 300))
    assert (known(wrong), known(right)) == (300, 900)


def test_a_duplicate_may_be_named_and_means_the_person() -> None:
    person, duplicate = resident(), resident()
    parties.merge(party_id=person, duplicate_id=duplicate, by="clerk", reason="the same")
    (receipt,) = send(named({"national": "new"}))
    api.resolve(event_id=receipt.event_id, said={"person": duplicate}, by="clerk")
    assert known(person) == 700


def test_a_retracted_registration_makes_the_child_provisional_again_until_the_next_one() -> None:
    mother = resident()
    (first,) = send(notice("c1", mother))
    wrong = registration({"record": "r1", "certificate": "c1"}, mother)
    send(wrong)
    child = child_of(first)
    send(retraction(wrong), sender="registry")
    assert parties.party(party_id=child).provisional
    assert parties.identifiers(party_id=child) == {"certificate": "c1"}
    assert known(child, "recorded") is False
    send(registration({"record": "r1", "certificate": "c1"}, mother, names={"given_name": "Leo"}))
    after = parties.party(party_id=child)
    assert (after.provisional, after.names.given_name) == (False, "Leo")


def test_a_whole_birth_taken_back_leaves_the_family_as_it_was() -> None:
    mother, father = resident(), resident("Ivan")
    sent = [notice("c1", mother), registration({"record": "r1", "certificate": "c1"}, mother, father)]
    receipts = [send(message)[0] for message in sent]
    run_jobs()
    for message in sent:
        (receipt,) = send(retraction(message), sender="hospital" if "notified" in message.type else "registry")
        assert receipt.fate is Fate.ACCEPTED
        run_jobs()
    assert (known(mother, "children_count"), known(father, "children_count")) == (0, 0)
    assert parties.match(identifiers={"record": "r1", "certificate": "c1"}).parties == ()
    (journey,) = journeys.journeys_of(party_id=mother)
    assert {str(step.state) for step in journey.steps} == {"stopped"}
    assert {api.event(event_id=r.event_id).fate for r in receipts} == {Fate.RETRACTED}


def test_a_birth_taken_back_and_sent_again_is_the_same_childs() -> None:
    mother = resident()
    first, again = (registration({"record": "r1", "certificate": "c1"}, mother) for _ in range(2))
    (receipt,) = send(first)
    run_jobs()
    child = child_of(receipt)
    send(retraction(first), sender="registry")
    run_jobs()
    (receipt,) = send(again)
    run_jobs()
    assert child_of(receipt) == child
    assert known(mother, "children_count") == 1
    assert len(journeys.journeys_of(party_id=child)) == 1


def test_a_number_that_was_sent_by_mistake_is_another_familys_birth() -> None:
    """The wrong record number was taken back; the family that it belongs to gets nothing of the first one's."""
    first_mother, second_mother = resident(), resident("Eva")
    wrong = registration({"record": "r1"}, first_mother)
    (receipt,) = send(wrong)
    send(retraction(wrong), sender="registry")
    send(registration({"record": "r2"}, first_mother))
    (other,) = send(registration({"record": "r1"}, second_mother))
    assert child_of(other) != child_of(receipt)
    assert other.journey_id != receipt.journey_id


def test_a_number_taken_back_from_somebody_who_carries_another_is_free_for_a_newborn() -> None:
    mother = resident()
    first = registration({"record": "r1", "certificate": "c1"}, mother)
    (receipt,) = send(first)
    parties.identify(party_id=child_of(receipt), identifiers={"national": "12"})
    send(retraction(first), sender="registry")
    (other,) = send(registration({"record": "r1", "certificate": "c1"}, mother))
    assert child_of(other) != child_of(receipt)


def test_a_retraction_may_come_before_what_it_retracts() -> None:
    person = resident()
    message = income(person, 900)
    (early,) = send(retraction(message), sender="tax")
    assert (early.fate, "on its way" in early.reason) == (Fate.PARKED, True)
    (receipt,) = send(message)
    assert (receipt.fate, known(person)) == (Fate.RETRACTED, 100)
    assert api.parked() == []
    assert send(message)[0].fate is Fate.REPEATED


def test_what_is_parked_can_be_retracted_and_is_settled_then() -> None:
    message = named({"national": "nobody's"})
    (receipt,) = send(message)
    send(retraction(message), sender="tax")
    assert api.event(event_id=receipt.event_id).fate is Fate.RETRACTED
    with pytest.raises(Refused, match="was retracted"):
        api.resolve(event_id=receipt.event_id, said={"person": resident()}, by="clerk")


def test_only_its_sender_retracts_an_event_and_only_what_states_facts() -> None:
    person = resident()
    message = income(person, 900)
    send(message)
    (receipt,) = send(retraction(message), sender="registry")
    assert (receipt.fate, "its sender retracts it" in receipt.reason) == (Fate.PARKED, True)
    status = event("case.status", {"number": "1", "status": "approved"})
    send(status, sender="agency")
    (receipt,) = send(retraction(status), sender="agency")
    assert "states no facts" in receipt.reason
    assert known(person) == 900


def test_retracting_twice_changes_nothing() -> None:
    person = resident()
    (receipt,) = send(income(person, 900))
    send(income(person, 950))
    for _ in range(2):
        api.retract(event_id=receipt.event_id, reason="a mistake", by="clerk")
    assert known(person) == 950


def test_a_death_reaches_the_family_at_once() -> None:
    mother = resident()
    (receipt,) = send(registration({"record": "r1"}, mother))
    run_jobs()
    assert receipt.journey_id is not None
    gift = city.accepted(receipt.journey_id, "gift", mother)
    (died,) = send(event("death.registered", {"person": {"identifiers": {"record": "r1"}}}))
    run_jobs()
    assert died.fate is Fate.ACCEPTED
    assert cases.case(case_id=gift.case_id).phase is Phase.STOPPED
    assert set(city.states(receipt.journey_id).values()) <= {"stopped", "done"}


def test_everybody_named_is_found_by_all_their_identifiers() -> None:
    mother = resident()
    person = {"identifiers": {**who(mother)["identifiers"], "passport": "new passport"}}
    message = registration({"record": "r1"}, mother)
    (receipt,) = send(replace(message, data={**message.data, "mother": person}))
    assert receipt.fate is Fate.ACCEPTED
    assert parties.match(identifiers={"passport": "new passport"}).one == mother
    api.retract(event_id=receipt.event_id, reason="a mistake", by="clerk")
    assert parties.match(identifiers={"passport": "new passport"}).one is None


def test_what_two_events_said_holds_until_both_are_taken_back() -> None:
    """The registration came first and brought the certificate's number; the notice says the same number."""
    mother = resident()
    registered = registration({"record": "r1", "certificate": "c1"}, mother)
    (first,) = send(registered)
    send(notice("c1", mother))
    send(retraction(registered), sender="registry")
    assert parties.identifiers(party_id=child_of(first)) == {"certificate": "c1"}
    (again,) = send(registration({"record": "r1", "certificate": "c1"}, mother))
    assert child_of(again) == child_of(first)
    assert known(mother, "children_count") == 1
