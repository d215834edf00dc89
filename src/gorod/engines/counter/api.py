"""The door of counter."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.counter import models
from gorod.engines.counter.data import Visit
from gorod.engines.messages import api as messages
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, NotFound
from gorod.records.facts import api as facts
from gorod.records.officials.data import Official, Role
from gorod.records.parties import api as parties

LONGEST = timedelta(hours=1)  # a visit that nobody ended is over then
PURPOSE = "at the counter"


def find(*, official: Official, scheme: str, value: str, family_name: str) -> UUID:
    """The resident with this number and this family name, both read off their document. Recorded as a reading. Raises NotFound,
    Forbidden.
    """
    agency = _counter_of(official)
    found = parties.carrier(scheme=scheme, value=value, family_name=family_name)
    if found is None:
        raise NotFound("nobody has this number and this family name", remedy="compare both with the document")
    facts.record_reading(people=[found], names=[scheme], purpose=PURPOSE, reader=official.reader(agency))
    return found


def begin(*, official: Official, party_id: UUID, document: str) -> Visit:
    """Serve a resident whose document one has seen; a visit that still runs ends. They are told of it. Raises Forbidden."""
    agency = _counter_of(official)
    with transaction.atomic():
        end(official=official)
        at = clock.now()
        row = models.Visit.objects.create(
            party_id=party_id,
            official_id=official.official_id,
            agency=agency,
            document=document,
            began_at=at,
            ends_at=at + LONGEST,
        )
        messages.tell(party_id=party_id, key=f"visit:{row.id}", kind="visited", about=f"visit:{row.id}")
    return _data(row)


def end(*, official: Official) -> None:
    """The visitor goes. Ending what does not run changes nothing."""
    now = clock.now()
    models.Visit.objects.filter(official_id=official.official_id, ends_at__gt=now).update(ends_at=now)


def running(*, official_id: UUID) -> Visit | None:
    """Whom somebody serves now."""
    row = models.Visit.objects.filter(official_id=official_id, ends_at__gt=clock.now()).order_by("-id").first()
    return _data(row) if row else None


def visits_of(*, party_id: UUID) -> list[Visit]:
    """When somebody was served at a counter, oldest first."""
    return [_data(row) for row in models.Visit.objects.filter(party_id=party_id).order_by("id")]


def signature(visit: Visit) -> str:
    """Who did what was done during a visit."""
    return f"clerk {visit.official_id} of {visit.agency}"


def _counter_of(official: Official) -> str:
    counters = sorted(official.agencies(Role.CLERK))
    if not counters:
        raise Forbidden("only a clerk serves visitors", remedy="a supervisor asks for the appointment")
    return counters[0]


def _data(row: models.Visit) -> Visit:
    return Visit(
        visit_id=row.id,
        party_id=row.party_id,
        official_id=row.official_id,
        agency=row.agency,
        began_at=row.began_at,
        ends_at=row.ends_at,
    )
