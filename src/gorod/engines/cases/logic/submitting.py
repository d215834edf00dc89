"""The number of a new case, and what to say when another one has its place."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError

from gorod.engines.cases import models
from gorod.kernel.errors import Conflict


def number(row: models.Case, day: date) -> str:
    """Year, serial and a check digit (Luhn), so that one mistyped digit is noticed."""
    entry = models.CaseNumber.objects.create(number="", case_id=row.id, party_id=row.party_id)
    digits = f"{day.year}{entry.serial:07d}"
    doubled = (int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    check = -sum(d - 9 if d > 9 else d for d in doubled) % 10
    entry.number = f"{day.year}-{entry.serial:07d}-{check}"
    entry.save(update_fields=["number"])
    return entry.number


def submitted_meanwhile(key: str, service: str, subject_id: UUID, row: models.Case, error: IntegrityError) -> UUID:
    """The case that the same key made at the same moment. Raises Conflict with the one that is live already, else `error`."""
    done = models.Submission.objects.filter(key=key).first()
    if done is not None:
        return done.case_id
    live = models.Case.objects.filter(party_id=subject_id, live=row.live).exclude(live="").first()
    if live is None:
        raise error
    raise Conflict(
        f"case {live.number} about {service} is open already",
        remedy="wait for its decision or withdraw it",
        number=live.number,
    ) from error
