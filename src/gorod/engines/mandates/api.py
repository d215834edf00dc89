"""The door of mandates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from gorod.engines.mandates import models
from gorod.engines.mandates.data import Mandate
from gorod.engines.messages import api as messages
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months
from gorod.records.parties import api as parties

LONGEST_MONTHS = 36


def give(*, giver_id: UUID, holder_id: UUID, services: Collection[str], last_day: date, by: str) -> Mandate:
    """Trust somebody with services, up to and including a city date. They are told. Raises BadInput, Refused for oneself."""
    ids = parties.canonical(party_ids=[giver_id, holder_id])
    giver_id, holder_id = ids[giver_id], ids[holder_id]
    if giver_id == holder_id:
        raise Refused("nobody needs a mandate for themselves", remedy="name somebody else")
    if not services:
        raise BadInput("the mandate names no service", remedy="choose at least one")
    if not clock.today() <= last_day <= add_months(clock.today(), LONGEST_MONTHS):
        raise BadInput(
            f"{last_day} cannot be the last day", remedy=f"a day from today, at most {LONGEST_MONTHS} months ahead"
        )
    mandate_id = new_id()
    with transaction.atomic():
        models.Side.objects.bulk_create(
            models.Side(
                party_id=party_id,
                mandate_id=mandate_id,
                other_id=other_id,
                gives=gives,
                services=sorted(set(services)),
                last_day=last_day,
                by=by,
            )
            for party_id, other_id, gives in ((giver_id, holder_id, True), (holder_id, giver_id, False))
        )
        messages.tell(
            party_id=holder_id,
            key=f"mandate:{mandate_id}",
            kind="trusted",
            about=f"mandate:{mandate_id}",
            values={"name": parties.party(party_id=giver_id).names.full(), "until": last_day},
        )
    return next(one for one in given_by(party_id=giver_id) if one.mandate_id == mandate_id)


def end(*, party_id: UUID, mandate_id: UUID) -> None:
    """Either side ends it at once; ending it twice is ending it once. Raises NotFound when they take no part in it."""
    with transaction.atomic():
        mine = models.Side.objects.filter(party_id=party_id, mandate_id=mandate_id).first()
        if mine is None:
            raise NotFound(f"no mandate {mandate_id}", remedy="check the address")
        for side in (mine.party_id, mine.other_id):
            running = models.Side.objects.filter(party_id=side, mandate_id=mandate_id, ended_at=None)
            running.update(ended_at=clock.now())


def given_by(*, party_id: UUID) -> list[Mandate]:
    """The running mandates that somebody has given, oldest first."""
    return _running(party_id, gives=True)


def held_by(*, party_id: UUID) -> list[Mandate]:
    """The running mandates that somebody holds, oldest first."""
    return _running(party_id, gives=False)


def givers(*, holder_id: UUID, service: str) -> frozenset[UUID]:
    """For whom somebody may deal with a service now, because they were trusted with it."""
    return frozenset(one.giver_id for one in held_by(party_id=holder_id) if service in one.services)


def _running(party_id: UUID, *, gives: bool) -> list[Mandate]:
    rows = models.Side.objects.filter(party_id=party_id, gives=gives, ended_at=None, last_day__gte=clock.today())
    return [
        Mandate(
            mandate_id=row.mandate_id,
            giver_id=row.party_id if gives else row.other_id,
            holder_id=row.other_id if gives else row.party_id,
            services=tuple(row.services),
            last_day=row.last_day,
        )
        for row in rows.order_by("id")
    ]
