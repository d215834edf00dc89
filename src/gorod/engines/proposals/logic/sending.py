"""What residents write: checked, counted against the published limits, and sent to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.engines.proposals import models
from gorod.engines.proposals.data import (
    COMMENTS_A_DAY,
    OPEN_AT_ONCE,
    TEXT,
    TITLE,
    WORDS,
    Stage,
    State,
    What,
)
from gorod.engines.proposals.logic.rows import ids_of
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound, Refused
from gorod.records.parties import api as parties
from gorod.records.places import api as places

Judged = models.Proposal | models.Comment
OPEN = Q(state__in=[State.WAITS, State.OBJECTED]) | Q(state=State.SHOWN, stage__in=[Stage.DISCUSS, Stage.ASSESS])


def alone(party_id: UUID) -> UUID:
    """The resident whom this id stands for; until the transaction ends nothing else is sent for them, so that limits hold."""
    kept = parties.canonical(party_ids=[party_id])[party_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"proposals:{kept}"])
    return kept


def own(party_id: UUID, about_id: UUID) -> Judged:
    """A resident's own proposal or comment, locked. Raises NotFound for everything else."""
    row = locked(about_id)
    if row.party_id not in ids_of(party_id):
        raise NotFound(f"nothing of yours has the id {about_id}", remedy="check the address")
    return row


def found(about_id: UUID) -> Judged:
    """A proposal or a comment. Raises NotFound."""
    row = models.Proposal.objects.filter(id=about_id).first() or models.Comment.objects.filter(id=about_id).first()
    if row is None:
        raise NotFound(f"no proposal and no comment {about_id}", remedy="check the address")
    return row


def locked(about_id: UUID) -> Judged:
    """The same, locked until the transaction ends. Raises NotFound."""
    row = found(about_id)
    if isinstance(row, models.Proposal):
        return models.Proposal.objects.select_for_update().get(id=about_id, party_id=row.party_id)
    return models.Comment.objects.select_for_update().get(id=about_id, party_id=row.party_id)


def shown(proposal_id: UUID) -> models.Proposal:
    """A proposal that everybody sees, locked. Raises NotFound."""
    row = locked(proposal_id)
    if not isinstance(row, models.Proposal) or row.state != State.SHOWN:
        raise NotFound(f"no proposal {proposal_id}", remedy="check the address")
    return row


def must_run(row: models.Proposal, stage: Stage) -> None:
    """Raises Refused when the proposal is not in this stage now, also when no job has moved it on yet."""
    if row.stage != stage or row.last_day is None or row.last_day < clock.today():
        raise Refused(f"the stage {stage} is not running", remedy="load the page anew", why="over")


def written(text: str, longest: int) -> str:
    """A text as it is kept. Raises BadInput when it is empty or too long."""
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= longest:
        raise BadInput(f"a text of {len(text)} letters", remedy=f"write from 1 to {longest}")
    return text


def fields(title: str, text: str, district: str) -> dict[str, Any]:
    """What a proposal says, as it is kept. Raises BadInput."""
    title, text = written(" ".join(title.split()), TITLE), written(text, TEXT)
    if district:
        try:
            places.district(code=district)
        except NotFound as error:
            raise BadInput(error.detail, remedy=error.remedy) from error
    return {"title": title, "text": text, "district": district, "words": searched(f"{title}\n{text}")}


def searched(text: str) -> str:
    """A text as a search compares it: in small letters, ё as е."""
    return text.lower().replace("ё", "е")


def must_be_few_open(party_id: UUID) -> None:
    """Raises Refused when the resident has as many open proposals as anybody may have."""
    if models.Proposal.objects.filter(OPEN, party_id__in=ids_of(party_id)).count() >= OPEN_AT_ONCE:
        raise Refused(
            f"{OPEN_AT_ONCE} proposals are open", remedy="wait until one is assessed, or withdraw one", why="limit"
        )


def must_be_few_today(party_id: UUID) -> None:
    """Raises Refused when the resident has sent as many comments today as anybody may send."""
    today = models.Comment.objects.filter(party_id__in=ids_of(party_id), sent_at__gte=clock.starts(clock.today()))
    if today.count() >= COMMENTS_A_DAY:
        raise Refused(f"{COMMENTS_A_DAY} comments a day", remedy="write again tomorrow", why="limit")


def send(row: Judged) -> None:
    """Let a text wait to be judged, and keep it as it was sent."""
    now = clock.now()
    row.state, row.state_at, row.sent_at = State.WAITS, now, now
    row.save()
    note(row, What.SENT, title=getattr(row, "title", ""), text=row.text)


def object_to(row: Judged, words: str) -> None:
    """Ask that another official decides. Raises Refused when it is not refused, or was objected to before."""
    if row.state != State.REFUSED:
        raise Refused("it is not refused", remedy="load the page anew", why="state")
    if row.objected:
        raise Refused("it was objected to already", remedy="change it and send it again", why="once")
    row.state, row.state_at, row.objected = State.OBJECTED, clock.now(), True
    row.save()
    note(row, What.OBJECTED, words=written(words, WORDS))


def withdraw(row: Judged) -> None:
    """Take it back; twice is once. Raises Refused for a proposal whose assessment has begun."""
    if row.state == State.WITHDRAWN:
        return
    if isinstance(row, models.Proposal) and row.stage not in (Stage.SUGGEST, Stage.DISCUSS):
        raise Refused("residents assess it already", remedy="nothing is left to do", why="over")
    row.state, row.state_at = State.WITHDRAWN, clock.now()
    row.save()
    note(row, What.WITHDRAWN)


def note(row: Judged, what: What, **more: Any) -> models.Entry:
    """Add a line to the history of a proposal or a comment."""
    return models.Entry.objects.create(party_id=row.party_id, about_id=row.id, at=clock.now(), what=what, **more)


def tell(row: Judged, key: str, kind: str, values: Mapping[str, Value]) -> None:
    """Tell the author, who may stand under another id than they wrote under, once by `key`."""
    party_id = ids_of(row.party_id)[0]
    messages.tell(party_id=party_id, key=f"proposals:{key}", kind=kind, about=f"proposal:{row.id}", values=values)
