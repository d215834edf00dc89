"""The tiny city at work: each of its services in the part that tests/cities/README.md gives it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest

from gorod.catalogue.data import City
from gorod.catalogue.tests.factories import TINY, install
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.intake import api as intake
from gorod.engines.intake.data import CloudEvent, Fate
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Step, StepState
from gorod.engines.payments import api as payments
from gorod.engines.renewals import api as renewals
from gorod.kernel import clock
from gorod.records.consents import api as consents
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def kleinau(engines: None) -> City:
    return install(TINY)


def send(city: City, type: str, sender: str, key: str, **data: Any) -> UUID | None:
    """An event of an agency, as its token allows."""
    event = CloudEvent(id=key, source=f"//{sender}", type=type, time=datetime.now(UTC), data=data)
    (receipt,) = intake.receive(events=[event], sender=sender, allowed=city.agencies[sender].sends)
    assert receipt.fate is Fate.ACCEPTED, receipt.reason
    return receipt.journey_id


def person(number: str) -> dict[str, Any]:
    return {"identifiers": {"resident_number": number}}


def steps(journey_id: UUID) -> dict[str, Step]:
    return {step.service: step for step in journeys.advance(journey_id=journey_id).steps}


def a_birth(city: City, *, income_of_other_parent: int | None) -> tuple[UUID, UUID]:
    """A mother who allowed automatic steps has a child. Returns the mother and the journey."""
    for number, income in (("1", 2000000), ("2", income_of_other_parent)):
        data = {"resident": person(number), "lives_here": True, "since": "2020-01-01"}
        send(city, "residence.changed", "residents_office", number, **data)
        if income is not None:
            send(city, "income.assessed", "tax_office", number, resident=person(number), yearly_income=income)
    mother = parties.match(identifiers={"resident_number": "1"}).one
    assert mother is not None
    consents.say(party_id=mother, scope="automatic:new_child", allowed=True, by="resident")
    today = clock.today().isoformat()
    data = {"baby": {"identifiers": {"clinic_number": "77"}}, "mother": person("1"), "born_on": today}
    journey = send(city, "child.born", "clinic", "b", **data)
    assert journey is not None
    return mother, journey


def record(city: City) -> None:
    """The registry office records that birth."""
    today = clock.today().isoformat()
    baby = {"identifiers": {"clinic_number": "77", "birth_number": "G-1"}}
    data = {"baby": baby, "mother": person("1"), "other_parent": person("2"), "born_on": today, "recorded_on": today}
    send(city, "child.recorded", "registry_office", "r", **data)


def test_a_notified_birth_opens_the_first_steps(kleinau: City) -> None:
    _, journey = a_birth(kleinau, income_of_other_parent=None)
    told = steps(journey)
    assert told["birth_record"].state is StepState.INFORMED
    assert told["parents_letter"].state is StepState.OFFERED
    assert told["child_allowance"].state is StepState.LATER


def test_a_mother_acts_for_herself_and_her_baby(kleinau: City) -> None:
    mother, journey = a_birth(kleinau, income_of_other_parent=None)
    baby = journeys.journey(journey_id=journey).about_id
    assert applications.people_acted_for(party_id=mother) == (mother, baby)
    assert applications.people_acted_for(party_id=baby) == (baby,)


def test_a_recorded_birth_asks_only_for_what_no_register_knows(kleinau: City) -> None:
    _, journey = a_birth(kleinau, income_of_other_parent=None)
    record(kleinau)
    told = steps(journey)
    assert told["birth_record"].state is StepState.DONE
    assert told["birth_certificate"].state is StepState.DONE
    assert [missing.name for missing in told["child_allowance"].missing] == ["yearly_income"]
    assert [missing.name for missing in told["day_care_place"].missing] == ["care_wanted"]
    assert told["free_day_care"].state is StepState.LATER


def test_the_allowance_is_paid_frees_of_fees_and_renews_itself(kleinau: City) -> None:
    mother, journey = a_birth(kleinau, income_of_other_parent=1000000)
    record(kleinau)
    offered = steps(journey)["child_allowance"]
    assert (offered.state, offered.amount) == (StepState.OFFERED, 25000)
    case_id = journeys.accept(step_id=offered.step_id, by=mother).case_id
    assert case_id is not None
    number = cases.case(case_id=case_id).number
    send(kleinau, "case.status", "family_office", "s", number=number, status="granted")
    told = steps(journey)
    assert told["child_allowance"].state is StepState.DONE
    assert told["free_day_care"].state is StepState.DONE
    assert [order.amount for order in payments.orders_of(payees=[mother])] == [25000]
    (first,) = [d for d in cases.decisions_of(party_id=offered.subject_id) if d.service == "child_allowance"]
    assert first.valid_to is not None
    with clock.moved_by(datetime.combine(first.valid_to, time(12), UTC) - clock.now()):
        assert renewals.run_day() == 1
    renewed = [case.data["renews"] for case in cases.cases_of(subjects=[offered.subject_id]) if "renews" in case.data]
    assert renewed == [number]
