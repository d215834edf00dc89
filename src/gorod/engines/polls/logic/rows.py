"""Rows as what crosses the door, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Count

from gorod.engines.polls import models
from gorod.engines.polls.data import Carried, Channel, Draft, Measure, State, TrusteesKey, Version
from gorod.verify.polls import settings
from gorod.verify.polls.settings import Question, Trustees


def kept(draft: Draft) -> dict[str, Any]:
    """What a version keeps of a draft."""
    return {
        "questions": [settings.written_question(question) for question in draft.questions],
        "who": draft.who,
        "rule": draft.rule,
        "opens": draft.opens,
        "closes": draft.closes,
        "again": draft.again,
        "points": draft.points,
        "trustees": _kept_trustees(draft.trustees),
    }


def _kept_trustees(trustees: TrusteesKey | None) -> dict[str, Any] | None:
    if trustees is None:
        return None
    return {"public": b64encode(trustees.public).decode(), **asdict(trustees.trustees)}


def trustees_of(row: models.Version) -> TrusteesKey | None:
    """Who holds the key of a version."""
    if row.trustees is None:
        return None
    said = row.trustees
    return TrusteesKey(
        public=b64decode(said["public"]), trustees=Trustees(needed=said["needed"], shares=said["shares"])
    )


def questions_of(row: models.Version) -> tuple[Question, ...]:
    """What a version asks."""
    return tuple(settings.read_question(one) for one in row.questions)


def draft_of(row: models.Version) -> Draft:
    """What a version was made of."""
    return Draft(
        title=row.poll.title,
        about=row.poll.about,
        questions=questions_of(row),
        who=row.who,
        rule=row.rule,
        opens=row.opens,
        closes=row.closes,
        again=row.again,
        points=row.points,
        trustees=trustees_of(row),
    )


def versions(rows: Sequence[models.Version]) -> list[Version]:
    """Versions; `rows` with their polls."""
    ids = [row.id for row in rows]
    shares = models.Share.objects.filter(version_id__in=ids).order_by("name").values_list("version_id", "name")
    given = models.Issued.objects.filter(version_id__in=ids, channel=Channel.PAPER).values_list("version_id")
    papers = dict(given.annotate(count=Count("id")).order_by())
    return [
        Version(
            version_id=row.id,
            poll_id=row.poll_id,
            number=row.number,
            state=State(row.state),
            draft=draft_of(row),
            settings=settings.read(row.settings) if row.settings else None,
            as_of=row.as_of,
            papers=papers.get(row.id, 0),
            key_published=row.key_published,
            shares=tuple(name for version_id, name in shares if version_id == row.id),
            result=row.result,
            turnout=row.turnout,
            problem=row.problem,
        )
        for row in rows
    ]


def measure(row: models.Measure) -> Measure:
    """What the city does because of a poll."""
    return Measure(
        measure_id=row.id,
        poll_id=row.poll_id,
        words=row.words,
        state=Carried(row.state),
        district=row.district,
        due=row.due,
        at=row.at,
    )
