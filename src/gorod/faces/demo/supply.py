"""What can be booked in a made-up city."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Hours, Plan
from gorod.faces.demo.scenario import LocationWanted, ProviderWanted, Scenario
from gorod.kernel import clock
from gorod.records.places import api as places


def open_doors(*, scenario: Scenario, language: str) -> int:
    """Enter the places of the scenario with their providers and hours. Returns how many providers there are."""
    made = 0
    for wanted in scenario.places:
        location_id = _location(wanted)
        for number, one in enumerate(wanted.providers, start=1):
            _provider(one, code=f"{wanted.code}/{number}", location_id=location_id, language=language)
            made += 1
    return made


def _location(wanted: LocationWanted) -> UUID:
    district = places.district(code=wanted.district) if wanted.district else None
    return booking.put_location(
        code=wanted.code,
        names=wanted.name,
        agency=wanted.agency,
        address=wanted.address,
        district=wanted.district,
        lon=district.lon if district else None,
        lat=district.lat if district else None,
        phone=wanted.phone,
    )


def _provider(wanted: ProviderWanted, *, code: str, location_id: UUID, language: str) -> None:
    provider_id = booking.put_provider(code=code, kind=wanted.kind, name=wanted.name[language], location_id=location_id)
    if booking.plans(provider_id=provider_id):
        return
    hours = tuple(Hours(weekday=day, begins=wanted.begins, ends=wanted.ends) for day in wanted.weekdays)
    booking.plan(
        plan=Plan(
            provider_id=provider_id,
            service=wanted.service,
            hours=hours,
            minutes=wanted.minutes,
            since=clock.today(),
            capacity=wanted.capacity,
            room=wanted.room,
            kept=wanted.kept,
        )
    )
