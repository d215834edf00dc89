"""Appointments through FHIR: booked, moved, given back, and who came; found, held and booked as IHE Scheduling says."""

from __future__ import annotations

from datetime import datetime

import pytest

from gorod.engines.booking import api as booking
from gorod.engines.booking.tests import factories as engine
from gorod.faces.api.fhir import elements
from gorod.faces.api.fhir.tests.factories import (
    BASE,
    Clinic,
    Json,
    System,
    asked,
    parameters,
    person,
    refused,
    to,
)
from gorod.faces.api.tests.factories import resident
from gorod.kernel.errors import Refused
from gorod.records.facts import api as facts


def test_an_appointment_is_booked_and_read_by_everybody_concerned() -> None:
    clinic, anna = Clinic(), person()
    slot = clinic.free()[0]
    answer = clinic.system.call("POST", "Appointment", asked(anna, slot))
    made = answer.json()
    assert answer.status_code == 201 and made["status"] == "booked"
    assert made["minutesDuration"] == 30 and made["slot"] == [{"reference": f"Slot/{slot['id']}", "type": "Slot"}]
    assert [part["actor"]["reference"] for part in made["participant"]] == [
        f"Patient/{anna}",
        f"Practitioner/{clinic.doctor['id']}",
        f"Location/{clinic.location['id']}",
    ]
    assert {part["status"] for part in made["participant"]} == {"accepted"}
    assert clinic.system.get(f"Appointment/{made['id']}") == made
    assert clinic.system.get(f"Slot/{slot['id']}")["status"] == "busy"
    (inside,) = booking.appointments(party_ids=[anna])
    assert str(inside.appointment_id) == made["id"] and inside.made_by == "staff at clinic"


def test_a_time_is_named_by_its_beginning_and_a_person_by_an_identifier() -> None:
    clinic = Clinic()
    person("R7")
    slot = clinic.free()[1]
    sent = asked(engine.nobody(), slot)
    del sent["slot"]
    sent["participant"] = [
        {
            "actor": {"identifier": {"system": f"{elements.PERSON}resident_number", "value": "R7"}},
            "status": "accepted",
        },
        {"actor": {"reference": f"{BASE}/Practitioner/{clinic.doctor['id']}"}, "status": "needs-action"},
    ]
    assert clinic.system.post("Appointment", sent)["slot"][0]["reference"] == f"Slot/{slot['id']}"


def test_a_time_that_is_taken_and_a_second_appointment_are_refused() -> None:
    clinic, anna = Clinic(), person()
    first, second = clinic.free()[:2]
    made = clinic.book(anna, first)
    refused(clinic.system.call("POST", "Appointment", asked(person("Boris"), first)), 422, "business-rule")
    issue = refused(clinic.system.call("POST", "Appointment", asked(anna, second)), 409, "conflict")
    assert made["id"] in issue["diagnostics"]
    dead = resident("Dora", dead=True)
    issue = refused(clinic.system.call("POST", "Appointment", asked(dead, second)), 422, "business-rule")
    assert "lives_here" in issue["diagnostics"]


def test_an_appointment_is_held_confirmed_moved_and_cancelled() -> None:
    clinic, anna = Clinic(), person()
    first, second = clinic.free()[:2]
    held = clinic.book(anna, first, "pending")
    assert held["status"] == "pending"
    assert [one["url"] for one in held["extension"]][-1] == "urn:gorod:fhir:until"
    booked = clinic.system.put({**held, "status": "booked"}, if_match=f'W/"{held["meta"]["versionId"]}"')
    assert booked["status"] == "booked"
    assert int(booked["meta"]["versionId"]) > int(held["meta"]["versionId"])
    late = clinic.system.call(
        "PUT", f"Appointment/{held['id']}", {**held, "status": "cancelled"}, if_match=f'W/"{held["meta"]["versionId"]}"'
    )
    refused(late, 412, "conflict")
    moved = clinic.system.put(
        {**booked, "slot": [{"reference": f"Slot/{second['id']}"}], "start": second["start"], "end": second["end"]}
    )
    assert moved["id"] == held["id"] and moved["start"] == second["start"]
    assert clinic.system.get(f"Slot/{first['id']}")["status"] == "free"
    assert clinic.system.put(moved) == moved
    reason = {"coding": [{"system": elements.CANCELLED_FOR, "code": "pat"}]}
    over = clinic.system.put({**moved, "status": "cancelled", "cancelationReason": reason})
    assert over["status"] == "cancelled" and over["cancelationReason"]["coding"][0]["code"] == "pat"
    assert {part["status"] for part in over["participant"]} == {"declined"}
    refused(clinic.system.call("PUT", f"Appointment/{over['id']}", {**moved, "status": "booked"}), 422, "business-rule")


def test_who_came_and_who_did_not_is_said() -> None:
    clinic, anna, boris = Clinic(), person(), person("Boris")
    first, second = clinic.free()[:2]
    one, other = clinic.book(anna, first), clinic.book(boris, second)
    refused(clinic.system.call("PUT", f"Appointment/{one['id']}", {**one, "status": "fulfilled"}), 422, "business-rule")
    with engine.it_is(datetime.fromisoformat(first["start"])):
        arrived = clinic.system.put({**one, "status": "arrived"})
        assert arrived["status"] == "arrived"
        assert clinic.system.put({**arrived, "status": "fulfilled"})["status"] == "fulfilled"
    with engine.it_is(datetime.fromisoformat(second["end"])):
        assert clinic.system.put({**other, "status": "noshow"})["status"] == "noshow"
        assert clinic.system.found("Appointment?status=noshow")[0]["id"] == other["id"]


def test_appointments_are_searched() -> None:
    clinic, anna, boris = Clinic(), person("R1"), person("R2")
    first, second = clinic.free()[:2]
    one, other = clinic.book(anna, first), clinic.book(boris, second)
    both = [one["id"], other["id"]]

    def ids(query: str) -> list[str]:
        return [found["id"] for found in clinic.system.found(f"Appointment?{query}")]

    assert ids("") == ids("status=booked,pending") == ids("date=2027-03-01") == ids("date=ge2027-03-01") == both
    assert ids(f"patient={anna}") == ids(f"patient=Patient/{anna}") == ids(f"actor=Patient/{anna}") == [one["id"]]
    assert ids(f"patient.identifier={elements.PERSON}resident_number|R2") == [other["id"]]
    assert ids(f"identifier=urn:ietf:rfc:3986|urn:uuid:{one['id']}") == [one["id"]]
    assert ids(f"location={clinic.location['id']}&practitioner=Practitioner/{clinic.doctor['id']}") == both
    assert ids("status=cancelled") == ids("date=gt2027-03-01") == ids("date=lt2027-03-01") == []
    assert (
        ids(f"patient={anna}&actor=Patient/{boris}") == ids("patient=Location/x") == ids("service-type=dentist") == []
    )
    assert ids("_count=1") == [one["id"]]
    page = clinic.system.get("Appointment?_count=1")
    onward = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert ids(onward.partition("Appointment?")[2]) == [other["id"]]
    posted = clinic.system.call("POST", f"Appointment/_search?patient={anna}")
    assert [entry["resource"]["id"] for entry in posted.json()["entry"]] == [one["id"]]


def test_actors_are_included() -> None:
    clinic, anna = Clinic(), person()
    clinic.book(anna, clinic.free()[0])
    bundle = clinic.system.get("Appointment?_include=Appointment:actor")
    kinds = sorted(one["resource"]["resourceType"] for one in bundle["entry"] if one["search"]["mode"] == "include")
    assert kinds == ["Location", "Patient", "Practitioner"] and bundle["total"] == 1
    refused(clinic.system.call("GET", "Appointment?_include=Slot:schedule"), 400, "not-supported")


def test_a_name_is_read_for_a_purpose_which_the_person_sees() -> None:
    clinic, anna, stranger = Clinic(), person("R1"), person("R2")
    clinic.book(anna, clinic.free()[0])
    before = len(facts.access_log(party_id=anna, limit=99))
    without = clinic.system.get(f"Patient/{anna}")
    assert "name" not in without and len(facts.access_log(party_id=anna, limit=99)) == before
    named = clinic.system.get(f"Patient/{anna}", purpose="call them in")
    assert named["name"][0]["family"] == "R1"
    newest = facts.access_log(party_id=anna, limit=1)[0]
    assert (newest.purpose, newest.reader.name) == ("call them in", "clinic")
    refused(clinic.system.call("GET", f"Patient/{stranger}", purpose="curiosity"), 404, "not-found")
    (found,) = clinic.system.found(f"Patient?identifier={elements.PERSON}resident_number|R2")
    assert found["id"] == str(stranger) and "name" not in found
    assert clinic.system.found(f"Patient?identifier={elements.PERSON}resident_number|nobody") == []
    assert clinic.system.found("Patient?identifier=urn:other|R2") == []
    refused(clinic.system.call("GET", "Patient"), 400, "required")
    refused(clinic.system.call("GET", "Patient?name=R2"), 400, "not-supported")


# --- IHE Scheduling


WINDOW = "start=2027-03-01T00:00:00Z&end=2027-03-02T23:00:00Z"


def test_find_hold_and_book() -> None:
    clinic, anna = Clinic(), person()
    found = clinic.system.found(
        f"Appointment/$find?{WINDOW}&patient-reference=Patient/{anna}&visit-type=urn:gorod:service|doctor"
    )
    assert len(found) == 8 and {one["status"] for one in found} == {"proposed"}
    assert clinic.system.get(f"Appointment/{found[0]['id']}") == found[0]
    chosen = parameters(appointment_reference=to("Appointment", found[0]["id"]))
    held = clinic.system.post("Appointment/$hold", chosen)
    assert held["status"] == "pending" and held["start"] == found[0]["start"]
    assert clinic.system.post("Appointment/$hold", chosen) == held
    again = parameters(appointment_reference=to("Appointment", held["id"]))
    assert clinic.system.post("Appointment/$hold", again) == held
    booked = clinic.system.post("Appointment/$book", again)
    assert (booked["id"], booked["status"]) == (held["id"], "booked")
    assert clinic.system.post("Appointment/$book", again) == booked
    refused(clinic.system.call("GET", f"Appointment/{found[0]['id']}"), 404, "not-found")
    other = parameters(
        appointment_reference=to("Appointment", found[0]["id"][:32]), patient_reference=to("Patient", person("B"))
    )
    for operation in ("$hold", "$book"):
        issue = refused(clinic.system.call("POST", f"Appointment/{operation}", other), 422, "not-found")
        assert issue["severity"] == "fatal"


def test_find_takes_parameters_in_a_body_and_says_what_it_does_not_look_at() -> None:
    clinic, other = Clinic(), Clinic("youth_office", "2")
    body = parameters(
        start={"valueDateTime": "2027-03-01"},
        end={"valueDateTime": "2027-03-01"},
        specialty={"valueCoding": {"system": elements.SERVICE, "code": "doctor"}},
        practitioner=to("Practitioner", clinic.doctor["id"]),
        location_reference=to("Location", clinic.location["id"]),
        location_string={"valueString": "markt"},
        organization={"valueReference": {"identifier": {"value": "x"}}},
        _count={"valueInteger": 3},
    )
    body["parameter"][-1]["name"] = "_count"
    bundle = clinic.system.post("Appointment/$find", body)
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "match", "match", "outcome"]
    assert "organization" in bundle["entry"][-1]["resource"]["issue"][0]["diagnostics"]
    for nowhere in (
        f"location={other.location['id']}",
        "specialty=urn:gorod:service|dentist",
        "location-string=nowhere",
    ):
        assert clinic.system.found(f"Appointment/$find?{WINDOW}&{nowhere}") == []
    assert System("tax_office").found(f"Appointment/$find?{WINDOW}") == []
    refused(clinic.system.call("GET", "Appointment/$find?start=2027-03-01"), 400, "required")
    refused(clinic.system.call("GET", "Appointment/$find?start=2027-03-02&end=2027-02-01"), 400, "value")


def test_book_takes_a_resource_and_books_moves_and_cancels() -> None:
    clinic, anna = Clinic(), person()
    first, second = clinic.system.found(f"Appointment/$find?{WINDOW}&patient-reference={anna}")[:2]
    booked = clinic.system.post(
        "Appointment/$book",
        parameters(appointment_resource={"resource": {**first, "status": "pending"}}, comment={"valueString": "knee"}),
    )
    assert booked["status"] == "booked" and booked["start"] == first["start"]
    change = {**booked, "slot": second["slot"], "start": second["start"], "end": second["end"]}
    moved = clinic.system.post("Appointment/$book", parameters(appointment_resource={"resource": change}))
    assert (moved["id"], moved["start"]) == (booked["id"], second["start"])
    over = clinic.system.post("Appointment/$book", {**moved, "status": "cancelled"})
    assert over["status"] == "cancelled"


def test_for_whom_a_place_is_held_is_said_with_it() -> None:
    clinic = Clinic()
    person("R9")
    (found, *_rest) = clinic.system.found(f"Appointment/$find?{WINDOW}")
    assert [part["actor"]["type"] for part in found["participant"]] == ["Practitioner", "Location"]
    named = to("Appointment", found["id"])
    refused(clinic.system.call("POST", "Appointment/$hold", parameters(appointment_reference=named)), 422, "required")
    whom: Json = {
        "resourceType": "Patient",
        "identifier": [{"system": f"{elements.PERSON}resident_number", "value": "R9"}],
    }
    body = parameters(appointment_reference=named, patient_resource={"resource": whom})
    assert clinic.system.post("Appointment/$hold", body)["status"] == "pending"
    whom["identifier"][0]["value"] = "nobody"
    refused(clinic.system.call("POST", "Appointment/$hold", body), 422, "not-found")
    strange = parameters(appointment_reference=named, colour={"valueString": "red"})
    refused(clinic.system.call("POST", "Appointment/$hold", strange), 400, "not-supported")


def test_a_hold_that_was_not_confirmed_in_time_is_over() -> None:
    clinic, anna = Clinic(), person()
    slot = clinic.free()[0]
    held = clinic.book(anna, slot, "pending")
    with engine.it_is(engine.MONDAY.replace(minute=6)):
        booking.go_on()
        over = clinic.system.get(f"Appointment/{held['id']}")
        assert over["status"] == "cancelled" and over["cancelationReason"]["coding"][0]["code"] == "other"
        body = parameters(appointment_reference=to("Appointment", held["id"]))
        issue = refused(clinic.system.call("POST", "Appointment/$book", body), 422, "not-found")
        assert issue["severity"] == "fatal"
        with pytest.raises(Refused):
            booking.confirm(
                appointment_id=booking.appointments(party_ids=[anna], coming=False)[0].appointment_id, by="test"
            )


@pytest.mark.parametrize(
    ("change", "status", "code", "at"),
    [
        ({"participant": [{"status": "accepted"}]}, 400, "invariant", "Appointment.participant[0]"),
        ({"end": None}, 400, "invariant", "Appointment.start"),
        ({"start": None, "end": None}, 400, "invariant", "Appointment.start"),
        ({"cancelationReason": {"text": "ill"}}, 400, "invariant", "Appointment.cancelationReason"),
        ({"status": "fulfilled"}, 422, "business-rule", "Appointment.status"),
        ({"status": "maybe"}, 400, "code-invalid", "Appointment.status"),
        ({"participant": None}, 400, "required", "Appointment.participant"),
        ({"slot": [{"reference": "Slot/x"}]}, 422, "not-found", "Appointment.slot[0]"),
        ({"slot": [{"reference": "Schedule/x"}]}, 422, "not-found", "Appointment.slot[0].reference"),
        (
            {"slot": None, "start": "2027-03-01T03:00:00Z", "end": "2027-03-01T03:30:00Z"},
            422,
            "not-found",
            "Appointment.start",
        ),
        ({"start": "2027-03-01T03:00:00Z", "end": "2027-03-01T03:30:00Z"}, 422, "business-rule", "Appointment.start"),
        ({"comment": ""}, 400, "structure", "Appointment.comment"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_with_its_place(change: Json, status: int, code: str, at: str) -> None:
    clinic = Clinic()
    sent = {**asked(person(), clinic.free()[0]), **change}
    issue = refused(
        clinic.system.call("POST", "Appointment", {name: value for name, value in sent.items() if value is not None}),
        status,
        code,
    )
    assert issue["expression"] == [at]
