"""Who may ask, in which form, and that every refusal is an OperationOutcome; the CapabilityStatement says what there is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gorod.faces.api.access import CASES
from gorod.faces.api.fhir import outcome
from gorod.faces.api.fhir.tests.factories import (
    Clinic,
    Json,
    System,
    asked,
    location,
    parameters,
    person,
    practitioner,
    refused,
    role,
    to,
    valid,
)
from gorod.faces.api.problems import Unavailable
from gorod.kernel.errors import GorodError


def statement() -> Json:
    answer = Browser().get("/api/fhir/metadata")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/fhir+json")
    valid(answer.json())
    found: Json = answer.json()
    return found


@pytest.mark.parametrize("path", ["Location", "Slot/1", "Appointment/$find", "Nothing", "", "Location/_search"])
def test_without_a_token_nothing_is_seen(path: str) -> None:
    answer = Browser().get(f"/api/fhir/{path}")
    refused(answer, 401, "login")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    refused(Browser().get(f"/api/fhir/{path}", headers={"authorization": "Bearer nonsense"}), 401, "login")
    refused(System(scopes=(CASES,)).call("GET", path), 403, "forbidden")


def test_the_statement_tells_what_there_is() -> None:
    """Every resource, interaction, parameter and operation it names answers; what it does not name is refused."""
    made, clinic = statement(), Clinic()
    booked = clinic.book(person(), clinic.free()[0])
    (rest,) = made["rest"]
    assert made["fhirVersion"] == "4.0.1" and len(rest["resource"]) == 8
    for resource in rest["resource"]:
        kind = resource["type"]
        codes = {one["code"] for one in resource["interaction"]}
        path = f"Patient?_id={booked['participant'][0]['actor']['reference'][8:]}" if kind == "Patient" else kind
        found = clinic.system.found(path)
        assert found, kind
        assert clinic.system.get(f"{kind}/{found[0]['id']}")["resourceType"] == kind
        created = clinic.system.call("POST", kind, {"resourceType": kind})
        assert (created.status_code == 405) == ("create" not in codes), kind
        updated = clinic.system.call("PUT", f"{kind}/{found[0]['id']}", {"resourceType": kind, "id": found[0]["id"]})
        assert (updated.status_code == 405) == ("update" not in codes), kind
        assert {created.status_code, updated.status_code} <= {400, 405, 422}
        for parameter in resource["searchParam"]:
            value = {"date": "2027-03-01"}.get(parameter["type"], "urn:gorod:identifier:x|1")
            if parameter["name"] == "actor":
                value = "Location/1"
            answer = clinic.system.call("GET", f"{kind}?{parameter['name']}={value}")
            assert answer.status_code == 200, (kind, parameter, answer.content)
        for include in resource.get("searchInclude", ()):
            clinic.system.get(f"{kind}?_include={include}")
        for operation in resource.get("operation", ()):
            answer = clinic.system.call("POST", f"{kind}/${operation['name']}", {"resourceType": "Parameters"})
            refused(answer, 400, "required")
        refused(clinic.system.call("POST", f"{kind}/$everything", {"resourceType": "Parameters"}), 404, "not-found")
        refused(clinic.system.call("DELETE", f"{kind}/{found[0]['id']}"), 405, "not-supported")
        refused(clinic.system.call("GET", f"{kind}/{found[0]['id']}/_history"), 404, "not-found")


def test_unknown_parameters_are_refused_or_ignored_as_the_client_prefers() -> None:
    clinic = Clinic()
    refused(clinic.system.call("GET", "Location?colour=red"), 400, "not-supported")
    bundle = clinic.system.get("Location?colour=red&name=klinik", prefer="handling=lenient")
    assert bundle["total"] == 1 and "colour" not in bundle["link"][0]["url"]
    assert "colour" in bundle["entry"][-1]["resource"]["issue"][0]["diagnostics"]
    refused(clinic.system.call("GET", "Location?name:missing=true"), 400, "not-supported")
    refused(clinic.system.call("GET", "Slot?start=ne2027-01-01"), 400, "not-supported")
    refused(clinic.system.call("GET", "Slot?_count=-1"), 400, "value")


def test_other_forms_than_json_are_refused() -> None:
    clinic = System()
    refused(clinic.call("GET", "Location", accept="application/fhir+xml"), 406, "not-supported")
    refused(clinic.call("GET", "Location?_format=xml"), 406, "not-supported")
    assert clinic.call("GET", "Location?_format=json", accept="text/html").status_code == 200
    token = {"authorization": f"Bearer {clinic._agency.token}"}
    sent = Browser().generic(
        "POST", "/api/fhir/Location", b"<Location/>", content_type="application/fhir+xml", headers=token
    )
    refused(sent, 415, "not-supported")
    for body in (b"{", b"[]", b'{"resourceType": "Patient"}', b'{"resourceType": 1}', b'{"a": NaN}', b"\xff"):
        answer = Browser().generic(
            "POST", "/api/fhir/Location", body, content_type="application/fhir+json", headers=token
        )
        assert answer.status_code == 400, answer.content
        valid(answer.json())
    form = Browser().generic(
        "POST",
        "/api/fhir/Location/_search",
        b"name=klinik",
        content_type="application/x-www-form-urlencoded",
        headers=token,
    )
    assert form.status_code == 200 and form.json()["link"][0]["url"].endswith("?name=klinik")


def test_a_client_that_wants_no_answer_gets_its_headers_only() -> None:
    answer = System().call("POST", "Location", location(), prefer="return=minimal")
    assert answer.status_code == 201 and not answer.content and answer["ETag"] and answer["Location"]


def test_too_much_is_refused_and_what_fails_for_a_moment_says_so(settings: Any) -> None:
    clinic = System()
    refused(clinic.call("GET", "Location?" + "&".join(f"name={number}" for number in range(1100))), 400, "too-costly")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    refused(clinic.call("POST", "Location", location()), 413, "too-long")
    away = outcome.answer(Unavailable("the database cannot be reached"))
    valid(json.loads(away.content))
    assert away["Retry-After"] and json.loads(away.content)["issue"][0]["code"] == "transient"
    broken = json.loads(outcome.answer(GorodError("the platform failed")).content)
    assert (broken["issue"][0]["severity"], broken["issue"][0]["code"]) == ("fatal", "exception")


# --- whatever is sent, nothing breaks


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["9999-12-31", "0001-01-01", "2027-02-30", "2027-03-01T25:00:00Z", "Patient/x", "Slot/", "a" * 300, "24:00:00"]
    ),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [at] if at else []
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += places(inner, (*at, name))
    return found


def with_other(value: Any, at: tuple[Any, ...], other: Any) -> Any:
    """A copy of a JSON value with something else in one place."""
    made = json.loads(json.dumps(value))
    inside = made
    for name in at[:-1]:
        inside = inside[name]
    inside[at[-1]] = other
    return made


FUZZ = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def decent(answer: Any) -> None:
    """Never a failure of the server; `System.call` has looked at the form."""
    assert answer.status_code < 500, answer.content


@pytest.mark.slow
def test_no_body_breaks_it() -> None:
    """Good resources with anything at all in one place or another."""
    clinic, anna = Clinic(), person()
    slot, reserve = clinic.free()[:2]
    booked = clinic.book(anna, slot)
    find = parameters(
        start={"valueDateTime": "2027-03-01"}, end={"valueDateTime": "2027-03-02"}, practitioner=to("Practitioner", "1")
    )
    good = [
        ("POST", "Location", location("x")),
        ("POST", "Practitioner", practitioner("y")),
        ("POST", "PractitionerRole", role(clinic.doctor["id"])),
        ("PUT", f"PractitionerRole/{clinic.role['id']}", clinic.role),
        ("PUT", f"Location/{clinic.location['id']}", clinic.location),
        ("PUT", f"Practitioner/{clinic.doctor['id']}", clinic.doctor),
        ("POST", "Appointment", asked(person("B"), reserve)),
        ("PUT", f"Appointment/{booked['id']}", booked),
        ("POST", "Appointment/$find", find),
        ("POST", "Appointment/$hold", parameters(appointment_resource={"resource": asked(anna, reserve, "pending")})),
        ("POST", "Appointment/$book", parameters(appointment_reference=to("Appointment", booked["id"]))),
    ]
    cases = [(method, path, body, place) for method, path, body in good for place in places(body)]

    @FUZZ
    @given(case=st.sampled_from(cases), other=JSON)
    def send(case: tuple[str, str, Json, tuple[Any, ...]], other: Any) -> None:
        method, path, body, place = case
        decent(clinic.system.call(method, path, with_other(body, place, other)))

    send()


@pytest.mark.slow
def test_no_address_breaks_it() -> None:
    """Any value of any parameter, any id, any part of a path."""
    clinic, kinds = Clinic(), {one["type"]: one for one in statement()["rest"][0]["resource"]}
    values = st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["|", ",", "a|b|c", "ge", "gt9999", "2027-03-01T10:00 01:00", "\x00", "Location/", "_", "2027-03-01_x"]
        ),
    )
    names = [(kind, one["name"]) for kind, resource in kinds.items() for one in resource["searchParam"]]
    names += [(kind, name) for kind in kinds for name in ("_count", "_after", "_id", "_include", "name:exact")]
    names += [
        ("Appointment/$find", name)
        for name in ("start", "end", "practitioner", "location", "specialty", "patient-reference")
    ]

    @FUZZ
    @given(name=st.sampled_from(names), value=values, whole=st.booleans())
    def search(name: tuple[str, str], value: str, whole: bool) -> None:
        window = "start=2027-03-01&end=2027-03-02&" if "$" in name[0] and name[1] not in ("start", "end") else ""
        decent(clinic.system.call("GET", f"{name[0]}?{window}{name[1]}={quote(value)}"))
        decent(clinic.system.call("GET", f"{name[0]}/{quote(value, safe='/' if whole else '')}"))

    search()
