"""A resident finds a time, keeps it, moves it, gives it back, waits for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Appointment, Status, Wanted
from gorod.faces.booking.tests.factories import FIND, MONDAY, SERVICE, Clinic, post
from gorod.kernel import clock
from gorod.ui.pages.tests.client import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def mine(clinic: Clinic) -> Appointment:
    return booking.appointments(party_ids=[clinic.home.mother])[0]


def test_three_taps_from_the_service_to_a_booked_time(clinic: Clinic) -> None:
    page = clinic.home.as_mother.open(f"/en/services/{SERVICE}/")
    page = clinic.home.as_mother.open(page.links()["Find a time"])
    assert "Clinic" in page.text and "Monday, 1 March" in page.text
    page = clinic.home.as_mother.send(page, "09:00")
    assert "We keep this place for you until" in page.text
    page = clinic.home.as_mother.send(page, "Yes, book it")
    assert "Booked. We remind you before." in page.text and "Dr Weiss" in page.text
    known = mine(clinic)
    assert (known.status, clock.in_city(known.slot.starts).hour) == (Status.BOOKED, 9)


def test_strangers_see_times_and_sign_in_to_take_one(clinic: Clinic) -> None:
    page = PageClient().open(FIND)
    assert "09:00" in page.text and "Sign in to book" in page.text
    assert not page.soup.select("button[name=slot]")
    assert SERVICE in PageClient().open("/en/book/").links()["Doctor's appointment"]


def test_a_parent_books_for_their_child_and_is_told(clinic: Clinic) -> None:
    page = clinic.home.as_mother.open(f"{FIND}?for={clinic.home.baby}")
    page = clinic.home.as_mother.send(page, "09:00")
    clinic.home.as_mother.send(page, "Yes, book it")
    (known,) = booking.appointments(party_ids=[clinic.home.baby])
    assert (known.status, known.told_id) == (Status.BOOKED, clinic.home.mother)
    assert "Doctor's appointment" in clinic.home.as_mother.open("/en/mine/messages/").text


def test_all_places_of_a_service_by_district(clinic: Clinic) -> None:
    page = PageClient().open(f"{FIND}map/")
    assert "Hauptstraße 1" in page.text
    clinic.home.as_mother.open(page.links()["Clinic"])


@pytest.mark.parametrize("address", [f"{FIND}?for=nobody", f"{FIND}?where=0190aaaa-0000-7000-8000-000000000000"])
def test_what_does_not_exist_is_not_found(clinic: Clinic, address: str) -> None:
    clinic.home.as_mother.open(address, status=404)


def test_nobody_sees_or_touches_anothers_appointment(clinic: Clinic) -> None:
    known = clinic.booked()
    address = f"/en/mine/appointments/{known.appointment_id}/"
    clinic.home.as_mother.open(address)
    for part in ("", "calendar.ics"):
        assert clinic.home.as_stranger.browser.get(address + part).status_code == 404
    for part in ("do/", "appeal/"):
        answer = post(clinic.home.as_stranger, address + part, do="cancel", text="mine")
        assert answer.status_code == 404
    clinic.home.as_stranger.open(f"{FIND}?for={clinic.home.mother}", status=404)
    assert mine(clinic) == known


def test_the_way_through_another_service_is_closed(clinic: Clinic) -> None:
    slot = booking.free(service=SERVICE, limit=1)[0]
    answer = post(clinic.home.as_mother, "/en/book/nothing/hold/", slot=slot.slot_id)
    assert answer.status_code == 404
    assert post(clinic.home.as_mother, f"{FIND}hold/", slot="1").status_code == 404
    assert not booking.appointments(party_ids=[clinic.home.mother])


def test_an_appointment_moves_from_its_page(clinic: Clinic) -> None:
    known = clinic.booked()
    page = clinic.home.as_mother.open(f"/en/mine/appointments/{known.appointment_id}/")
    page = clinic.home.as_mother.open(page.links()["Move it to another time"])
    assert "It stays so until you confirm another time." in page.text
    page = clinic.home.as_mother.send(page, "10:30")
    page = clinic.home.as_mother.send(page, "Yes, move it")
    assert clock.in_city(mine(clinic).slot.starts).hour == 10


def test_cancelling_frees_the_time_and_says_so(clinic: Clinic) -> None:
    known = clinic.booked()
    page = clinic.home.as_mother.open(f"/en/mine/appointments/{known.appointment_id}/")
    page = clinic.home.as_mother.send(page, "Cancel it")
    assert "Given back." in page.text
    assert booking.free(service=SERVICE, limit=1)[0].slot_id == known.slot.slot_id


def test_who_is_too_slow_reads_why(clinic: Clinic) -> None:
    page = clinic.home.as_mother.open(FIND)
    clinic.booked(clinic.home.stranger)
    page = clinic.home.as_mother.send(page, "09:00")
    assert "Somebody was faster" in page.text
    assert not booking.appointments(party_ids=[clinic.home.mother])


def test_a_second_booking_leads_to_the_first(clinic: Clinic) -> None:
    page = clinic.home.as_mother.open(FIND)
    known = clinic.booked()
    page = clinic.home.as_mother.send(page, "10:00")
    assert "You have an appointment for this already" in page.text
    assert str(known.appointment_id) in page.address


def test_the_calendar_file_says_when_and_where_and_not_for_whom(clinic: Clinic) -> None:
    known = clinic.booked()
    text = clinic.home.as_mother.browser.get(
        f"/en/mine/appointments/{known.appointment_id}/calendar.ics"
    ).content.decode()
    assert "DTSTART:20270301T080000Z" in text, "9:00 in Kleinau, as an instant"
    assert "LOCATION:Clinic\\, Hauptstraße 1" in text
    assert f"UID:{known.appointment_id}@" in text
    assert "M1" not in text


def test_waiting_says_how_many_are_before_and_an_offer_is_taken_with_one_tap(clinic: Clinic) -> None:
    lost = clinic.booked(clinic.home.stranger)
    page = clinic.home.as_mother.open(FIND)
    page = clinic.home.as_mother.open(page.links()["No time suits you? Wait for one"])
    page = clinic.home.as_mother.send(page, "Wait", hours="morning")
    assert "0 people who want a place like it are before you" in page.text
    booking.cancel(appointment_id=lost.appointment_id, by="test")
    page = clinic.home.as_mother.open("/en/mine/appointments/")
    assert "offered to you" in page.text
    page = clinic.home.as_mother.open(f"/en/mine/appointments/{mine(clinic).appointment_id}/")
    clinic.home.as_mother.send(page, "Yes, book it")
    assert mine(clinic).slot.slot_id == lost.slot.slot_id


def test_a_wish_with_wrong_days_says_so_and_can_be_withdrawn(clinic: Clinic) -> None:
    page = clinic.home.as_mother.open(f"{FIND}wait/")
    page = clinic.home.as_mother.send(page, "Wait", status=422, since="2027-03-09", until="2027-03-01")
    assert "The last day is before the first" in page.text
    page = clinic.home.as_mother.send(page, "Wait", since="2027-03-01", until="2027-03-09")
    page = clinic.home.as_mother.send(page, "Wait no more")
    assert not booking.wishes(party_ids=[clinic.home.mother])


def test_the_rule_on_missed_appointments_is_said_before_and_a_reason_can_be_given(clinic: Clinic) -> None:
    assert "Who does not come 2 times within 90 days" in PageClient().open(FIND).text
    for day in range(2):
        with clock.moved_by(timedelta(days=day)):
            known = clinic.booked()
        with clock.moved_by(known.slot.ends - clock.now()):
            booking.done(appointment_id=known.appointment_id, came=False, by="test")
            page = clinic.home.as_mother.open(FIND)
    with clock.moved_by(known.slot.ends - clock.now()):
        page = clinic.home.as_mother.open(FIND)
        assert "After missed appointments you can book here again from" in page.text
        assert not page.soup.select("button[name=slot]")
        page = clinic.home.as_mother.open(f"/en/mine/appointments/{known.appointment_id}/")
        page = clinic.home.as_mother.send(page, "Send", status=422, text="")
        page = clinic.home.as_mother.send(page, "Send", text="I was in hospital.")
        assert "I was in hospital." in page.text


def test_who_lost_a_time_reads_that_they_choose_first(clinic: Clinic) -> None:
    known = clinic.booked()
    booking.away(
        provider_id=clinic.doctor,
        begins=MONDAY,
        ends=MONDAY + timedelta(days=1),
        kind=booking.data.Away.ILLNESS,
        by="t",
    )
    page = clinic.home.as_mother.open(f"/en/mine/appointments/{known.appointment_id}/")
    assert "you choose a new time before others" in page.text
    clinic.home.as_mother.open(page.links()["Choose a new time"])


def test_every_page_in_order_with_everything_on_it(clinic: Clinic) -> None:
    """The inspection of each page is in the client."""
    clinic.booked()
    wanted = Wanted(service=SERVICE, since=MONDAY.date(), until=MONDAY.date() + timedelta(days=7))
    booking.wish(party_id=clinic.home.baby, wanted=wanted, by="test", told_id=clinic.home.mother)
    for language in ("en", "de"):
        for address in (
            "book/",
            f"book/{SERVICE}/",
            f"book/{SERVICE}/?where={clinic.location_id}",
            "mine/appointments/",
        ):
            clinic.home.as_mother.open(f"/{language}/{address}")
