"""Who gets in: a token, its scopes, and a refusal that says what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser

from gorod.engines.intake import api as intake
from gorod.faces.api import clients
from gorod.faces.api.tests.factories import Agency, birth, event, install, person, resident, tiny
from gorod.kernel import clock
from gorod.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def refusals() -> list[tuple[str, str]]:
    return [(sender, reason) for _, sender, reason in intake.refusals(since=clock.now() - timedelta(minutes=5))]


def test_without_a_token_nothing_is_stored_but_the_refusal() -> None:
    answer = Browser().post("/api/events", birth(), content_type="application/cloudevents+json")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    problem = answer.json()
    assert problem["type"] == "urn:gorod:problem:unauthenticated"
    assert "client_credentials" in problem["remedy"]
    assert len(refusals()) == 1
    assert intake.parked() == []


def test_a_token_that_is_made_up_is_refused() -> None:
    agency = Agency("registry_office")
    agency.token = "made-up"
    assert agency.send(birth()).status_code == 401


def test_a_type_outside_the_scopes_is_refused_and_noted() -> None:
    answer = Agency("registry_office", scopes=["death.recorded"]).send(birth())
    assert answer.status_code == 403
    assert "child.recorded" in answer.json()["detail"]
    assert [sender for sender, _ in refusals()] == ["registry_office"]


def test_a_client_cannot_ask_for_more_than_it_was_given() -> None:
    secret = clients.register(city=tiny(), agency="clinic", client_id="clinic", scopes=["child.born"])
    asked = {
        "grant_type": "client_credentials",
        "client_id": "clinic",
        "client_secret": secret,
        "scope": "child.recorded",
    }
    assert Browser().post("/identity/o/api/token", asked).status_code == 400


def test_an_agency_sends_only_its_own_types_whatever_its_scopes() -> None:
    answer = Agency("clinic", scopes=["child.recorded"]).send(birth())
    assert answer.status_code == 400
    assert "clinic does not send child.recorded" in answer.json()["errors"][0]["detail"]


def test_the_counter_is_closed_to_others() -> None:
    party_id = resident("M1")
    answer = Agency("clinic").call("GET", f"/api/residents/{party_id}/cases")
    assert answer.status_code == 403
    assert "residents:read" in answer.json()["detail"]


def test_a_client_of_an_unknown_agency_cannot_be_registered() -> None:
    with pytest.raises(BadInput, match="no agency"):
        clients.register(city=tiny(), agency="circus", client_id="circus")


def test_a_scope_that_does_not_exist_cannot_be_given() -> None:
    with pytest.raises(BadInput, match="everything"):
        clients.register(city=tiny(), agency="clinic", client_id="clinic", scopes=["everything"])


def test_a_client_cannot_be_given_to_another_agency() -> None:
    clients.register(city=tiny(), agency="clinic", client_id="c1")
    with pytest.raises(BadInput, match="another agency"):
        clients.register(city=tiny(), agency="tax_office", client_id="c1")


def test_an_address_that_does_not_exist_is_a_problem_too() -> None:
    answer = Agency("clinic").call("GET", "/api/services/nonsense")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:gorod:problem:not-found"


def test_answers_carry_the_strictest_policy() -> None:
    answer = Browser().get("/api/services")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_schema_is_open_to_everybody() -> None:
    schema = Browser().get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert "/api/events" in schema["paths"]


def test_readiness_counts_what_a_person_should_look_at() -> None:
    Agency("registry_office").send(event("death.recorded", {"resident": person("NOBODY"), "died_on": "2026-01-01"}))
    ready = Browser().get("/health/ready").json()
    assert (ready["status"], ready["events_parked"]) == ("ready", 1)
