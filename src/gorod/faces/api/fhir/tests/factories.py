"""A clinic's own system that speaks FHIR, and HL7's definitions as an independent library has them."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any
from uuid import UUID

from gorod.faces.api import access
from gorod.faces.api.fhir import elements
from gorod.faces.api.tests import factories as api

BASE = "http://testserver/api/fhir"
DOCTOR = "doctor"
Json = dict[str, Any]


def person(number: str = "Anna") -> UUID:
    """A resident who may see a doctor."""
    return api.resident(number, dead=False)


class System:
    """A system of an agency, with a token for FHIR. Every answer is checked against HL7's definitions."""

    def __init__(self, agency: str = "clinic", *, scopes: tuple[str, ...] = (access.SCHEDULING,)) -> None:
        self._agency = api.Agency(agency, scopes=scopes)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The raw answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._agency.call(method, f"/api/fhir/{path}", body, headers=sent)
        if answer.content:
            assert answer["Content-Type"].startswith("application/fhir+json"), (
                answer.status_code,
                answer["Content-Type"],
            )
            valid(answer.json())
            assert (answer.json()["resourceType"] == "OperationOutcome") == (answer.status_code >= 400), answer.content
        return answer

    def get(self, path: str, **headers: str) -> Json:
        """A resource, or a Bundle."""
        return fine(self.call("GET", path, **headers))

    def post(self, path: str, body: Any, **headers: str) -> Json:
        """What was created, or the answer of an operation."""
        return fine(self.call("POST", path, body, **headers))

    def put(self, body: Json, **headers: str) -> Json:
        """A resource as it became."""
        return fine(self.call("PUT", f"{body['resourceType']}/{body['id']}", body, **headers))

    def found(self, path: str) -> list[Json]:
        """The matches of a search."""
        bundle = self.get(path)
        return [one["resource"] for one in bundle.get("entry", ()) if one["search"]["mode"] == "match"]


def fine(answer: Any) -> Json:
    """The resource of an answer that is no refusal."""
    assert answer.status_code in (200, 201), answer.content
    made: Json = answer.json()
    return made


def refused(answer: Any, status: int, code: str) -> Json:
    """The first issue of a refusal."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    issue: Json = answer.json()["issue"][0]
    assert issue["code"] == code and issue["diagnostics"], issue
    return issue


def valid(resource: Json) -> None:
    """HL7's definitions hold: elements, types, cardinalities and required codes by fhir.resources; invariants here."""
    name = resource["resourceType"]
    module = import_module(f"fhir.resources.R4B.{name.lower()}")
    getattr(module, name).model_validate_json(json.dumps(resource))
    assert "id" in resource or name in ("Bundle", "OperationOutcome", "CapabilityStatement")
    match name:
        case "Appointment":
            appointment(resource)
        case "Bundle":
            bundle(resource)
        case "Slot":
            assert resource["status"] in ("busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error")
        case "Location":
            assert resource["status"] in ("active", "suspended", "inactive")


def appointment(one: Json) -> None:
    """Invariants app-1 to app-4, and the statuses."""
    assert one["status"] in ("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow")
    assert all(part.get("type") or part.get("actor") for part in one["participant"])
    assert ("start" in one) == ("end" in one)
    assert "start" in one or one["status"] in ("proposed", "cancelled", "waitlist")
    assert "cancelationReason" not in one or one["status"] in ("cancelled", "noshow")


def bundle(one: Json) -> None:
    """Invariants of searchsets: bdl-2, bdl-7, bdl-8; each entry is valid itself."""
    assert one["type"] == "searchset" and one["total"] >= 0
    urls = [entry["fullUrl"] for entry in one.get("entry", ()) if "fullUrl" in entry]
    assert len(urls) == len(set(urls))
    for entry in one.get("entry", ()):
        assert entry["search"]["mode"] in ("match", "include", "outcome")
        if "fullUrl" in entry:
            assert entry["fullUrl"] == f"{BASE}/{entry['resource']['resourceType']}/{entry['resource']['id']}"
        valid(entry["resource"])


# --- what is sent


def location(code: str = "kleinau_1", **more: Any) -> Json:
    return {
        "resourceType": "Location",
        "identifier": [{"system": elements.LOCATION, "value": code}],
        "name": "Klinik am Markt",
        "language": "de",
        "address": {"line": ["Markt 1"], "postalCode": "12345", "city": "Kleinau"},
        "telecom": [{"system": "phone", "value": "+49 30 1"}],
        "position": {"longitude": 13.4, "latitude": 52.5},
        **more,
    }


def practitioner(code: str = "dr_1", **more: Any) -> Json:
    return {
        "resourceType": "Practitioner",
        "identifier": [{"system": elements.PRACTITIONER, "value": code}],
        "name": [{"prefix": ["Dr."], "given": ["Eva"], "family": "Kern"}],
        **more,
    }


def role(practitioner_id: str, **more: Any) -> Json:
    return {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": f"Practitioner/{practitioner_id}"},
        "specialty": [{"coding": [{"system": elements.SERVICE, "code": DOCTOR}]}],
        "availableTime": [
            {"daysOfWeek": ["mon", "tue"], "availableStartTime": "09:00:00", "availableEndTime": "11:00:00"}
        ],
        "extension": [elements.extension("slot-minutes", "PositiveInt", 30)],
        **more,
    }


class Clinic:
    """A clinic with one doctor who has hours on Mondays and Tuesdays, from nine to eleven."""

    def __init__(self, agency: str = "clinic", code: str = "1") -> None:
        self.system = System(agency)
        self.location = self.system.post("Location", location(f"place_{code}"))
        self.doctor = self.system.post("Practitioner", practitioner(f"dr_{code}"))
        self.role = self.system.post("PractitionerRole", role(self.doctor["id"]))

    def free(self) -> list[Json]:
        return self.system.found("Slot?status=free,busy-tentative")

    def book(self, who: UUID, slot: Json, status: str = "booked") -> Json:
        return self.system.post("Appointment", asked(who, slot, status))


def asked(who: UUID, slot: Json, status: str = "booked") -> Json:
    return {
        "resourceType": "Appointment",
        "status": status,
        "start": slot["start"],
        "end": slot["end"],
        "slot": [{"reference": f"Slot/{slot['id']}"}],
        "participant": [{"actor": {"reference": f"Patient/{who}"}, "status": "accepted"}],
    }


def parameters(**values: Json) -> Json:
    """Parameters of an operation; an underscore in a name is a hyphen."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name.replace("_", "-"), **value} for name, value in values.items()],
    }


def to(kind: str, resource_id: object) -> Json:
    return {"valueReference": {"reference": f"{kind}/{resource_id}"}}
