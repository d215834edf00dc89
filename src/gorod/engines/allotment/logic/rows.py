"""Rows as what crosses the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from gorod.engines.allotment import models
from gorod.engines.allotment.data import Allotment, Application, Held, Plan, Seat, State
from gorod.engines.allotment.logic import documents
from gorod.kernel import clock
from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import Conflict, NotFound
from gorod.records.parties import api as parties


def plan_of(row: models.Allotment) -> Plan:
    """What is dealt out and how."""
    return _read(row.document)


_read = lru_cache(maxsize=16)(documents.read)  # thousands of pages show the same one


def rules_file(plan: Plan) -> bytes:
    """The plan as it is published."""
    return canonical_json(documents.published(plan))


def rules_hash(plan: Plan) -> str:
    """SHA-256 of it, hexadecimal."""
    return sha256(rules_file(plan)).hexdigest()


def answer_until(row: models.Allotment) -> date:
    """The last day, on the city's calendar, to answer what is offered today."""
    return clock.today() + timedelta(days=plan_of(row).answer_days)


def allotment(row: models.Allotment) -> Allotment:
    """An allotment."""
    return Allotment(
        allotment_id=row.id,
        state=State(row.state),
        document=row.document,
        plan=plan_of(row),
        commitment=row.commitment,
        rules=row.rules,
        input=row.input,
        beacon=row.beacon,
        result=row.result,
        problem=row.problem,
    )


def applications(rows: Sequence[models.Application]) -> list[Application]:
    """Applications; `rows` with their allotments."""
    seats: dict[UUID, list[Seat]] = {}
    for one in models.Seat.objects.filter(application__in=[row.id for row in rows]).order_by("at", "id"):
        seats.setdefault(one.application_id, []).append(seat(one))
    person = parties.canonical(party_ids=[row.party_id for row in rows])
    return [
        Application(
            application_id=row.id,
            allotment_id=row.allotment_id,
            title=plan_of(row.allotment).title,
            party_id=person[row.party_id],
            by_id=row.by_id,
            number=row.number,
            wishes=tuple(row.wishes),
            together=row.together,
            withdrawn=row.withdrawn,
            left_out=tuple(row.left_out),
            told={language: tuple(said) for language, said in row.told.items()},
            seats=tuple(seats.get(row.id, ())),
        )
        for row in rows
    ]


def seat(row: models.Seat) -> Seat:
    """A seat that was given."""
    return Seat(seat_id=row.id, place=row.place, held=Held(row.held), until=row.until, from_list=row.from_list)


def light() -> QuerySet[models.Allotment]:
    """Allotments without their files, which have megabytes: they are read when somebody asks for them, and not written back."""
    return models.Allotment.objects.defer("input_file", "result_file")


def locked(allotment_id: UUID, *states: State) -> models.Allotment:
    """An allotment that must be in one of these states, locked. Raises NotFound, Conflict."""
    row = light().select_for_update(no_key=True).filter(id=allotment_id).first()
    if row is None:
        raise NotFound(f"no allotment {allotment_id}", remedy="see the list of allotments")
    if row.state not in states:
        raise Conflict(
            f"this allotment is {row.state}", remedy=f"this is done while it is {' or '.join(states)}", state=row.state
        )
    return row
