"""Events in: three modes of CloudEvents, each taken once, a batch whole or not at all."""

from __future__ import annotations

import json

import pytest

from gorod.engines.intake import api as intake
from gorod.faces.api.tests.factories import STRUCTURED, Agency, birth, event, install, person, resident
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Agency:
    install()
    resident("M1")
    resident("P1")
    return Agency("registry_office")


def known(number: str) -> bool:
    return parties.match(identifiers={"birth_number": number}).one is not None


def test_structured_mode(registry: Agency) -> None:
    answer = registry.send(birth())
    assert answer.status_code == 202
    assert answer.json()["fate"] == "accepted"
    assert answer.json()["journey"]
    assert known("B1")


def test_binary_mode(registry: Agency) -> None:
    sent = birth()
    headers = {f"ce-{name}": value for name, value in sent.items() if name != "data"}
    answer = registry.post_raw(json.dumps(sent["data"]).encode(), "application/json", **headers)
    assert answer.status_code == 202
    assert known("B1")


def test_batch_mode_answers_in_order(registry: Agency) -> None:
    answer = registry.send_all([birth(baby="B1"), birth(baby="B2")])
    assert [receipt["fate"] for receipt in answer.json()] == ["accepted", "accepted"]


def test_an_empty_batch_is_taken(registry: Agency) -> None:
    assert registry.send_all([]).json() == []


def test_the_same_event_again_changes_nothing(registry: Agency) -> None:
    sent = birth()
    first, second = registry.send(sent).json(), registry.send(sent).json()
    assert second == {**first, "fate": "repeated"}


def test_a_batch_with_one_bad_event_stores_none_and_names_it(registry: Agency) -> None:
    bad = birth(baby="B2")
    del bad["data"]["mother"]
    answer = registry.send_all([birth(baby="B1"), bad, birth(baby="B3")])
    assert answer.status_code == 400
    problem = answer.json()
    assert [error["index"] for error in problem["errors"]] == [1]
    assert problem["errors"][0]["pointer"] == "/data/"
    assert not known("B1")


def test_a_batch_with_something_that_is_no_event_stores_none(registry: Agency) -> None:
    answer = registry.send_all([birth(baby="B1"), {"id": "x"}])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["index"] == 1
    assert not known("B1")


def test_what_cannot_be_matched_is_parked_not_refused(registry: Agency) -> None:
    answer = registry.send(event("death.recorded", {"resident": person("NOBODY"), "died_on": "2026-01-01"}))
    assert answer.status_code == 202
    assert answer.json()["fate"] == "parked"
    assert "nobody carries" in answer.json()["reason"]
    assert len(intake.parked()) == 1


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"{", STRUCTURED, "not JSON"),
        (b"[]", STRUCTURED, "JSON object"),
        (b"\xff", STRUCTURED, "not JSON"),
        (b'{"id": NaN}', STRUCTURED, "not a JSON value"),
        (b"{}", "text/plain", "not a CloudEvents request"),
        (b"{}", "application/json", "not a CloudEvents request"),
    ],
)
def test_what_is_no_event_is_refused_clearly(registry: Agency, body: bytes, kind: str, says: str) -> None:
    answer = registry.post_raw(body, kind)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"specversion": "0.3"}, "1.0"),
        ({"id": ""}, "id"),
        ({"id": "x" * 301}, "id"),
        ({"source": 7}, "source"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-01-01T00:00:00"}, "time is"),
        ({"data": None}, "data"),
        ({"data": "text"}, "data"),
        ({"type": "no.such.type"}, "no.such.type"),
        ({"data": {"baby": "\u0000"}}, "U+0000"),
        ({"id": "\ud800"}, "surrogate"),
    ],
)
def test_wrong_attributes_are_named(registry: Agency, change: dict[str, object], says: str) -> None:
    answer = registry.send({**birth(), **change})
    assert answer.status_code in (400, 403)
    assert says in answer.content.decode()
    assert not known("B1")


def test_another_agency_cannot_take_over_an_id(registry: Agency) -> None:
    sent = birth()
    registry.send(sent)
    stolen = event("residence.changed", {"resident": person("M1"), "lives_here": False, "since": "2026-01-01"})
    answer = Agency("residents_office").send({**stolen, "id": sent["id"]})
    assert answer.status_code == 400
    assert "sent by registry_office" in answer.json()["errors"][0]["detail"]


def test_event_types_say_what_their_data_must_be(registry: Agency) -> None:
    types = {known["type"]: known for known in registry.get("/api/event-types")}
    assert types["child.recorded"]["senders"] == ["registry_office"]
    assert "baby" in types["child.recorded"]["data_schema"]["required"]


def test_a_body_that_is_too_large_is_refused(registry: Agency) -> None:
    answer = registry.post_raw(b" " * 4_200_000, STRUCTURED)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:gorod:problem:too-large"
