"""Telling of polls: that one is open, those who want to hear of polls; what came of it, those who took part. In pieces, each a job,
so that a kill in between tells nobody twice and leaves nobody out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.engines.polls import models
from gorod.kernel import clock
from gorod.records.consents import api as consents
from gorod.verify.polls.settings import in_language

SCOPE = "polls"
OPENED, COUNTED = "poll_opened", "poll_counted"
AT_ONCE = 500


def begin(kind: str, version_id: UUID) -> None:
    """Have it told, in the caller's transaction."""
    app.configure_task("polls.tell").defer(kind=kind, version_id=str(version_id), after="")


def tell_some(kind: str, version_id: UUID, after: UUID | None) -> None:
    """Tell the next ones, and have those after them told."""
    row = models.Version.objects.select_related("poll").get(id=version_id)
    people = _next(kind, version_id, after)
    with transaction.atomic():
        for party_id in people:
            language = messages.language_of(party_id=party_id)
            values: dict[str, Value] = {"title": in_language(row.poll.title, language)}
            if kind == OPENED:
                values |= {"who": in_language(row.who, language), "until": clock.city_date(row.closes)}
            messages.tell(
                party_id=party_id, key=f"{kind}:{version_id}", kind=kind, about=f"poll:{version_id}", values=values
            )
        if len(people) == AT_ONCE:
            app.configure_task("polls.tell").defer(kind=kind, version_id=str(version_id), after=str(people[-1]))


def _next(kind: str, version_id: UUID, after: UUID | None) -> list[UUID]:
    if kind == OPENED:
        return consents.allowing(scope=SCOPE, after=after, limit=AT_ONCE)
    took_part = models.Issued.objects.filter(version_id=version_id)
    took_part = took_part.filter(party_id__gt=after) if after else took_part
    return list(took_part.order_by("party_id").values_list("party_id", flat=True)[:AT_ONCE])
