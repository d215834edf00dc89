"""What a resident reads and does at the counter: themselves, their children, never another adult."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api.tests.factories import COUNTER, PURPOSE, Agency, born, install, resident

pytestmark = pytest.mark.django_db


class Home:
    """A mother, the other parent whose income nobody knows, and their newborn."""

    def __init__(self) -> None:
        install()
        self.mother = resident("M1", yearly_income=1_000_000)
        self.other = resident("P1")
        self.counter = Agency(COUNTER)
        _, self.baby = born()

    def at(self, path: str, who: UUID | None = None) -> str:
        return f"/api/residents/{who or self.mother}/{path}"

    def due(self, service: str) -> dict[str, Any]:
        path = self.at(f"dues?about={self.baby}&service={service}&language=en")
        (answer,) = self.counter.get(path, **PURPOSE)
        found: dict[str, Any] = answer
        return found


@pytest.fixture
def home() -> Home:
    return Home()


def test_a_resident_is_found_by_strong_identifiers_only(home: Home) -> None:
    found = home.counter.call("POST", "/api/residents/match", {"identifiers": {"resident_number": "M1"}})
    assert found.json() == {"resident": str(home.mother)}
    both = {"identifiers": {"resident_number": "M1", "birth_number": "UNKNOWN"}}
    assert home.counter.call("POST", "/api/residents/match", both).status_code == 404


def test_exactly_the_missing_fact_is_asked_of_whom_it_is(home: Home) -> None:
    due = home.due("child_allowance")
    assert due["verdict"] == "unknown"
    (missing,) = due["missing"]
    assert (missing["name"], missing["of"], missing["may_ask"]) == ("yearly_income", str(home.other), True)
    home.counter.call("PUT", home.at("facts", home.other), {"values": {"yearly_income": 1_000_000}})
    run_jobs()
    assert home.due("child_allowance")["verdict"] == "due"


def test_a_failing_condition_is_said_in_words(home: Home) -> None:
    home.counter.call("PUT", home.at("facts", home.other), {"values": {"yearly_income": 900_000_000}})
    due = home.due("child_allowance")
    assert due["verdict"] == "not_due"
    assert list(due["failing"]) == ["income"]
    assert due["failing"]["income"] != "income"


def test_reading_needs_a_purpose_and_is_logged(home: Home) -> None:
    assert home.counter.call("GET", home.at("facts")).status_code == 400
    home.counter.get(home.at("facts"), **PURPOSE)
    log = home.counter.get(home.at("access-log"))
    assert {"reader_kind": "agency", "reader": COUNTER, "purpose": PURPOSE["purpose"]}.items() <= log[0].items()


def test_facts_come_with_their_source(home: Home) -> None:
    facts = {fact["name"]: fact for fact in home.counter.get(home.at("facts"), **PURPOSE)}
    assert facts["yearly_income"]["value"] == 1_000_000
    assert facts["yearly_income"]["provenance"]["source"] == "test"
    assert "parents_income" not in facts, "made of other people's facts"


def test_another_adult_is_closed(home: Home) -> None:
    answer = home.counter.call("GET", home.at(f"facts?about={home.other}"), headers=PURPOSE)
    assert answer.status_code == 403
    child = home.counter.get(home.at(f"facts?about={home.baby}"), **PURPOSE)
    assert "1000000" not in str(child)


def test_a_disputed_fact_counts_as_unknown(home: Home) -> None:
    answer = home.counter.call("POST", home.at("facts/lives_here/dispute"), {"reason": "I have lived here since May"})
    assert answer.status_code == 204
    facts = {fact["name"]: fact for fact in home.counter.get(home.at("facts"), **PURPOSE)}
    assert (facts["lives_here"]["value"], facts["lives_here"]["disputed"]) == (None, True)


def test_only_what_is_asked_of_people_can_be_supplied(home: Home) -> None:
    answer = home.counter.call("PUT", home.at("facts"), {"values": {"lives_here": True}})
    assert answer.status_code == 400
    assert "not asked of people" in answer.json()["detail"]


def apply(home: Home, service: str, key: str = "key-00000001", **more: Any) -> Any:
    body = {"service": service, "about": str(home.baby), **more}
    return home.counter.call("POST", home.at("cases"), body, headers={"idempotency-key": key})


def test_the_same_key_makes_one_case(home: Home) -> None:
    first, second = apply(home, "birth_certificate"), apply(home, "birth_certificate")
    assert first.status_code == second.status_code == 201
    assert first.json()["number"] == second.json()["number"]
    assert first.json()["phase"] == "approved", "the law lets the platform decide"


def test_an_application_that_is_not_due_says_what_is_missing(home: Home) -> None:
    answer = apply(home, "child_allowance")
    assert answer.status_code == 422
    assert answer.json()["missing"][0]["name"] == "yearly_income"


def test_a_second_application_points_to_the_live_one(home: Home) -> None:
    home.counter.call("PUT", home.at("facts", home.other), {"values": {"yearly_income": 1_000_000}})
    first = apply(home, "child_allowance").json()
    answer = apply(home, "child_allowance", key="key-00000002")
    assert answer.status_code == 409
    assert answer.json()["number"] == first["number"]
    withdrawn = home.counter.call("POST", home.at(f"cases/{first['number']}/withdraw"), {"reason": "later"})
    assert withdrawn.json()["phase"] == "withdrawn"
    assert apply(home, "child_allowance", key="key-00000003").status_code == 201


def test_a_form_takes_what_it_asks_and_nothing_else(home: Home) -> None:
    answer = apply(home, "day_care_place", data={"colour": "red"})
    assert answer.status_code == 400
    assert (answer.json()["missing"], answer.json()["strange"]) == (["care_begins_on"], ["colour"])


def test_nobody_applies_for_another_adult(home: Home) -> None:
    body = {"service": "parents_letter", "about": str(home.other)}
    answer = home.counter.call("POST", home.at("cases"), body, headers={"idempotency-key": "key-00000001"})
    assert answer.status_code == 403


def test_a_case_of_strangers_does_not_exist_for_them(home: Home) -> None:
    number = apply(home, "birth_certificate").json()["number"]
    stranger = resident("S1")
    assert home.counter.call("GET", home.at(f"cases/{number}", stranger)).status_code == 404
    assert home.counter.get(home.at(f"cases/{number}", home.other))["number"] == number


def test_offers_can_be_switched_off_and_messages_read(home: Home) -> None:
    assert home.counter.get(home.at("messages")), "the mother was told of what she is due"
    answer = home.counter.call("PUT", home.at("consents"), {"scope": "offers", "allowed": False})
    assert answer.status_code == 204
    run_jobs()
    (journey,) = home.counter.get(home.at("journeys"))
    assert "offered" not in {step["state"] for step in journey["steps"]}
    assert [word["scope"] for word in home.counter.get(home.at("consents"))] == ["offers"]


def test_an_unknown_resident_is_not_found(home: Home) -> None:
    answer = home.counter.call("GET", f"/api/residents/{UUID(int=1)}/cases")
    assert answer.status_code == 404


def test_messages_come_by_email_too_and_are_marked_as_read(home: Home) -> None:
    assert home.counter.call("PUT", home.at("email"), {"email": "nonsense"}).status_code == 400
    assert home.counter.call("PUT", home.at("email"), {"email": "anna@example.org"}).status_code == 204
    first = home.counter.get(home.at("messages"))[0]
    assert first["read_at"] is None
    answer = home.counter.call("POST", home.at("messages/read"), {"messages": [first["message_id"]]})
    assert answer.status_code == 204
    assert home.counter.get(home.at("messages"))[0]["read_at"]
