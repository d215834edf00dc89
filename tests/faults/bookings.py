"""A clinic in a running city, for tests: `python -m tests.faults.bookings N` makes N residents who are signed in and a doctor with
fewer places, and prints both."""

from __future__ import annotations

import json
import sys
from datetime import time, timedelta

from gorod.project import start

PLACES = 40


def main(residents: int) -> None:
    """Make them, in the city of the environment."""
    start.prepare()
    start.install_city()
    from gorod.engines.booking import api as booking
    from gorod.engines.booking.data import Hours, Plan, ProviderKind
    from gorod.faces.accounts.tests.factories import signed_in
    from gorod.kernel import clock
    from gorod.records.parties import api as parties
    from gorod.records.parties.data import Names

    location = booking.put_location(code="faults", names={"en": "Clinic"}, agency="clinic", address="1 Main Street")
    provider = booking.put_provider(
        code="faults", kind=ProviderKind.PRACTITIONER, name="Dr Weiss", location_id=location
    )
    tomorrow = clock.today() + timedelta(days=1)
    hours = (Hours(weekday=tomorrow.isoweekday(), begins=time(8), ends=time(18)),)
    plan = Plan(
        provider_id=provider,
        service="doctor",
        hours=hours,
        minutes=60,
        capacity=PLACES // 10,
        since=tomorrow,
        until=tomorrow,
    )
    booking.plan(plan=plan)
    slots = [str(one.slot_id) for one in booking.free(service="doctor", staff=True)]
    people = []
    for number in range(residents):
        person = parties.create(names=Names(given_name=f"Patient {number}"), language="en")
        people.append({"id": str(person), "session": signed_in(person).browser.cookies["sessionid"].value})
    sys.stdout.write(json.dumps({"slots": slots, "people": people}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
