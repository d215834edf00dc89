"""Locations, people, hours and the slots that are made from them, as a clinic's system sees and changes them."""

from __future__ import annotations

from uuid import UUID

import pytest

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import ProviderKind
from gorod.engines.booking.tests import factories as engine
from gorod.faces.api.fhir import elements
from gorod.faces.api.fhir.tests.factories import (
    DOCTOR,
    Clinic,
    System,
    location,
    person,
    practitioner,
    refused,
    role,
)


def test_a_location_is_created_read_and_found() -> None:
    clinic = System()
    answer = clinic.call("POST", "Location", location())
    made = answer.json()
    assert answer.status_code == 201
    assert answer["ETag"] == 'W/"1"' and made["meta"]["versionId"] == "1" and made["meta"]["lastUpdated"]
    assert answer["Location"].endswith(f"/api/fhir/Location/{made['id']}")
    assert made["address"]["text"] == "Markt 1, 12345 Kleinau"
    assert made["position"] == {"longitude": 13.4, "latitude": 52.5}
    assert clinic.get(f"Location/{made['id']}") == made
    assert clinic.found(f"Location?identifier={elements.LOCATION}|kleinau_1") == [made]
    assert clinic.found("Location?identifier=kleinau_1&name=markt") == [made]
    assert clinic.found("Location?name:contains=AM MARK") == [made]
    assert clinic.found("Location?name:exact=Klinik") == [] == clinic.found("Location?identifier=urn:other|kleinau_1")


def test_names_in_other_languages_are_translations() -> None:
    clinic = System()
    english = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Market Clinic"}]
    sent = location(_name={"extension": [{"url": elements.TRANSLATION, "extension": english}]})
    made = clinic.post("Location", sent)
    assert made["name"] == "Klinik am Markt" and made["language"] == "de"
    assert made["_name"]["extension"][0]["extension"] == english
    assert clinic.found("Location?name=market") == [made]
    assert clinic.put(made)["meta"]["versionId"] == "1"  # the same again changes nothing


def test_an_update_counts_versions_and_refuses_one_that_is_known_no_more() -> None:
    clinic = System()
    made = clinic.post("Location", location())
    changed = clinic.put({**made, "name": "Neu"}, if_match='W/"1"')
    assert changed["meta"]["versionId"] == "2" and changed["name"] == "Neu"
    late = clinic.call("PUT", f"Location/{made['id']}", {**made, "name": "Alt"}, if_match='W/"1"')
    refused(late, 412, "conflict")
    assert clinic.get(f"Location/{made['id']}")["name"] == "Neu"
    refused(clinic.call("PUT", f"Location/{made['id']}", made, if_match="two"), 400, "value")
    answer = clinic.call("GET", f"Location/{made['id']}", if_none_match='W/"2"')
    assert answer.status_code == 304 and not answer.content


def test_the_same_code_is_entered_once() -> None:
    clinic = System()
    made = clinic.post("Location", location())
    refused(clinic.call("POST", "Location", location()), 409, "conflict")
    condition = f"identifier={elements.LOCATION}|kleinau_1"
    again = clinic.call("POST", "Location", location(), if_none_exist=condition)
    assert (again.status_code, again.json()) == (200, made)
    new = clinic.call("POST", "Location", location("two"), if_none_exist=f"identifier={elements.LOCATION}|two")
    assert new.status_code == 201


def test_an_agency_sees_and_changes_only_its_own() -> None:
    mine, other = Clinic(), Clinic("youth_office", "2")
    for kind, found in (("Location", other.location), ("Practitioner", other.doctor), ("PractitionerRole", other.role)):
        refused(mine.system.call("GET", f"{kind}/{found['id']}"), 404, "not-found")
        refused(mine.system.call("PUT", f"{kind}/{found['id']}", found), 404, "not-found")
        assert [one["id"] for one in mine.system.found(kind)] == [getattr(mine, _ATTRIBUTE[kind])["id"]]
    refused(mine.system.call("POST", "Location", location("place_2")), 409, "conflict")
    refused(mine.system.call("POST", "PractitionerRole", role(other.doctor["id"])), 422, "not-found")
    slot = other.free()[0]
    refused(mine.system.call("GET", f"Slot/{slot['id']}"), 404, "not-found")
    assert mine.system.found(f"Slot?schedule={slot['schedule']['reference']}") == []
    booked = other.book(person(), slot)
    refused(mine.system.call("GET", f"Appointment/{booked['id']}"), 404, "not-found")
    refused(mine.system.call("PUT", f"Appointment/{booked['id']}", {**booked, "status": "cancelled"}), 404, "not-found")
    assert mine.system.found("Appointment") == []


_ATTRIBUTE = {"Location": "location", "Practitioner": "doctor", "PractitionerRole": "role"}


def test_weekly_hours_make_slots() -> None:
    clinic = Clinic()
    assert clinic.role["active"] and clinic.role["period"] == {"start": "2027-03-01"}
    assert clinic.role["availableTime"] == [
        {"daysOfWeek": ["mon", "tue"], "availableStartTime": "09:00:00", "availableEndTime": "11:00:00"}
    ]
    slots = clinic.system.found("Slot?start=2027-03-01")
    assert [slot["start"][11:16] for slot in slots] == ["09:00", "09:30", "10:00", "10:30"]
    assert clinic.system.get(f"Slot/{slots[0]['id']}") == slots[0]
    (schedule,) = clinic.system.found(f"Schedule?actor=Practitioner/{clinic.doctor['id']}&service-type={DOCTOR}")
    assert slots[0]["schedule"]["reference"] == f"Schedule/{schedule['id']}"
    assert clinic.system.get(f"Schedule/{schedule['id']}") == schedule
    for actor in schedule["actor"]:
        assert clinic.system.found(f"Schedule?actor={actor['reference']}") == [schedule]
        assert clinic.system.get(actor["reference"])["resourceType"] == actor["type"]
    (service,) = clinic.system.found(f"HealthcareService?location={clinic.location['id']}&service-type={DOCTOR}")
    assert service["active"] and clinic.system.get(f"HealthcareService/{service['id']}") == service
    assert clinic.system.found(f"PractitionerRole?service={service['id']}&practitioner={clinic.doctor['id']}") == [
        clinic.role
    ]


def test_hours_name_their_service_by_the_healthcare_service_too() -> None:
    clinic = System()
    clinic.post("Location", location())
    doctor = clinic.post("Practitioner", practitioner())
    (service,) = clinic.found("HealthcareService")
    assert service["active"] is False
    sent = role(doctor["id"], healthcareService=[{"reference": f"HealthcareService/{service['id']}"}])
    del sent["specialty"]
    made = clinic.post("PractitionerRole", sent)
    assert made["specialty"][0]["coding"][0]["code"] == DOCTOR
    refused(clinic.call("POST", "PractitionerRole", sent), 409, "conflict")


def test_slots_are_searched_by_time_and_status() -> None:
    clinic = Clinic()
    all_of_them = clinic.system.get("Slot?_count=200")["total"]
    monday, tuesday = "start=2027-03-01", "start=ge2027-03-02&start=lt2027-03-03"
    assert len(clinic.system.found(f"Slot?{monday}")) == len(clinic.system.found(f"Slot?{tuesday}")) == 4
    first = clinic.system.found(f"Slot?{monday}")[0]
    at = first["start"].replace("+", "%2B")
    assert clinic.system.found(f"Slot?start={at}") == [first]
    assert clinic.system.found(f"Slot?start=le{at}") == [first]
    assert clinic.system.found(f"Slot?start=lt{at}") == []
    assert clinic.system.get(f"Slot?start=gt{at}")["total"] == all_of_them - 1
    assert clinic.system.get(f"Slot?start=ge{at}")["total"] == all_of_them
    assert first["status"] == "free"
    assert (
        clinic.system.found("Slot?start=2027-03-16")[0]["status"] == "busy-tentative"
    )  # it opens fourteen days before
    clinic.book(person(), first)
    assert clinic.system.found("Slot?status=busy")[0]["id"] == first["id"]
    assert clinic.system.get("Slot?status=free,busy-tentative&_count=0")["total"] == all_of_them - 1
    assert clinic.system.found("Slot?service-type=urn:gorod:service|dentist") == []


def test_pages_follow_one_another_to_the_end() -> None:
    clinic = Clinic()
    whole = [slot["id"] for slot in clinic.system.found("Slot?_count=200")]
    seen, path = [], "Slot?_count=3"
    for _page in range(len(whole)):
        bundle = clinic.system.get(path)
        assert bundle["total"] == len(whole)
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        onward = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not onward:
            break
        path = onward[0].partition("/api/fhir/")[2]
    assert seen == whole and len(whole) > 9
    for code in ("a", "b", "c"):
        clinic.system.post("Location", location(code))
    bundle = clinic.system.get("Location?_count=3")
    assert (bundle["total"], len(bundle["entry"]), len(bundle["link"])) == (4, 3, 2)
    (last,) = clinic.system.found(bundle["link"][1]["url"].partition("/api/fhir/")[2])
    assert last["id"] not in [entry["resource"]["id"] for entry in bundle["entry"]]


def test_other_hours_begin_tomorrow_and_the_resource_stays_the_same() -> None:
    clinic = Clinic()
    new = [{"daysOfWeek": ["tue"], "availableStartTime": "14:00:00", "availableEndTime": "15:00:00"}]
    changed = clinic.system.put({**clinic.role, "availableTime": new})
    assert changed["id"] == clinic.role["id"] and changed["availableTime"] == new
    assert changed["meta"]["versionId"] != clinic.role["meta"]["versionId"]
    assert len(clinic.system.found("Slot?start=2027-03-01")) == 4
    tuesday = clinic.system.found("Slot?start=2027-03-02")
    assert [slot["start"][11:16] for slot in tuesday] == ["14:00", "14:30"]
    assert clinic.system.put(changed) == changed
    assert len(clinic.system.found("Schedule")) == 2


def test_hours_end_and_go_on_again() -> None:
    clinic = Clinic()
    ended = clinic.system.put({**clinic.role, "active": False})
    assert ended["period"]["end"] == "2027-03-01"
    assert clinic.system.found("Slot?start=ge2027-03-02") == []
    again = clinic.system.put({**ended, "active": True, "period": {"start": "2027-03-01"}})
    assert again["active"] and "end" not in again["period"]
    assert len(clinic.system.found("Slot?start=2027-03-08")) == 4


def test_hours_that_were_to_begin_later_are_taken_back() -> None:
    clinic = System()
    clinic.post("Location", location())
    doctor = clinic.post("Practitioner", practitioner())
    made = clinic.post("PractitionerRole", role(doctor["id"], period={"start": "2027-03-08"}))
    assert made["period"] == {"start": "2027-03-08"} and clinic.found("Slot?start=lt2027-03-08") == []
    ended = clinic.put({**made, "active": False})
    assert ended["active"] is False and ended["period"] == {"end": "2027-03-01"}
    assert clinic.found("Slot") == []


def test_hours_end_on_a_day_and_are_made_longer() -> None:
    clinic = Clinic()
    short = clinic.system.put({**clinic.role, "period": {"start": "2027-03-01", "end": "2027-03-08"}})
    assert short["period"]["end"] == "2027-03-08" and clinic.system.found("Slot?start=2027-03-09") == []
    longer = clinic.system.put({**short, "period": {"start": "2027-03-01", "end": "2027-03-31"}})
    assert longer["period"] == {"start": "2027-03-09", "end": "2027-03-31"}
    assert len(clinic.system.found("Slot?start=2027-03-09")) == 4


def test_a_window_with_whoever_is_on_duty_is_a_role_without_a_practitioner() -> None:
    clinic = Clinic()
    place = UUID(clinic.location["id"])
    window = booking.put_provider(code="window", kind=ProviderKind.TEAM, name="Window 1", location_id=place)
    engine.plan(window)
    assert len(clinic.system.found("Practitioner")) == 1
    (made,) = [one for one in clinic.system.found("PractitionerRole") if "practitioner" not in one]
    assert made["identifier"] == [{"system": elements.PRACTITIONER, "value": "window"}]
    assert clinic.system.put(made) == made
    (schedule,) = clinic.system.found(f"Schedule?actor=PractitionerRole/{made['id']}")
    assert schedule["actor"][0]["type"] == "HealthcareService" and schedule["actor"][0]["display"] == "Window 1"
    refused(clinic.system.call("GET", f"Practitioner/{window}"), 404, "not-found")
    slot = clinic.system.found(f"Slot?schedule={schedule['id']}")[0]
    assert clinic.book(person(), slot)["participant"][1]["actor"]["type"] == "HealthcareService"


def test_who_is_away_has_no_free_slots_and_comes_back() -> None:
    clinic = Clinic()
    anna = person()
    booked = clinic.book(anna, clinic.system.found("Slot?start=2027-03-02")[0])
    away = [{"description": "illness", "during": {"start": "2027-03-02", "end": "2027-03-02"}}]
    changed = clinic.system.put({**clinic.role, "notAvailable": away})
    assert changed["notAvailable"][0]["description"] == "illness"
    assert changed["notAvailable"][0]["during"]["start"].startswith("2027-03-02T00:00:00")
    assert {slot["status"] for slot in clinic.system.found("Slot?start=2027-03-02")} == {"busy-unavailable"}
    lost = clinic.system.get(f"Appointment/{booked['id']}")
    assert lost["status"] == "cancelled" and lost["cancelationReason"]["coding"][0]["code"] == "prov"
    assert clinic.system.put(changed) == changed  # what is entered once is not entered twice
    del changed["notAvailable"]
    assert "notAvailable" not in clinic.system.put(changed)
    assert {slot["status"] for slot in clinic.system.found("Slot?start=2027-03-02")} <= {"free", "busy-tentative"}


@pytest.mark.parametrize(
    ("change", "status", "code", "at"),
    [
        ({"availableTime": []}, 400, "structure", "PractitionerRole.availableTime"),
        ({"extension": [elements.extension("room", "String", "1")]}, 422, "required", "PractitionerRole.extension"),
        (
            {"availableTime": [{"daysOfWeek": ["mon"], "allDay": True}]},
            422,
            "required",
            "PractitionerRole.availableTime[0]",
        ),
        (
            {"availableTime": [{"daysOfWeek": ["day"], "availableStartTime": "09:00:00"}]},
            400,
            "code-invalid",
            "PractitionerRole.availableTime[0].daysOfWeek[0]",
        ),
        ({"specialty": [{"text": "doctor"}]}, 422, "required", "PractitionerRole.healthcareService"),
        ({"specialty": [{"coding": [{"system": elements.SERVICE, "code": "x"}]}]}, 422, "code-invalid", None),
        ({"practitioner": {"reference": "Practitioner/1"}}, 422, "not-found", "PractitionerRole.practitioner"),
        ({"period": {"start": "tomorrow"}}, 400, "value", "PractitionerRole.period.start"),
        ({"modifierExtension": [{"url": "urn:x"}]}, 422, "extension", "PractitionerRole.modifierExtension"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_place(
    change: dict[str, object], status: int, code: str, at: str
) -> None:
    clinic = System()
    clinic.post("Location", location())
    doctor = clinic.post("Practitioner", practitioner())
    issue = refused(clinic.call("POST", "PractitionerRole", role(doctor["id"], **change)), status, code)
    assert at is None or issue["expression"] == [at]


def test_where_somebody_works_is_said_when_there_are_several_places() -> None:
    clinic = System()
    first = clinic.post("Location", location("one"))
    clinic.post("Location", location("two"))
    refused(clinic.call("POST", "Practitioner", practitioner()), 422, "required")
    works_at = elements.extension("works-at", "Reference", {"reference": f"Location/{first['id']}"})
    made = clinic.post("Practitioner", practitioner(extension=[works_at]))
    assert made["extension"][0]["valueReference"]["reference"] == f"Location/{first['id']}"
    assert clinic.found("Practitioner?name=kern&identifier=dr_1") == [made]
    renamed = clinic.put({**made, "name": [{"text": "Dr. Eva Stein"}]})
    assert renamed["name"] == [{"text": "Dr. Eva Stein"}] and renamed["meta"]["versionId"] == "2"
