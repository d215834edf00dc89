"""The shortest way to state things of a party, and to read what holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from gorod.kernel import clock
from gorod.kernel.expressions.data import Scalar
from gorod.records.registers import api
from gorod.records.registers.data import Link, Origin, Statement, Written

LONG_AGO = date(2000, 1, 1)
TODAY = date(2026, 6, 15)


def origin(**more: Any) -> Origin:
    return Origin(**{"source": "a test", "owner": "registry", **more})


def state(
    party_id: UUID,
    value: Scalar | None,
    *,
    fact: str = "income",
    since: date = LONG_AGO,
    until: date | None = None,
    **more: Any,
) -> Written:
    statement = Statement(party_id=party_id, fact=fact, value=value, valid_from=since, valid_to=until)
    return api.record(statements=[statement], origin=origin(**more))


def link(
    party_id: UUID,
    other_id: UUID | None,
    *,
    kind: str = "mother",
    since: date = LONG_AGO,
    until: date | None = None,
    present: bool = True,
    **more: Any,
) -> Written:
    row = Link(party_id=party_id, kind=kind, other_id=other_id, valid_from=since, valid_to=until, present=present)
    return api.record(links=[row], origin=origin(**more))


def holds(
    party_id: UUID,
    fact: str = "income",
    *,
    as_of: date = TODAY,
    known_at: datetime | None = None,
    decisions_until: datetime | None = None,
) -> int | str | None:
    """The stored form of what holds: 'silence' when no row does, None when nothing is known, 'disputed' while disputed."""
    frame = api.statements_frame(
        parties=[party_id],
        names=[fact],
        as_of=as_of,
        known_at=known_at or clock.now(),
        decisions_until=decisions_until,
    )
    if frame.is_empty():
        return "silence"
    (row,) = frame.iter_rows(named=True)
    if row["disputed"]:
        return "disputed"
    return row["number"] if row["code"] is None else row["code"]


def related(
    party_id: UUID, kind: str = "mother", *, as_of: date = TODAY, known_at: datetime | None = None
) -> list[UUID | None]:
    """The other ends that hold; [None]: known to have none. Kinds called mother and father are to-one."""
    frame = api.relations_frame(
        parties=[party_id], kinds=[kind], many=["children"], as_of=as_of, known_at=known_at or clock.now()
    )
    return [UUID(other) if other else None for other in frame.get_column("other").to_list()]
