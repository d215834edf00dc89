"""A stage ends with its last day: discussed, then assessed, then counted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.messages.data import Value
from gorod.engines.proposals import models
from gorod.engines.proposals.data import ASSESS_DAYS, Stage, State, What
from gorod.engines.proposals.logic.sending import note, tell
from gorod.kernel import clock
from gorod.records.parties import api as parties


def move_all() -> int:
    """Move on every proposal whose stage is over, each in a transaction of its own. Returns how many."""
    over = models.Proposal.objects.filter(state=State.SHOWN, last_day__lt=clock.today()).order_by("id")
    return sum(_move(proposal_id, party_id) for proposal_id, party_id in list(over.values_list("id", "party_id")))


def _move(proposal_id: UUID, party_id: UUID) -> bool:
    """Whether it was still to be moved on."""
    with transaction.atomic():
        row = models.Proposal.objects.select_for_update().get(id=proposal_id, party_id=party_id)
        if row.state != State.SHOWN or row.last_day is None or row.last_day >= clock.today():
            return False
        if row.stage == Stage.DISCUSS:
            # its first day is today, so that a job that comes late takes no day from anybody
            row.stage, row.last_day = Stage.ASSESS, clock.today() + timedelta(days=ASSESS_DAYS - 1)
            row.save()
            note(row, What.ASSESS)
            tell(row, f"{row.id}:assess", "proposal_assess", {"title": row.title, "until": row.last_day})
        else:
            row.stage, row.last_day = Stage.ASSESSED, None
            row.agree, row.against = _counted(proposal_id)
            row.save()
            note(row, What.ASSESSED)
            counts: dict[str, Value] = {"agree": str(row.agree), "against": str(row.against)}
            tell(row, f"{row.id}:assessed", "proposal_assessed", {"title": row.title, **counts})
    return True


def _counted(proposal_id: UUID) -> tuple[int, int]:
    """For and against. Two persons who were found to be one count once, with their last word."""
    merged = parties.duplicates(known_at=clock.now())
    rows = models.Assessment.objects.filter(proposal_id=proposal_id).order_by("at")
    said = {merged.get(party_id, party_id): agrees for party_id, agrees in rows.values_list("party_id", "agrees")}
    agree = sum(said.values())
    return agree, len(said) - agree
