"""Events as agencies send them: checked, taken once, all or none, parked when they cannot be applied."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.intake import api
from gorod.engines.intake.data import CloudEvent, Fate
from gorod.engines.intake.tests.factories import (
    TYPES,
    configure,
    event,
    income,
    notice,
    registration,
    resident,
    retraction,
    send,
)
from gorod.engines.journeys.tests import factories as city
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import OrderState
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Forbidden, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts
from gorod.records.facts.tests.factories import READER
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    configure()


def known(person: Any, name: str = "income") -> object:
    return facts.read(people=[person], names=[name], purpose="a test", reader=READER)[0].value


def errors(*events: CloudEvent, sender: str = "") -> list[dict[str, Any]]:
    """What a refused request says about its events; nothing of it may be stored."""
    with pytest.raises(api.BatchRefused) as caught:
        send(*events, sender=sender)
    return list(caught.value.extra["errors"])


def test_an_event_becomes_facts_with_its_sender_as_their_source() -> None:
    person = resident()
    (receipt,) = send(income(person, 700))
    assert (receipt.fate, receipt.reason) == (Fate.ACCEPTED, "")
    fact = facts.read(people=[person], names=["income"], purpose="a test", reader=READER)[0]
    assert fact.provenance is not None
    assert (fact.value, fact.provenance.owner, fact.provenance.event_id) == (700, "tax", receipt.event_id)
    assert api.event(event_id=receipt.event_id).persons == {"person": person}


def test_the_same_source_and_id_again_changes_nothing() -> None:
    person = resident()
    message = income(person, 700)
    (first,) = send(message)
    send(income(person, 800))
    again = send(message, message)
    assert [(r.event_id, r.fate) for r in again] == [(first.event_id, Fate.REPEATED)] * 2
    assert known(person) == 800


def test_an_id_belongs_to_its_sender() -> None:
    message = event("case.status", {"number": "1", "status": "approved"}, key="1")
    send(message, sender="agency")
    fresh = event("case.status", {"number": "2", "status": "approved"}, key="2")
    (error,) = errors(fresh, message, sender="other")
    assert (error["index"], error["id"]) == (1, "1")
    assert [e.event.id for e in api.parked()] == ["1"]


def test_a_batch_is_taken_whole_or_not_at_all_and_each_bad_event_is_named() -> None:
    person = resident()
    batch = [income(person, 700), income(person, 800), event("income.assessed", {"income": "much"})]
    batch += [replace(income(person, 900), type="weather.changed")]
    with pytest.raises(Forbidden, match=r"weather\.changed"):
        send(*batch)
    found = errors(*batch[:3], event("birth.registered", batch[0].data))
    assert [error["index"] for error in found] == [2, 3]
    assert "person" in found[0]["detail"]
    assert "does not send birth.registered" in found[1]["detail"]
    assert known(person) == 100
    assert api.parked() == []


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"income": 5}, "/data/"),
        ({"person": {"identifiers": {}}, "income": "5"}, "/data/income"),
        ({"person": "Anna", "income": 5}, "/data/person"),
    ],
)
def test_a_bad_payload_is_refused_with_its_place(data: dict[str, Any], pointer: str) -> None:
    (error,) = errors(event("income.assessed", data))
    assert error["pointer"] == pointer


@pytest.mark.parametrize("poison", ["a\x00b", "\ud800", float("nan")])
def test_what_no_database_keeps_is_refused_and_not_tried_for_ever(poison: Any) -> None:
    person = resident()
    message = income(person, 5)
    (error,) = errors(replace(message, data={**message.data, "note": [{"deep": poison}]}))
    assert error["index"] == 0
    if isinstance(poison, str):
        assert errors(replace(message, id=poison))[0]["detail"].startswith("id or source holds")
    assert errors(replace(message, id="x" * 301))[0]["detail"].startswith("id or source of more than 300")


def test_too_much_in_one_request() -> None:
    person = resident()
    with pytest.raises(BadInput, match="1001 events"):
        send(*[income(person, 5)] * (api.LARGEST_BATCH + 1))


def test_a_value_that_does_not_fit_its_fact_parks_the_event() -> None:
    person = resident()
    (receipt,) = send(income(person, -5))
    assert (receipt.fate, known(person)) == (Fate.PARKED, 100)
    assert "outside 0 to" in receipt.reason


def test_a_refusal_is_kept_and_nothing_else_of_the_request() -> None:
    since = clock.now()
    api.refuse(sender="stranger", reason="no token", event=income(resident(), 5))
    assert [(who, why) for _, who, why in api.refusals(since=since)] == [("stranger", "no token")]
    assert api.refusals(since=clock.now()) == []
    assert api.parked() == []


def test_statuses_of_an_agency_move_its_cases() -> None:
    home = city.family()
    case = city.accepted(city.birth(home), "gift", home.mother)
    later, earlier = case.opened_at + timedelta(seconds=9), case.opened_at + timedelta(seconds=3)
    send(
        event("case.status", {"number": case.number, "status": "approved"}, time=later),
        event("case.status", {"number": case.number, "status": "in_progress"}, time=earlier),
        sender="agency",
    )
    assert cases.case(case_id=case.case_id).phase is Phase.APPROVED


def test_a_status_of_an_unknown_case_is_parked_and_can_be_replayed() -> None:
    home = city.family()
    journey = city.birth(home)
    next_number = "2999-0000001-1"
    (receipt,) = send(event("case.status", {"number": next_number, "status": "approved"}), sender="agency")
    assert (receipt.fate, [p.event_id for p in api.parked()]) == (Fate.PARKED, [receipt.event_id])
    assert f"no case {next_number}" in receipt.reason
    assert api.replay(event_id=receipt.event_id).fate is Fate.PARKED
    case = city.accepted(journey, "gift", home.mother)
    strange = event("case.status", {"number": case.number, "status": "lost"})
    (receipt,) = send(strange, sender="agency")
    assert (receipt.fate, cases.case(case_id=case.case_id).phase) == (Fate.PARKED, Phase.OPEN)


def test_a_parked_status_is_carried_out_when_its_cause_is_gone() -> None:
    home = city.family()
    case = city.accepted(city.birth(home), "gift", home.mother)
    refused = {"number": case.number, "status": "refused", "reasons": ["moved_away"]}
    (receipt,) = send(event("case.status", refused), sender="agency")
    assert receipt.fate is Fate.PARKED
    kinds = tuple(
        replace(kind, refusals=("moved_away",)) if kind.service == "gift" else kind for kind in city.CASE_TYPES
    )
    city.configure(types=kinds)
    assert api.replay(event_id=receipt.event_id).fate is Fate.ACCEPTED
    assert cases.case(case_id=case.case_id).phase is Phase.REFUSED
    with pytest.raises(Refused, match="only a parked event"):
        api.replay(event_id=receipt.event_id)


def test_a_number_too_large_for_money_parks_its_message_and_stops_no_other() -> None:
    home = city.family()
    case = city.accepted(city.birth(home), "gift", home.mother)
    much = {"number": case.number, "status": "approved", "amount": 10**30}
    receipts = send(
        event("case.status", much),
        event("case.status", {"number": case.number, "status": "in_progress"}),
        sender="agency",
    )
    assert [r.fate for r in receipts] == [Fate.PARKED, Fate.ACCEPTED]
    assert cases.case(case_id=case.case_id).status == "in_progress"


def test_the_treasurys_word_moves_an_order() -> None:
    home = city.family()
    payments.confirm_account(party_id=home.mother, account="40817810099910004312")
    case = city.accepted(city.birth(home), "allowance", home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    (order,) = payments.orders_of(cases=[case.case_id])
    paid = {"order": str(order.order_id), "attempt": order.attempt, "state": "paid"}
    send(event("payment.status", paid))
    assert payments.orders_of(cases=[case.case_id])[0].state is OrderState.PAID
    (unknown,) = send(event("payment.status", {**paid, "order": str(new_id())}))
    assert unknown.fate is Fate.PARKED


def test_an_event_type_that_left_the_city_waits_for_it() -> None:
    (receipt,) = send(event("income.assessed", {"person": {"identifiers": {"national": "1"}}, "income": 5}))
    api.configure(types={name: kind for name, kind in TYPES.items() if name != "income.assessed"})
    assert "knows no income.assessed" in api.replay(event_id=receipt.event_id).reason
    with pytest.raises(NotFound, match=r"knows no income\.assessed"):
        api.retract(event_id=receipt.event_id, reason="x", by="clerk")


def test_unknown_ids() -> None:
    for act in (api.event, api.replay):
        with pytest.raises(NotFound):
            act(event_id=new_id())


def test_a_residents_word_is_believed_until_the_register_speaks() -> None:
    person = parties.create()
    api.supply(party_id=person, values={"income": 55}, by="resident")
    assert known(person) == 55
    parties.identify(party_id=person, identifiers={"national": str(person)})
    (receipt,) = send(replace(income(person, 77), data={**income(person, 77).data, "since": "2020-01-01"}))
    assert known(person) == 77
    api.supply(party_id=person, values={"income": 11}, by="resident")
    assert known(person) == 77
    api.retract(event_id=receipt.event_id, reason="another person", by="clerk")
    assert known(person) == 11


def test_a_supplied_fact_answers_what_was_asked() -> None:
    home = city.family(incomes=(None, 100))
    journey = city.birth(home)
    assert city.states(journey)["allowance"] == "asks"
    api.supply(party_id=home.mother, values={"income": 60}, by="resident")
    run_jobs()
    assert city.states(journey)["allowance"] == "offered"


@pytest.mark.parametrize("values", [{"registered": True}, {"income": "much"}, {"shoe_size": 40}])
def test_only_what_the_city_asks_is_taken_from_a_person(values: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        api.supply(party_id=resident(), values=values, by="resident")


def test_a_dispute_makes_the_answer_open_and_its_end_brings_it_back() -> None:
    home = city.family()
    journey = city.birth(home)
    case = city.accepted(journey, "allowance", home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    dispute = api.dispute(party_id=home.father, name="income", reason="I left that job", by="resident")
    run_jobs()
    assert cases.case(case_id=case.case_id).status == "reopened"
    api.answer_dispute(dispute_id=dispute, upheld=False, answer="The employer confirmed it")
    run_jobs()
    assert cases.case(case_id=case.case_id).phase is Phase.APPROVED


def test_what_is_switched_off_is_off_at_once() -> None:
    home = city.family()
    journey = city.birth(home)
    api.consent(party_id=home.mother, scope="offers", allowed=False, by="resident")
    run_jobs()
    assert city.states(journey)["gift"] == "declined"


def together(*acts: Any) -> list[Any]:
    """Run at the same moment, each in a thread with a connection of its own."""
    ready = threading.Barrier(len(acts))
    seen: list[Any] = []

    def run(act: Any) -> None:
        ready.wait()
        try:
            seen.append(act())
        except Exception as error:
            seen.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


@pytest.mark.django_db(transaction=True)
def test_ten_at_the_same_moment_are_one() -> None:
    mother = resident()
    message = registration({"record": "7"}, mother)
    receipts = together(*[lambda: send(message)[0]] * 10)
    assert sorted(r.fate for r in receipts) == ["accepted"] + ["repeated"] * 9
    assert len({r.event_id for r in receipts}) == 1
    assert known(mother, "children_count") == 1


@pytest.mark.django_db(transaction=True)
def test_notice_and_registration_at_the_same_moment_are_one_child() -> None:
    for number in range(4):
        mother, certificate = resident(), f"certificate {number}"
        both = registration({"record": f"record {number}", "certificate": certificate}, mother)
        seen = together(
            lambda: send(notice(certificate, mother))[0],  # noqa: B023
            lambda: send(both)[0],  # noqa: B023
        )
        assert [r.fate for r in seen] == [Fate.ACCEPTED, Fate.ACCEPTED]
        assert len({r.journey_id for r in seen}) == 1
        assert known(mother, "children_count") == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_and_its_retraction_at_the_same_moment_do_not_miss_each_other() -> None:
    """The retraction arrives while the event is being written: neither sees the other, unless one waits."""
    person = resident()
    message = income(person, 900)
    retracting = threading.Thread(target=_retract, args=(message,))
    with transaction.atomic():
        send(message)
        retracting.start()
        while retracting.is_alive() and not _somebody_waits():
            retracting.join(0.01)
    retracting.join()
    assert known(person) == 100
    assert api.parked() == []


def _retract(message: CloudEvent) -> None:
    try:
        send(retraction(message), sender="tax")
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])
