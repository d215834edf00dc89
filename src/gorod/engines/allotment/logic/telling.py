"""Telling what came of it: everybody after the dealing, in pieces, each a job, so that a kill in between tells nobody twice and
leaves nobody out; one person when a seat comes from the reserve list, or goes because it was not answered."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from gorod.engines.allotment import models
from gorod.engines.allotment.data import State
from gorod.engines.allotment.logic import dealing, rows
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.verify.allotment import reasons
from gorod.verify.allotment.words import Teller
from gorod.verify.polls.settings import in_language

GOT, NONE, LEFT_OUT = "allotment_got", "allotment_none", "allotment_left_out"
OFFERED, LAPSED = "allotment_offered", "allotment_lapsed"
AT_ONCE = 200


def begin(allotment_id: UUID) -> None:
    """Have everybody told, in the caller's transaction."""
    app.configure_task("allotment.tell").defer(allotment_id=str(allotment_id), after="")


def tell_some(allotment_id: UUID, after: UUID | None) -> None:
    """Tell the next ones, and have those after them told."""
    row = rows.light().get(id=allotment_id)
    if row.state != State.DEALT:
        return
    outcome, plan = dealing.outcome(row), rows.plan_of(row)
    tellers = {language: Teller(outcome.problem, language) for language in plan.title}
    found = models.Application.objects.filter(allotment=row, withdrawn=False).order_by("id")
    some = list((found.filter(id__gt=after) if after else found)[:AT_ONCE])
    with transaction.atomic():
        for one in some:
            if one.left_out:
                _tell(row, one, LEFT_OUT, {})
                continue
            explained = reasons.explain(outcome, one.number)
            one.told = {language: teller.told(explained) for language, teller in tellers.items()}
            one.save(update_fields=["told"])
            seat = models.Seat.objects.filter(application=one, from_list=False).first()
            if seat is None:
                _tell(row, one, NONE, {})
            else:
                _tell(row, one, GOT, _about(row, one, seat))
        if len(some) == AT_ONCE:
            app.configure_task("allotment.tell").defer(allotment_id=str(allotment_id), after=str(some[-1].id))


def offered(row: models.Allotment, seat: models.Seat) -> None:
    """Tell of a seat from the reserve list, in the caller's transaction."""
    _tell(row, seat.application, OFFERED, _about(row, seat.application, seat), key=f":{seat.id}")


def lapsed(row: models.Allotment, seat: models.Seat) -> None:
    """Tell that a seat went to somebody else, in the caller's transaction."""
    _tell(row, seat.application, LAPSED, _about(row, seat.application, seat), key=f":{seat.id}")


def _about(row: models.Allotment, one: models.Application, seat: models.Seat) -> dict[str, Value]:
    language = messages.language_of(party_id=one.by_id)
    place = next(place for place in rows.plan_of(row).places if place.id == seat.place)
    return {"place": in_language(place.names, language), "until": seat.until}


def _tell(
    row: models.Allotment, one: models.Application, kind: str, values: dict[str, Value], *, key: str = ""
) -> None:
    language = messages.language_of(party_id=one.by_id)
    title = in_language(rows.plan_of(row).title, language)
    messages.tell(
        party_id=one.by_id,
        key=f"{kind}:{one.id}{key}",
        kind=kind,
        about=f"allotment:{row.id}",
        values={"title": title, "number": one.number, **values},
    )
