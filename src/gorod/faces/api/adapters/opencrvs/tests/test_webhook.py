"""OpenCRVS at the door: what it sends becomes one event of the city, once, or is refused with nothing stored but the note."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from structlog.testing import capture_logs

from gorod.engines.intake import api as intake
from gorod.faces.api.adapters.opencrvs.tests.factories import (
    ADDRESS,
    CLINIC_NUMBER,
    FATHER,
    MOTHER,
    NUMBER,
    SECRET,
    as_sent,
    ask,
    delivery,
    document,
    for_webhook_client,
    one,
    post,
    sign,
)
from gorod.faces.api.tests.factories import Agency, birth, install, resident
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "FHIR R4": lambda bundle: bundle,
    "as 1.x writes it": as_sent,
    "as older releases write it": lambda bundle: as_sent(bundle, bare_types=True),
}


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, UUID]:
    monkeypatch.setenv("GOROD_OPENCRVS_SECRET", SECRET)
    install()
    return resident(MOTHER), resident(FATHER)


def accepted(bundle: dict[str, Any]) -> dict[str, Any]:
    answer = post(delivery(bundle))
    assert answer.status_code == 202, answer.content
    receipt: dict[str, Any] = answer.json()
    assert receipt["fate"] == "accepted", receipt
    return receipt


def refusals() -> list[str]:
    return [reason for _, _, reason in intake.refusals(since=LONG_AGO)]


def the_baby() -> UUID | None:
    return parties.match(identifiers={"birth_number": NUMBER}).one


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_registered_birth_becomes_the_event_that_the_city_names(
    family: tuple[UUID, UUID], form: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    receipt = accepted(form(document()))
    received = intake.event(event_id=UUID(receipt["event"]))
    assert (received.event.source, received.event.id, received.event.type) == ("/opencrvs", NUMBER, "child.recorded")
    assert received.event.time == datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert received.sender == "registry_office"
    assert received.event.data == {
        "baby": {
            "identifiers": {"birth_number": NUMBER, "clinic_number": CLINIC_NUMBER},
            "names": {"family_name": "Sommer", "given_name": "Lina Marie"},
        },
        "mother": {
            "identifiers": {"resident_number": MOTHER},
            "names": {"family_name": "Sommer", "given_name": "Karla"},
        },
        "other_parent": {
            "identifiers": {"resident_number": FATHER},
            "names": {"family_name": "Öztürk-O'Neil", "given_name": "Ömer"},
        },
        "born_on": "2025-12-29",
        "recorded_on": "2026-01-06",
    }
    assert (received.persons["mother"], received.persons["other_parent"]) == family
    assert received.persons["baby"] == the_baby()
    assert receipt["journey"]


def test_the_child_that_the_clinic_has_notified_stays_the_same_child(family: tuple[UUID, UUID]) -> None:
    notified = birth()
    notified |= {
        "type": "child.born",
        "data": {
            "baby": {"identifiers": {"clinic_number": CLINIC_NUMBER}},
            "mother": {"identifiers": {"resident_number": MOTHER}},
            "born_on": "2025-12-29",
        },
    }
    assert Agency("clinic").send(notified).json()["fate"] == "accepted"
    child = parties.match(identifiers={"clinic_number": CLINIC_NUMBER}).one
    accepted(document())
    assert the_baby() == child is not None


def test_the_same_registration_again_is_the_same_event(family: tuple[UUID, UUID]) -> None:
    first = accepted(document())
    again = post(delivery(as_sent(document()), at="2026-01-05T23:31:00.000Z"))
    assert again.status_code == 202
    assert again.json() == {**first, "fate": "repeated"}


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=00", "sha256=" + "0" * 64, sign(b"another body"), "é"])
def test_a_wrong_signature_is_refused_and_noted(family: tuple[UUID, UUID], signature: str) -> None:
    answer = post(delivery(document()), signature=signature)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:gorod:problem:not-signed"
    assert the_baby() is None
    assert refusals() == ["127.0.0.1: X-Hub-Signature is not that of this body"]


def test_a_changed_body_is_refused(family: tuple[UUID, UUID]) -> None:
    body = delivery(document())
    changed = body.replace(MOTHER.encode(), b"M2")
    assert changed != body
    assert post(changed, signature=sign(body)).status_code == 403
    assert the_baby() is None


def test_another_secret_does_not_open(family: tuple[UUID, UUID]) -> None:
    body = delivery(document())
    assert post(body, signature=sign(body, secret="guessed")).status_code == 403


def test_without_a_secret_there_is_no_such_address(family: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    for set_up in (
        lambda: monkeypatch.setenv("GOROD_OPENCRVS_SECRET", ""),
        lambda: monkeypatch.delenv("GOROD_OPENCRVS_SECRET"),
    ):
        set_up()
        body = delivery(document())
        assert post(body, signature=sign(body, secret="")).status_code == 404
        assert ask().status_code == 404
    assert refusals() == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_mother_without_a_number_leaves_the_event_to_a_clerk(
    family: tuple[UUID, UUID], form: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    answer = post(delivery(form(document(mother_number=""))))
    assert answer.status_code == 202
    assert answer.json()["fate"] == "parked"
    assert "mother: no identifier of resident_number" in answer.json()["reason"]
    [waiting] = intake.parked()
    assert the_baby() is None
    assert waiting.event.data["mother"]["identifiers"] == {
        "opencrvs": f"Patient/{one(document(), 'Patient', MOTHER)['id']}"
    }
    receipt = intake.resolve(event_id=waiting.event_id, said={"mother": family[0]}, by="clerk")
    assert receipt.fate == "accepted"
    assert the_baby() is not None


def test_a_mother_whom_nobody_knows_leaves_it_to_a_clerk_too(family: tuple[UUID, UUID]) -> None:
    answer = post(delivery(document(mother_number="M404")))
    assert answer.json()["fate"] == "parked"
    assert "mother: nobody carries this resident_number" in answer.json()["reason"]


def test_a_record_without_a_mother_is_kept_for_a_clerk(family: tuple[UUID, UUID]) -> None:
    bundle = document()
    sections = one(bundle, "Composition")["section"]
    one(bundle, "Composition")["section"] = [part for part in sections if part["title"] != "mother-details"]
    answer = post(delivery(bundle))
    assert answer.json()["fate"] == "parked"
    [waiting] = intake.parked()
    assert waiting.event.data["mother"] == {"identifiers": {"opencrvs": f"birth registration {NUMBER}"}}


def test_the_child_is_known_by_the_number_of_the_registration_alone(family: tuple[UUID, UUID]) -> None:
    bundle = document()
    del one(bundle, "Patient", NUMBER)["identifier"]
    accepted(bundle)
    assert the_baby() is not None


def test_a_record_that_names_no_father_says_that_there_is_none(family: tuple[UUID, UUID]) -> None:
    received = intake.event(event_id=UUID(accepted(document(father=False))["event"]))
    assert "other_parent" not in received.event.data


def test_a_father_whose_details_are_not_available_is_not_taken_for_none(family: tuple[UUID, UUID]) -> None:
    bundle = as_sent(document())
    father = one(bundle, "Patient", FATHER)
    father |= {"active": False, "name": [], "identifier": []}
    answer = post(delivery(bundle))
    assert answer.json()["fate"] == "parked"
    assert "other_parent" in answer.json()["reason"]


def changed(**entries: Any) -> dict[str, Any]:
    """The document with the members of its first Task replaced; None takes one away."""
    bundle = document()
    task = one(bundle, "Task")
    task |= entries
    for name in [name for name, value in entries.items() if value is None]:
        del task[name]
    return bundle


def without(kind: str) -> dict[str, Any]:
    bundle = document()
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != kind]
    return bundle


def with_another_number() -> dict[str, Any]:
    bundle = document()
    one(bundle, "Patient", NUMBER)["identifier"][0]["value"] = "2026BOTHER0"
    return bundle


def with_the_child_as_mother() -> dict[str, Any]:
    bundle = document()
    mother = next(part for part in one(bundle, "Composition")["section"] if part["title"] == "mother-details")
    mother["entry"][0]["reference"] = f"Patient/{one(bundle, 'Patient', NUMBER)['id']}"
    return bundle


def with_birth_date(text: str) -> dict[str, Any]:
    bundle = document()
    one(bundle, "Patient", NUMBER)["birthDate"] = text
    return bundle


BAD: dict[str, tuple[object, str]] = {
    "no Task": (without("Task"), "no Task"),
    "no people": (without("Patient"), "no Patient for the section child-details"),
    "another kind of registration": (changed(code={"coding": [{"code": "DEATH"}]}), "DEATH"),
    "not registered yet": (changed(identifier=[]), "no birth registration number"),
    "two numbers for one child": (with_another_number(), "another registration number"),
    "a child of its own": (with_the_child_as_mother(), "also a parent"),
    "no day of birth": (with_birth_date(""), "no birth date"),
    "half a day of birth": (with_birth_date("2025-12"), "data/born_on"),
    "a time without its zone": (changed(lastModified="2026-01-05T23:30:00"), "lastModified"),
    "no bundle": ({"resourceType": "Patient", "id": "x"}, "no Bundle"),
    "no resource": ("text", "context.0"),
    "empty": ({"resourceType": "Bundle", "type": "document"}, "no Task"),
}


@pytest.mark.parametrize(("bundle", "says"), BAD.values(), ids=BAD)
def test_what_is_no_registered_birth_is_refused_with_the_reason(
    family: tuple[UUID, UUID], bundle: object, says: str
) -> None:
    answer = post(delivery(bundle))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert answer.json()["remedy"]
    [noted] = refusals()
    assert says in noted
    assert intake.parked() == []
    assert the_baby() is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'{"timestamp":"2026-01-05T23:30:00Z","event":{"hub":{}}}']
)
def test_what_is_no_delivery_is_refused(family: tuple[UUID, UUID], body: bytes) -> None:
    signature = sign(body) if body != b"\xff" else "sha256=0"
    assert post(body, signature=signature).status_code in (400, 403)
    assert len(refusals()) == 1


def test_other_topics_are_refused(family: tuple[UUID, UUID]) -> None:
    answer = post(delivery(document(), topic="DEATH_REGISTERED"))
    assert answer.status_code == 400
    assert "DEATH_REGISTERED is not taken" in answer.json()["detail"]


def test_what_was_refused_can_be_sent_again(family: tuple[UUID, UUID]) -> None:
    assert post(delivery(with_birth_date(""))).status_code == 400
    accepted(document())


def test_a_body_larger_than_the_city_takes_is_refused_clearly(family: tuple[UUID, UUID]) -> None:
    bundle = document()
    bundle["entry"].append({"resource": {"resourceType": "DocumentReference", "data": "A" * (4 * 1024 * 1024)}})
    answer = post(delivery(bundle))
    assert answer.status_code == 400
    assert "supporting-documents" in answer.json()["remedy"]


def test_the_subscription_is_confirmed_with_its_challenge(family: tuple[UUID, UUID]) -> None:
    answer = ask(challenge="q8+/zA==")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content) == {"challenge": "q8+/zA=="}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"topic": "DEATH_REGISTERED"}, 404),
        ({"mode": "unsubscribe"}, 404),
        ({"topic": ""}, 404),
        ({"challenge": ""}, 400),
        ({"challenge": "x" * 201}, 400),
    ],
)
def test_other_subscriptions_are_not_confirmed(family: tuple[UUID, UUID], asked: dict[str, str], status: int) -> None:
    answer = ask(**asked)
    assert answer.status_code == status
    assert "challenge" not in answer.json()


def test_other_methods_are_not_taken(family: tuple[UUID, UUID]) -> None:
    answer = Browser().put(ADDRESS, b"{}", content_type="application/json")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_for_a_client_of_type_webhook_the_informant_tells_who_is_who(family: tuple[UUID, UUID]) -> None:
    sections = ["child-details", "mother-details", "father-details", "informant-details"]
    sent = for_webhook_client(as_sent(document()), sections)
    assert "Composition" not in {entry["resource"]["resourceType"] for entry in sent["entry"]}
    received = intake.event(event_id=UUID(accepted(sent)["event"]))
    assert (received.persons["mother"], received.persons["other_parent"]) == family


def test_when_the_informant_is_no_parent_nobody_is_guessed(family: tuple[UUID, UUID]) -> None:
    sections = ["child-details", "mother-details", "father-details", "informant-details"]
    answer = post(delivery(for_webhook_client(as_sent(document(informant="GRANDMOTHER")), sections)))
    assert answer.status_code == 202
    assert answer.json()["fate"] == "parked"
    [waiting] = intake.parked()
    assert waiting.event.data["mother"] == waiting.event.data["other_parent"]
    assert waiting.event.data["mother"] == {"identifiers": {"opencrvs": f"birth registration {NUMBER}"}}
    said = {"mother": family[0], "other_parent": family[1]}
    assert intake.resolve(event_id=waiting.event_id, said=said, by="clerk").fate == "accepted"


def test_a_delivery_that_the_database_cannot_keep_is_named_in_the_log(family: tuple[UUID, UUID]) -> None:
    """OpenCRVS does not send again when it is answered with an error: somebody has to have it sent again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_event RENAME TO out_of_reach")
    with capture_logs() as logged:
        answer = post(delivery(document()))
    assert answer.status_code == 500
    [lost] = [line for line in logged if line["event"] == "opencrvs_delivery_lost"]
    assert lost["registration"] == NUMBER


def test_no_number_or_name_of_a_person_goes_into_the_log(family: tuple[UUID, UUID]) -> None:
    with capture_logs() as logged:
        post(delivery(document(mother_number="M404")))
        post(delivery(with_birth_date("Lina Marie Sommer")))
    assert {line["event"] for line in logged} == {"opencrvs_parked", "opencrvs_refused"}
    assert not [word for word in ("M404", "Sommer", FATHER) if word in str(logged)]
