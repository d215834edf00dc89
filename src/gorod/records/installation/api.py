"""The door of installation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from gorod.kernel.errors import Conflict, Refused
from gorod.records.installation import models
from gorod.records.installation.data import Installation, Persona
from gorod.records.parties import api as parties


def found(*, city: str, synthetic: bool) -> Installation:
    """Say once what this database holds. The same words again change nothing.

    Raises Conflict when it holds another city, or when it shall be marked synthetic and holds a resident who is not made
    up: a demonstration must never reach real people.
    """
    with transaction.atomic():
        row, new = models.Installation.objects.get_or_create(id=1, defaults={"city": city, "synthetic": synthetic})
        if (row.city, row.synthetic) != (city, synthetic):
            kept = "made-up residents" if row.synthetic else "real residents"
            raise Conflict(
                f"this database holds {row.city} with {kept}",
                remedy="use another database: set DATABASE_URL or GOROD_HOME",
            )
        if new and synthetic and parties.residents_count(synthetic=False):
            raise Conflict(
                "this database holds residents who are not made up",
                remedy="make up a city in an empty database: set DATABASE_URL or GOROD_HOME",
            )
    return Installation(city=row.city, synthetic=row.synthetic, founded_at=row.founded_at)


def installation() -> Installation | None:
    """What this database holds; None before `found`."""
    row = models.Installation.objects.first()
    return Installation(city=row.city, synthetic=row.synthetic, founded_at=row.founded_at) if row else None


def is_synthetic() -> bool:
    """Whether every resident here is made up."""
    known = installation()
    return known is not None and known.synthetic


def add_personas(*, people: Mapping[str, UUID]) -> None:
    """Let anybody try the city as these residents (role → resident, the first one first).

    Raises Refused where residents are real.
    """
    if not is_synthetic():
        raise Refused("nobody is played in a city of real people", remedy="make up a city in another database")
    for role, party_id in reversed(list(people.items())):
        models.Persona.objects.get_or_create(party_id=party_id, defaults={"role": role})


def personas() -> list[Persona]:
    """Whom anybody may try the city as, those added last first; none where residents are real, whatever the table says."""
    if not is_synthetic():
        return []
    rows = models.Persona.objects.order_by("-id")
    return [Persona(persona_id=row.id, party_id=row.party_id, role=row.role) for row in rows]
