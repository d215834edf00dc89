"""The clinic of the tiny city, with a doctor every day from 9 to 12."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Appointment, Hours, Plan, ProviderKind
from gorod.faces.portal.tests.factories import Home
from gorod.kernel import clock
from gorod.ui.pages.tests.client import PageClient

SERVICE = "doctor"
FIND = f"/en/book/{SERVICE}/"
MONDAY = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)  # 7:00 in Kleinau
DAILY = tuple(Hours(weekday=weekday, begins=time(9), ends=time(12)) for weekday in range(1, 8))


def post(client: PageClient, address: str, **form: object) -> Any:
    """Send what no page offers, past the protection against other sites."""
    client.browser.handler.enforce_csrf_checks = False
    return client.browser.post(address, form, follow=True)


class Clinic:
    """A family, a clinic and its doctor."""

    def __init__(self) -> None:
        self.home = Home()
        self.location_id = booking.put_location(
            code="clinic", names={"de": "Klinik", "en": "Clinic"}, agency="clinic", address="Hauptstraße 1"
        )
        self.doctor = self.add_doctor("Dr Weiss")
        self.desk = f"/en/desk/booking/{self.location_id}/"

    def add_doctor(self, name: str) -> UUID:
        """Another one, with the same hours."""
        provider_id = booking.put_provider(
            code=name, kind=ProviderKind.PRACTITIONER, name=name, location_id=self.location_id
        )
        plan = Plan(provider_id=provider_id, service=SERVICE, hours=DAILY, minutes=30, since=clock.today(), room="4")
        booking.plan(plan=plan)
        return provider_id

    def booked(self, party_id: UUID | None = None) -> Appointment:
        """The mother's appointment, at the earliest time."""
        slot = booking.free(service=SERVICE, limit=1)[0]
        me = self.home.mother if party_id is None else party_id
        held = booking.hold(slot_id=slot.slot_id, party_id=me, told_id=self.home.mother, by="test")
        return booking.confirm(appointment_id=held.appointment_id, by="test")
