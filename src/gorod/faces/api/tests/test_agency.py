"""What an agency gets: its own feed without holes, its own cases, decisions that its officials look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api.tests.factories import COUNTER, Agency, born, event, install, person, resident

pytestmark = pytest.mark.django_db


class Family:
    """A family with an allowance applied for."""

    def __init__(self) -> None:
        install()
        self.mother = resident("M1", yearly_income=1_000_000)
        self.other = resident("P1", yearly_income=1_000_000)
        self.counter = Agency(COUNTER)
        self.office = Agency("family_office")
        self.receipt, self.baby = born()
        self.case = self.accept("child_allowance")

    def step(self, service: str) -> dict[str, Any]:
        (journey,) = self.counter.get(f"/api/residents/{self.mother}/journeys")
        found: dict[str, Any] = next(step for step in journey["steps"] if step["service"] == service)
        return found

    def accept(self, service: str, **data: Any) -> str:
        step = self.step(service)["step_id"]
        answer = self.counter.call("POST", f"/api/residents/{self.mother}/steps/{step}/accept", {"data": data})
        assert answer.status_code == 200, answer.content
        run_jobs()
        number: str = answer.json()["case"]
        return number

    def decide(self, status: str, **more: Any) -> None:
        answer = self.office.send(event("case.status", {"number": self.case, "status": status, **more}))
        assert answer.json()["fate"] == "accepted", answer.content
        run_jobs()


@pytest.fixture
def family() -> Family:
    return Family()


def test_the_feed_tells_of_a_case_and_can_be_read_again(family: Family) -> None:
    feed = family.office.get("/api/agency/cases?after=0")
    (submitted,) = feed["events"]
    assert submitted["type"] == "case.submitted"
    assert submitted["data"]["number"] == submitted["subject"] == family.case
    assert submitted["specversion"] == "1.0"
    assert family.office.get(f"/api/agency/cases?after={feed['last']}") == {"events": [], "last": feed["last"]}
    assert family.office.get("/api/agency/cases?after=0") == feed


def test_an_agency_sees_only_its_own(family: Family) -> None:
    other = Agency("youth_office")
    assert all(e["data"].get("number") != family.case for e in other.get("/api/agency/cases")["events"])
    assert other.call("GET", f"/api/agency/cases/{family.case}").status_code == 404


def test_the_life_of_a_case_is_there_to_read(family: Family) -> None:
    family.decide("in_progress")
    family.decide("granted")
    case = family.office.get(f"/api/agency/cases/{family.case}")
    assert (case["status"], case["phase"]) == ("granted", "approved")
    assert [entry["what"] for entry in case["history"]] == ["submitted", "status", "decided"]
    assert case["decision"]["law"]
    assert family.step("child_allowance")["state"] == "done"
    assert family.step("free_day_care")["state"] != "later"


def correct_income(amount: int) -> None:
    data = {"resident": person("P1"), "yearly_income": amount, "since": "2000-01-01"}
    Agency("tax_office").send(event("income.assessed", data))
    run_jobs()


def test_a_corrected_fact_asks_a_person_who_may_keep_the_decision(family: Family) -> None:
    family.decide("granted")
    correct_income(900_000_000)
    (review,) = family.office.get("/api/agency/reviews")
    assert review["number"] == family.case
    path = f"/api/agency/cases/{family.case}/keep"
    answer = family.office.call("POST", path, {"by": "Ms Weber", "reason": "the limit was met when they applied"})
    assert answer.status_code == 200
    assert family.office.get("/api/agency/reviews") == []
    assert answer.json()["history"][-1]["by"] == "Ms Weber"


def test_money_is_claimed_back_only_after_a_hearing_and_by_a_person(family: Family) -> None:
    treasury = Agency("town_treasury")
    family.decide("granted")
    family.counter.call("PUT", f"/api/residents/{family.mother}/account", {"account": "DE89370400440532013000"})
    (ordered,) = treasury.get("/api/agency/cases")["events"]
    for state in ("sent", "paid"):
        status = {**{name: ordered["data"][name] for name in ("order", "attempt")}, "state": state}
        assert treasury.send(event("payment.status", status)).json()["fate"] == "accepted"
    correct_income(900_000_000)
    family.decide("refused", reasons=["income_too_high"])
    (recovery,) = family.office.get("/api/agency/recoveries")
    path = f"/api/agency/recoveries/{recovery['recovery_id']}/decision"
    claim = {"claim": True, "by": "Ms Weber", "reason": "paid without a right"}
    assert family.office.call("POST", path, claim).status_code == 422, "the resident was not heard yet"
    hearing = f"/api/residents/{family.mother}/recoveries/{recovery['recovery_id']}/hearing"
    assert family.counter.call("POST", hearing, {"reason": "I told you so"}).status_code == 200
    assert family.office.call("POST", path, claim).json()["state"] == "claimed"
    assert Agency("youth_office").call("POST", path, claim).status_code == 404


def test_the_child_is_a_child_of_the_city(family: Family) -> None:
    assert isinstance(family.baby, UUID)
    assert family.receipt["journey"]
