"""A made-up birth as OpenCRVS tells it: as a document of FHIR R4, as 1.x writes it, and as a client of type Webhook gets it."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from django.test import Client as Browser

ADDRESS = "/api/adapters/opencrvs"
SECRET = "d04aec67-1ef4-467a-a5a8-fa5c89ad71ce"
NUMBER = "2026B7KLNXA"
REGISTERED_AT = "2026-01-05T23:30:00.000Z"  # the 6th in the tiny city
MOTHER, FATHER, CLINIC_NUMBER = "M1", "P1", "C-4711"

_CHILD_ID = "0b4d6c0e-50a3-4c1b-9a57-0d0d3a4c9f01"
_MOTHER_ID = "5f0d9f5e-8a1c-4f43-8a53-3f1f2b6e7a02"
_FATHER_ID = "9c2e1a77-2a44-4f0d-b1c5-6f6c1d2e8b03"
_INFORMANT_ID = "c1a7b3d2-7e0f-4d8a-9e2b-2b9e4f5a6c04"
_TASK_ID = "e6d5c4b3-1f2e-4a3b-8c4d-5e6f7a8b9c05"
_COMPOSITION_ID = "f7e6d5c4-2a3b-4c5d-9e6f-7a8b9c0d1e06"
_PRACTITIONER_ID = "a9b8c7d6-3e4f-4a5b-8c6d-7e8f9a0b1c07"
_LANGUAGE = "http://hl7.org/fhir/StructureDefinition/language"
_TYPES = "http://opencrvs.org/specs/identifier-type"


def document(*, mother_number: str = MOTHER, father: bool = True, informant: str = "MOTHER") -> dict[str, Any]:
    """The whole record as a document bundle of FHIR R4."""
    people = [
        _patient(
            _CHILD_ID,
            names=[("de", "Sommer", ["Lina", "Marie"]), ("en", "Summer", ["Lena", "Mary"])],
            numbers={"BIRTH_REGISTRATION_NUMBER": NUMBER, "BIRTH_CONFIGURABLE_IDENTIFIER_1": CLINIC_NUMBER},
            birthDate="2025-12-29",
            gender="female",
        ),
        _patient(
            _MOTHER_ID,
            names=[("en", "Summer", ["Carla"]), ("de", "Sommer", ["Karla"])],
            numbers={"NATIONAL_ID": mother_number} if mother_number else {},
            birthDate="1994-03-11",
        ),
    ]
    if father:
        people.insert(
            0,
            _patient(
                _FATHER_ID,
                names=[("tr", "Öztürk-O'Neil", ["Ömer"])],
                numbers={"NATIONAL_ID": FATHER},
                birthDate="1990-10-02",
            ),
        )
    informed_by = {"MOTHER": _MOTHER_ID, "FATHER": _FATHER_ID}.get(informant, _PRACTITIONER_ID)
    sections = [
        ("informant-details", "RelatedPerson", _INFORMANT_ID),
        ("mother-details", "Patient", _MOTHER_ID),
        ("child-details", "Patient", _CHILD_ID),
        *([("father-details", "Patient", _FATHER_ID)] if father else []),
    ]
    resources = [
        _composition(sections),
        {
            "resourceType": "RelatedPerson",
            "id": _INFORMANT_ID,
            "relationship": [
                _concept("http://hl7.org/fhir/ValueSet/relatedperson-relationshiptype", informant),
            ],
            "patient": {"reference": f"Patient/{informed_by}"},
        },
        *people,
        _task(),
        {"resourceType": "Practitioner", "id": _PRACTITIONER_ID, "name": [{"family": "Amt", "given": ["Ada"]}]},
    ]
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_COMPOSITION_ID}"},
        "timestamp": REGISTERED_AT,
        "entry": [
            {"fullUrl": f"https://crvs.example/fhir/{found['resourceType']}/{found['id']}", "resource": found}
            for found in resources
        ],
    }


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _patient(
    id: str, *, names: list[tuple[str, str, list[str]]], numbers: dict[str, str], **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id,
        "active": True,
        "identifier": [{"type": _concept(_TYPES, type), "value": value} for type, value in numbers.items()],
        "name": [
            {
                "extension": [{"url": _LANGUAGE, "valueCode": language}],
                "use": "official",
                "family": family,
                "given": given,
            }
            for language, family, given in names
        ],
        **more,
    }


def _composition(sections: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "resourceType": "Composition",
        "id": _COMPOSITION_ID,
        "status": "preliminary",
        "type": _concept("http://opencrvs.org/doc-types", "birth-declaration"),
        "category": [_concept("http://opencrvs.org/doc-classes", "crvs-document")],
        "title": "Birth Declaration",
        "date": REGISTERED_AT,
        "author": [{"reference": f"Practitioner/{_PRACTITIONER_ID}"}],
        "section": [
            {
                "title": code,
                "code": _concept("http://opencrvs.org/doc-sections", code),
                "entry": [{"reference": f"{kind}/{id}"}],
            }
            for code, kind, id in sections
        ],
    }


def _task() -> dict[str, Any]:
    system = "http://opencrvs.org/specs/id"
    return {
        "resourceType": "Task",
        "id": _TASK_ID,
        "status": "accepted",
        "intent": "proposal",
        "code": _concept("http://opencrvs.org/specs/types", "BIRTH"),
        "focus": {"reference": f"Composition/{_COMPOSITION_ID}"},
        "identifier": [
            {"system": f"{system}/birth-tracking-id", "value": "B7KLNXA"},
            {"system": f"{system}/birth-registration-number", "value": NUMBER},
        ],
        "lastModified": REGISTERED_AT,
        "businessStatus": _concept("http://opencrvs.org/specs/reg-status", "REGISTERED"),
    }


def as_sent(bundle: dict[str, Any], *, bare_types: bool = False) -> dict[str, Any]:
    """The same in the habits of OpenCRVS 1.x: what it writes otherwise than R4, with a field of the form left blank.

    `bare_types`: those of older releases too.
    """
    sent = copy.deepcopy(bundle)
    del sent["identifier"], sent["timestamp"]
    for entry in sent["entry"]:
        resource = entry["resource"]
        entry["fullUrl"] = f"/fhir/{resource['resourceType']}/{resource['id']}/_history/{_TASK_ID}"
        match resource["resourceType"]:
            case "Composition":
                resource |= {"class": resource.pop("category")[0], "subject": {}, "author": []}
                for section in resource["section"] if bare_types else []:
                    section["entry"][0]["reference"] = f"/fhir/{section['entry'][0]['reference']}/_history/{_TASK_ID}"
            case "RelatedPerson":
                resource["relationship"] = resource["relationship"][0]
            case "Task":
                del resource["intent"]
            case "Patient":
                resource["identifier"].append({"type": _concept(_TYPES, "NATIONAL_ID"), "value": ""})
                for name in resource["name"]:
                    name |= {"use": name.pop("extension")[0]["valueCode"], "family": [name["family"]]}
                for number in resource["identifier"] if bare_types else []:
                    number["type"] = number["type"]["coding"][0]["code"]
    return sent


def for_webhook_client(bundle: dict[str, Any], sections: Collection[str]) -> dict[str, Any]:
    """What a client of type Webhook with these permissions gets: the Task and its sections, no Composition."""
    composition = one(bundle, "Composition")
    seen = {
        section["entry"][0]["reference"].split("/_history/")[0].split("/")[-1]
        for section in composition["section"]
        if section["code"]["coding"][0]["code"] in sections
    }
    kept = [
        entry
        for entry in bundle["entry"]
        if entry["resource"]["id"] in seen or entry["resource"]["resourceType"] == "Task"
    ]
    return {**bundle, "entry": kept}


def one(bundle: dict[str, Any], kind: str, number: str = "") -> dict[str, Any]:
    """The first resource of a kind, or the Patient who carries a number."""
    return next(
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == kind
        and (not number or number in {found["value"] for found in entry["resource"]["identifier"]})
    )


def delivery(bundle: object, *, topic: str = "BIRTH_REGISTERED", at: str = "2026-01-05T23:30:01.125Z") -> bytes:
    """The body that the worker of packages/webhooks posts."""
    payload = {
        "timestamp": at,
        "id": "3d1f0c55-6a7b-4c8d-9e0f-1a2b3c4d5e08",
        "event": {"hub": {"topic": topic}, "context": [bundle]},
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sign(body: bytes, secret: str = SECRET) -> str:
    """As in JavaScript: createHmac('sha256', secret).update('sha256:' + encodeURIComponent(body)).digest('hex')."""
    text = "sha256:" + quote(body.decode(), safe="!'()*-._~")
    return "sha256=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def post(body: bytes, *, signature: str | None = None) -> Any:
    """The answer to a delivery."""
    headers = {"X-Hub-Signature": sign(body) if signature is None else signature}
    browser = Browser(enforce_csrf_checks=True)
    return browser.generic("POST", ADDRESS, body, content_type="application/json", headers=headers)


def ask(**asked: str) -> Any:
    """The answer to the question whether the city wants to be subscribed."""
    question = {"mode": "subscribe", "topic": "BIRTH_REGISTERED", "challenge": "q8+/zA==", **asked}
    return Browser().get(ADDRESS, question)
