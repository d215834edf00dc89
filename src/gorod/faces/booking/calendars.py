"""An appointment as a calendar file."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from gorod.engines.booking.data import Appointment
from gorod.faces.booking import showing
from gorod.faces.portal import wording

PRODUCT = "-//Gorod//Booking//EN"
REMINDER = timedelta(hours=-2)


def event(known: Appointment, *, address: str) -> bytes:
    """RFC 5545. The same appointment keeps its UID and counts its changes, so that a calendar moves it instead of having it
    twice. Times are instants (UTC). `address`: of the appointment's page. It says what, when and where; not for whom."""
    place = showing.place(known.slot.location)
    made = Event()
    made.add("uid", f"{known.appointment_id}@appointments.gorod")
    made.add("sequence", known.version)
    made.add("dtstamp", known.changed_at)
    made.add("dtstart", known.slot.starts)
    made.add("dtend", known.slot.ends)
    made.add("summary", wording.service(known.slot.service))
    made.add("location", f"{place['name']}, {place['address']}")
    room = _("Room %(room)s") % {"room": known.slot.room} if known.slot.room else ""
    made.add("description", "\n".join(part for part in (known.slot.provider.name, room, address) if part))
    made.add("url", address)
    made.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", wording.service(known.slot.service))
    alarm.add("trigger", REMINDER)
    made.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(made)
    return bytes(calendar.to_ical())
