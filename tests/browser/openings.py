"""Openings of a running city: `python -m tests.browser.openings announce --in SECONDS [--crowd N]` prints the id. One person may be
inside at once; a crowd is there already. `… leave ID`: everybody there goes.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from uuid import UUID

from gorod.project import start

SERVICE = "browser_test"


def main() -> str:
    """The id of the opening."""
    from gorod.engines.waitingroom import api as waitingroom
    from gorod.engines.waitingroom import models
    from gorod.kernel import clock
    from gorod.kernel.identifiers import new_id

    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["announce", "leave"])
    parser.add_argument("opening", nargs="?", type=UUID)
    parser.add_argument("--in", dest="seconds", type=int, default=0)
    parser.add_argument("--crowd", type=int, default=0)
    asked = parser.parse_args()
    if asked.what == "leave":
        row = models.Opening.objects.get(id=asked.opening)
        for came in models.Arrival.objects.filter(opening_id=row.id):
            waitingroom.leave(service=row.service, party_id=came.party_id)
        return str(row.id)
    now = clock.now()
    made = waitingroom.announce(
        service=f"{SERVICE}-{new_id()}",
        title={"ru": "Запись к врачу", "en": "Seeing a doctor"},
        gathers_at=now - timedelta(hours=1),
        opens_at=now + timedelta(seconds=asked.seconds),
        closes_at=now + timedelta(hours=1),
        capacity=1,
    )
    for _ in range(asked.crowd):
        waitingroom.arrive(opening_id=made, party_id=new_id())
    return str(made)


if __name__ == "__main__":
    start.prepare()
    start.install_city()
    sys.stdout.write(main())
