"""What people are told when a step changes: one message per thing that happened."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.cases.data import Case
from gorod.engines.journeys import models
from gorod.engines.journeys.data import StepState
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.kernel.canonical import digest
from gorod.records.facts import api as facts


def changed(row: models.Step, state: StepState) -> None:
    """Tell of an offer, an information or a question, each person once. Other changes speak through their case."""
    if row.applicant_id is None:
        return
    if state is StepState.OFFERED:
        values: dict[str, Value] = {"amount": row.amount or None, "until": row.offer_until}
        _tell(row, row.applicant_id, f"offered:{row.offers}", "offered", values)
    elif state is StepState.INFORMED:
        _tell(row, row.applicant_id, "informed", "informed", {})
    elif state is StepState.ASKS:
        _ask(row)


def _ask(row: models.Step) -> None:
    """Ask each person for their own facts only; a child's facts are asked of the applicant."""
    assert row.applicant_id is not None
    spell = models.Change.objects.filter(
        party_id=row.party_id, journey_id=row.journey_id, service=row.service, after=StepState.ASKS
    ).count()
    asked: dict[UUID, list[str]] = {}
    for missing in row.missing:
        owner = UUID(missing["party_id"])
        if missing["may_ask"]:
            asked.setdefault(row.applicant_id if owner == row.subject_id else owner, []).append(missing["name"])
    for party_id, names in asked.items():
        language = messages.language_of(party_id=party_id)
        words = facts.describe(names=names, language=language)
        wanted = "; ".join(words[name] for name in names)
        _tell(row, party_id, f"asks:{spell}:{digest(names)[:16]}", "asks", {"facts": wanted})


def submitted(row: models.Step, case: Case, *, by_platform: bool) -> None:
    """An application was made."""
    assert row.applicant_id is not None
    kind = "submitted_for_you" if by_platform else "submitted"
    values: dict[str, Value] = {"number": case.number, "deadline": case.deadline}
    _tell(row, row.applicant_id, f"submitted:{row.attempt}", kind, values)


def _tell(row: models.Step, party_id: UUID, thing: str, kind: str, values: dict[str, Value]) -> None:
    messages.tell(
        party_id=party_id,
        key=f"step:{row.id}:{thing}",
        kind=kind,
        service=row.service,
        about=f"journey:{row.journey_id}",
        values=values,
    )
