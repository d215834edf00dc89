"""Telling what came of it: everybody after the dealing, some in each step, with a mark at whoever was told: a kill in between tells
nobody twice and leaves nobody out. One person when a seat comes from the reserve list, or goes because it was not answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from gorod.engines.allotment import models
from gorod.engines.allotment.data import Held
from gorod.engines.allotment.logic import dealing, rows, wishing
from gorod.engines.applications import api as actors
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.kernel import clock
from gorod.verify.allotment import reasons
from gorod.verify.allotment.matching import Outcome
from gorod.verify.allotment.words import Teller
from gorod.verify.polls.settings import in_language

log = structlog.get_logger()

GOT, NONE, LEFT_OUT = "allotment_got", "allotment_none", "allotment_left_out"
OFFERED, LAPSED = "allotment_offered", "allotment_lapsed"
AT_ONCE = 200
AGAIN = timedelta(minutes=10)  # for whom it did not work


def go_on(row: models.Allotment) -> bool:
    """Tell the next ones what the dealing came to. Somebody with whom it does not work keeps nobody else, and is tried again later.
    Returns whether there were any."""
    due = Q(tell_after=None) | Q(tell_after__lte=clock.now())
    waiting = models.Application.objects.filter(due, allotment=row, withdrawn=False, told_at=None)
    some = list(waiting.order_by("id")[:AT_ONCE])
    if not some:
        return False
    outcome = dealing.outcome(row)
    tellers = {language: Teller(outcome.problem, language) for language in rows.plan_of(row).title}
    for one in some:
        try:
            with transaction.atomic():
                _result(row, one, outcome, tellers)
        except Exception:  # whatever it is, the others wait for their answer
            log.exception("allotment.not_told", application=str(one.id))
            models.Application.objects.filter(id=one.id).update(tell_after=clock.now() + AGAIN)
    return True


def _result(row: models.Allotment, one: models.Application, outcome: Outcome, tellers: Mapping[str, Teller]) -> None:
    one.told_at = clock.now()
    if one.left_out:
        _tell(row, one, LEFT_OUT, None)
    else:
        explained = reasons.explain(outcome, one.number)
        one.told = {language: teller.told(explained) for language, teller in tellers.items()}
        seat = models.Seat.objects.filter(application=one, from_list=False).first()
        if seat is None:
            _tell(row, one, NONE, None)
        else:
            if seat.held == Held.OFFERED:
                seat.until = rows.answer_until(row)  # whoever is told late has as many days
                seat.save(update_fields=["until"])
            _tell(row, one, GOT, seat)
    one.save(update_fields=["told", "told_at"])


def offered(row: models.Allotment, seat: models.Seat) -> None:
    """Tell of a seat from the reserve list, in the caller's transaction."""
    _tell(row, seat.application, OFFERED, seat, key=f":{seat.id}")


def lapsed(row: models.Allotment, seat: models.Seat) -> None:
    """Tell that a seat went to somebody else, in the caller's transaction."""
    _tell(row, seat.application, LAPSED, seat, key=f":{seat.id}")


def _tell(
    row: models.Allotment, one: models.Application, kind: str, seat: models.Seat | None, *, key: str = ""
) -> None:
    plan = rows.plan_of(row)
    for whom in _whom(one):
        language = messages.language_of(party_id=whom)
        values: dict[str, Value] = {"title": in_language(plan.title, language), "number": one.number}
        if seat is not None:
            place = next(place for place in plan.places if place.id == seat.place)
            values |= {"place": in_language(place.names, language), "until": seat.until}
        messages.tell(party_id=whom, key=f"{kind}:{one.id}{key}", kind=kind, about=f"allotment:{row.id}", values=values)


def _whom(one: models.Application) -> list[UUID]:
    """Who applied, as long as they act for the child; since then it may have come of age, or to somebody else. Then all who act
    for it now, else itself."""
    if wishing.acts_for(one.by_id, one.party_id):
        return [one.by_id]
    return list(actors.people_acting_for(party_id=one.party_id)) or [one.party_id]
