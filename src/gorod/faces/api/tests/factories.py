"""The tiny city behind the API, its agencies with their tokens, and a family."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client as Browser

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api import access, clients
from gorod.kernel.identifiers import new_id
from gorod.records.facts.tests.factories import LONG_AGO
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.records.registers import api as registers
from gorod.records.registers.data import Origin, Statement

TINY = Path(__file__).resolve().parents[5] / "tests" / "cities" / "tiny"
COUNTER = "residents_office"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PURPOSE = {"purpose": "advice at the counter"}


@cache
def tiny() -> City:
    return catalogue.load(folder=TINY)


def install() -> City:
    catalogue.install(city=tiny())
    return tiny()


class Agency:
    """An agency that calls the API with a token of its own."""

    def __init__(self, name: str, *, scopes: Sequence[str] = ()) -> None:
        self.name = name
        self._browser = Browser()
        client_id = f"{name}-{new_id()}"
        if name == COUNTER and not scopes:
            scopes = [*tiny().agencies[name].sends, access.CASES, access.READ, access.ACT]
        secret = clients.register(city=tiny(), agency=name, client_id=client_id, scopes=scopes)
        answer = self._browser.post(
            "/identity/o/api/token",
            {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret},
        )
        assert answer.status_code == 200, answer.content
        self.token = answer.json()["access_token"]

    def call(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        """The raw answer of a JSON request."""
        return self._browser.generic(
            method,
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.token}", **(headers or {})},
        )

    def get(self, path: str, **headers: str) -> Any:
        answer = self.call("GET", path, headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post_raw(self, body: bytes, content_type: str, **headers: str) -> Any:
        """The raw answer to a raw body at the events address."""
        return self._browser.generic(
            "POST",
            "/api/events",
            body,
            content_type=content_type,
            headers={"authorization": f"Bearer {self.token}", **headers},
        )

    def send(self, event: dict[str, Any]) -> Any:
        return self.post_raw(json.dumps(event).encode(), STRUCTURED)

    def send_all(self, events: list[dict[str, Any]]) -> Any:
        return self.post_raw(json.dumps(events).encode(), BATCH)


def event(type: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/test",
        "type": type,
        "time": datetime.now(UTC).isoformat(),
        "data": data,
    }
    return {**made, **more}


def person(number: str, **schemes: str) -> dict[str, Any]:
    return {"identifiers": schemes or {"resident_number": number}}


def resident(number: str, *, born: date = date(1990, 5, 1), lives_here: bool = True, **stated: Any) -> UUID:
    party_id = parties.create(names=Names(family_name=number), identifiers={"resident_number": number}, language="en")
    facts = {"date_of_birth": born, "lives_here": lives_here, **stated}
    registers.record(
        statements=[
            Statement(party_id=party_id, fact=name, value=value, valid_from=LONG_AGO) for name, value in facts.items()
        ],
        origin=Origin(source="test", owner="residents_office"),
    )
    return party_id


def birth(*, mother: str = "M1", other_parent: str | None = "P1", baby: str = "B1") -> dict[str, Any]:
    today = date.today().isoformat()
    data: dict[str, Any] = {
        "baby": {"identifiers": {"birth_number": baby}},
        "mother": person(mother),
        "born_on": today,
        "recorded_on": today,
    }
    if other_parent:
        data["other_parent"] = person(other_parent)
    return event("child.recorded", data)


def born(**who: Any) -> tuple[dict[str, Any], UUID]:
    """A birth sent and worked through: the receipt, and the baby."""
    sent = birth(**who)
    receipt = Agency("registry_office").send(sent).json()
    assert receipt["fate"] == "accepted", receipt
    run_jobs()
    baby = parties.match(identifiers=sent["data"]["baby"]["identifiers"]).one
    assert baby is not None
    return receipt, baby
