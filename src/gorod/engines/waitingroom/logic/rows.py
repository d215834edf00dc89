"""Rows as what crosses the door."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing

from gorod.engines.waitingroom import models
from gorod.engines.waitingroom.data import Opening, Place, Shown, State
from gorod.engines.waitingroom.logic import pace
from gorod.kernel.errors import BadInput


def state(row: models.Opening, now: datetime) -> State:
    """How far an opening is. Once the places are drawn no clock that goes back takes them away."""
    if now >= row.closes_at:
        return State.CLOSED
    if row.seed is not None:
        return State.OPEN
    return State.GATHERING if now >= row.gathers_at else State.ANNOUNCED


def opening(row: models.Opening, now: datetime) -> Opening:
    """An opening as it stands at a moment."""
    return Opening(
        opening_id=row.id,
        service=row.service,
        title=row.title,
        gathers_at=row.gathers_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        capacity=row.capacity,
        stay_seconds=row.stay_seconds,
        state=state(row, now),
    )


def shown(row: models.Opening, now: datetime) -> Shown:
    """What everybody may know of it."""
    return Shown(
        opening=opening(row, now),
        now=now,
        present=row.present,
        given=row.given,
        let_in=row.let_in,
        allowed=row.allowed,
        rate=pace.rate(row, now),
    )


def place(row: models.Arrival, now: datetime) -> Place:
    """A place as it stands at a moment."""
    return Place(
        opening_id=row.opening_id,
        arrival_id=row.id,
        number=row.place,
        ticket=_signer(row.opening_id).sign(str(row.id)),
        inside=row.inside_until is not None and row.inside_until > now,
    )


def arrival_of(opening_id: UUID, ticket: str) -> int:
    """The arrival that a ticket of this opening proves. Raises BadInput for one that the city has not signed."""
    try:
        return int(_signer(opening_id).unsign(ticket))
    except signing.BadSignature as error:
        raise BadInput("this is no ticket for this opening", remedy="open the waiting page again") from error


def _signer(opening_id: UUID) -> signing.Signer:
    return signing.Signer(salt=f"waitingroom:{opening_id}")
