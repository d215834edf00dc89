"""What an offer becomes, with its history, and what people are told of it: one message per thing that happened."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.engines.offers import models
from gorod.engines.offers.data import OfferState
from gorod.kernel import clock
from gorod.records.parties import api as parties


def become(row: models.Offer, state: OfferState, *, reason: str, failing: Collection[str] = ()) -> None:
    """Write another state of a locked offer."""
    row.state, row.state_at = state, clock.now()
    row.reason, row.failing = reason[:500], list(failing)
    row.save()
    note(row)


def note(row: models.Offer) -> None:
    """Write what an offer is now into its history."""
    models.Change.objects.create(
        party_id=row.party_id, offer_id=row.id, at=row.state_at, state=row.state, amount=row.amount, reason=row.reason
    )


def offered(row: models.Offer) -> None:
    """Tell of a new offer."""
    values: dict[str, Value] = {"day": row.found_on, "amount": row.amount or None, "until": row.until}
    _tell(row, "made", "due_found", {**values, "name": _name(row)})


def withdrawn(row: models.Offer) -> None:
    """Tell that an offer no longer stands, and which conditions fail."""
    language = messages.language_of(party_id=row.applicant_id)
    words = messages.conditions(service=row.service, failing=row.failing, language=language)
    _tell(row, "withdrawn", "offer_withdrawn", {"day": row.found_on, "name": _name(row), "conditions": words})


def ends(row: models.Offer) -> None:
    """Warn that the last day of an offer comes."""
    _tell(row, f"ending:{row.until}", "offer_ends", {"until": row.until})


def _name(row: models.Offer) -> str:
    """Whom it is about, when that is not the one who is told."""
    return "" if row.party_id == row.applicant_id else name_of(row.party_id)


def name_of(party_id: UUID) -> str:
    """What somebody is called; empty for who has no name yet."""
    known = parties.parties(party_ids=[party_id]).get(party_id)
    return known.names.full() if known else ""


def _tell(row: models.Offer, thing: str, kind: str, values: dict[str, Value]) -> None:
    messages.tell(
        party_id=row.applicant_id,
        key=f"offer:{row.id}:{thing}",
        kind=kind,
        service=row.service,
        about=f"offer:{row.id}",
        values=values,
    )
