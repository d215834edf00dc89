"""Those who work at a place see their day, move, mark, call off, and answer who could not come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Status
from gorod.engines.waitingroom import api as waitingroom
from gorod.faces.booking.tests.factories import MONDAY, SERVICE, Clinic, post
from gorod.faces.desk.tests.factories import at_work
from gorod.kernel import clock
from gorod.records.officials.data import Role
from gorod.ui.pages.tests.client import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def registrar() -> PageClient:
    return at_work(Role.CLERK, "clinic")[1]


def status(appointment_id: UUID) -> Status:
    return booking.appointment(appointment_id=appointment_id).status


def test_the_day_shows_who_comes_when_and_the_look_is_recorded(clinic: Clinic) -> None:
    clinic.booked()
    page = registrar().open("/en/desk/booking/")
    page = registrar().open(page.links()["Clinic"])
    assert "Dr Weiss" in page.text and "09:00" in page.text and "booked" in page.text
    assert "to see who comes on a day" in clinic.home.as_mother.open("/en/mine/readings/").text


def test_another_agencys_place_is_closed(clinic: Clinic) -> None:
    known = clinic.booked()
    stranger = at_work(Role.CLERK, "youth_office")[1]
    stranger.open(clinic.desk, status=403)
    for part in ("mark/", "move/", "back/"):
        answer = post(stranger, clinic.desk + part, **{"appointment": known.appointment_id, "as": "came"})
        assert answer.status_code == 403
    assert status(known.appointment_id) is Status.BOOKED


def test_arrived_came_and_did_not_come(clinic: Clinic) -> None:
    known = clinic.booked()
    with clock.moved_by(known.slot.starts - clock.now()):
        as_clerk = registrar()
        page = as_clerk.send(as_clerk.open(clinic.desk), "Is there")
        assert status(known.appointment_id) is Status.ARRIVED
        page = as_clerk.send(page, "Did not come")
        assert status(known.appointment_id) is Status.NOSHOW
        post(as_clerk, clinic.desk + "mark/", **{"appointment": known.appointment_id, "as": "came"})
        assert status(known.appointment_id) is Status.FULFILLED


def test_moving_tells_the_person_and_a_taken_time_is_refused(clinic: Clinic) -> None:
    known, other = clinic.booked(), clinic.booked(clinic.home.stranger)
    as_clerk = registrar()
    target = booking.free(service=SERVICE, limit=3)[2]
    form = {"appointment": str(known.appointment_id), "slot": str(other.slot.slot_id)}
    page = post(as_clerk, clinic.desk + "move/", **form)
    assert "It cannot be moved there" in page.content.decode()
    post(as_clerk, clinic.desk + "move/", **(form | {"slot": str(target.slot_id)}))
    assert booking.appointment(appointment_id=known.appointment_id).slot.slot_id == target.slot_id
    assert "Your appointment" in clinic.home.as_mother.open("/en/mine/messages/").text


def test_who_is_ill_is_called_off_and_is_back(clinic: Clinic) -> None:
    known = clinic.booked()
    as_clerk = registrar()
    page = as_clerk.open(clinic.desk + "away/")
    page = as_clerk.send(page, "Call their times off", status=422, since="2027-03-03", until="2027-03-01")
    page = as_clerk.send(
        page,
        "Call their times off",
        provider=str(clinic.doctor),
        since="2027-03-01",
        until="2027-03-01",
        kind="illness",
    )
    assert status(known.appointment_id) is Status.CANCELLED
    assert "called off" in page.text
    page = as_clerk.send(page, "Is back")
    assert booking.absent(location_id=clinic.location_id) == []


def test_an_appeal_is_read_and_answered(clinic: Clinic) -> None:
    known = clinic.booked()
    with clock.moved_by(known.slot.ends - clock.now()):
        booking.done(appointment_id=known.appointment_id, came=False, by="test")
        booking.appeal(appointment_id=known.appointment_id, text="I was in hospital.")
        as_clerk = registrar()
        page = as_clerk.open("/en/desk/booking/appeals/")
        page = as_clerk.open(page.links()["Doctor's appointment"])
        page = as_clerk.send(page, "Answer", status=422)
        as_clerk.send(page, "Answer", excused="yes", text="Get well soon.")
        assert booking.appointment(appointment_id=known.appointment_id).excused
        page = clinic.home.as_mother.open(f"/en/mine/appointments/{known.appointment_id}/")
        assert "Get well soon." in page.text


def test_a_doctor_sees_their_own_list(clinic: Clinic) -> None:
    clinic.add_doctor("Dr Schwarz")
    as_clerk = registrar()
    page = as_clerk.open(clinic.desk)
    assert "Dr Schwarz" in page.text
    page = as_clerk.open(f"{clinic.desk}?provider={clinic.doctor}")
    assert "Dr Weiss" in page.text and page.soup.find("h2", string="Dr Schwarz") is None
    assert "The whole day" in page.links()


def test_other_days_and_an_empty_one(clinic: Clinic) -> None:
    as_clerk = registrar()
    page = as_clerk.open(clinic.desk)
    page = as_clerk.open(clinic.desk + page.links()["The day after"])
    assert "2 March" in page.text
    far = (MONDAY + timedelta(days=90)).date().isoformat()
    for day in ("9999-12-31", "0001-01-01", "x"):
        as_clerk.open(f"{clinic.desk}?day={day}")
    page = as_clerk.open(clinic.desk + "away/")
    as_clerk.send(page, "Call their times off", status=422, since="0001-01-01", until="9999-12-31")
    assert "There are no times on this day." in as_clerk.open(f"{clinic.desk}?day={far}").text


def test_an_announced_opening_puts_a_waiting_room_before_the_times(clinic: Clinic) -> None:
    as_clerk = registrar()
    page = as_clerk.open("/en/desk/booking/openings/")
    page = as_clerk.send(page, "Announce", status=422, service=SERVICE, opens_at="2027-02-01T07:30")
    page = as_clerk.send(page, "Announce", service=SERVICE, opens_at="2027-03-01T07:30", gathers="60", capacity="1")
    assert "opens 1 March 2027, 07:30" in page.text
    assert "Sign in" in PageClient().open(f"/en/book/{SERVICE}/").text, "strangers are asked to sign in"
    waiting = clinic.home.as_mother.open(f"/en/book/{SERVICE}/")
    assert not waiting.soup.select("button[name=slot]")
    with clock.moved_by(timedelta(minutes=31)):
        waitingroom.take_turns()  # as its job does
        page = clinic.home.as_mother.open(f"/en/book/{SERVICE}/")
        page = clinic.home.as_mother.send(page, "09:00")
        other = clinic.home.as_stranger.open(f"/en/book/{SERVICE}/")
        assert not other.soup.select("button[name=slot]"), "one at a time"
        clinic.home.as_mother.send(page, "Yes, book it")
        waitingroom.take_turns()
        other = clinic.home.as_stranger.open(f"/en/book/{SERVICE}/")
        assert other.soup.select("button[name=slot]"), "who has booked makes room"
