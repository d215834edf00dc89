"""Entering a wish in the waiting list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from gorod.engines.booking import models
from gorod.engines.booking.data import Wanted, WishState
from gorod.engines.booking.logic import eligibility, known, rows
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Refused

LONGEST_DAYS = 180


def check(wanted: Wanted) -> None:
    """Raises BadInput for days and hours that cannot be waited for."""
    today = clock.today()
    if not today <= wanted.until <= today + timedelta(days=LONGEST_DAYS) or wanted.until < wanted.since:
        raise BadInput(
            "these days cannot be waited for", remedy=f"from today, up to {LONGEST_DAYS} days", field="until"
        )
    if wanted.ends <= wanted.begins:
        raise BadInput("the hours end before they begin", remedy="give a later end", field="ends")
    if any(not 1 <= weekday <= 7 for weekday in wanted.weekdays):
        raise BadInput("there are seven weekdays", remedy="1 is Monday, 7 is Sunday", field="weekdays")


def enter(wanted: Wanted, *, party_id: UUID, told_id: UUID, by: str) -> UUID:
    """Put a wish at the end of the list, in the place of another one for the same service. Raises as `api.wish`."""
    check(wanted)
    answer = eligibility.answer(known.bookable(wanted.service), party_id)
    places = {row.code: row.id for row in models.Location.objects.filter(id__in=list(wanted.locations))}
    if answer.only_at:
        own = models.Location.objects.filter(code=answer.only_at).first()
        if own is None:
            raise Refused(f"{answer.only_at} takes no bookings", remedy="ask there")
        places = {own.code: own.id}
    for code in places or [""]:
        eligibility.must(answer, service=wanted.service, location_code=code)
    with transaction.atomic():
        waiting = models.Wish.objects.filter(party_id=party_id, service=wanted.service, state=WishState.WAITING)
        waiting.update(state=WishState.ENDED)
        try:
            with transaction.atomic():
                return models.Wish.objects.create(
                    party_id=party_id,
                    told_id=told_id,
                    service=wanted.service,
                    since=max(wanted.since, clock.today()),
                    until=wanted.until,
                    begins=wanted.begins,
                    ends=wanted.ends,
                    weekdays=sorted(set(wanted.weekdays)),
                    locations=rows.ids(places.values()),
                    provider_id=wanted.provider_id,
                    state=WishState.WAITING,
                    made_at=clock.now(),
                    by=by,
                ).id
        except IntegrityError:
            raise Conflict("a place is offered to them now", remedy="say yes or no to it first") from None
