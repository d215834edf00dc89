"""A status of an agency, inside the caller's transaction: late, twice and out of order as they come."""

from __future__ import annotations

from datetime import timedelta

from gorod.engines.cases import models
from gorod.engines.cases.data import FINAL, IncomingStatus, Phase, StatusOutcome, StatusReceipt
from gorod.engines.cases.logic import transitions
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused

CLOCK_SKEW = timedelta(minutes=5)  # how far a sender's clock may be ahead of ours


def apply(status: IncomingStatus) -> StatusReceipt:
    """Apply it, or say why not. Raises NotFound or Refused on what cannot be applied now."""
    numbered = models.CaseNumber.objects.filter(number=status.number).first()
    if numbered is None:
        raise NotFound(f"no case {status.number}", remedy="check the number")
    row = transitions.locked(numbered.case_id)
    if row.owner != status.sender:
        raise Refused(f"case {row.number} is not a case of {status.sender}", remedy="its owner sends its statuses")
    known = transitions.setting.type_of(row.service).statuses.get(status.status)
    if known is None:
        raise Refused(f"{row.service} has no status {status.status!r}", remedy="see the statuses of its archetype")
    if models.Entry.objects.filter(party_id=row.party_id, case_id=row.id, key=status.key).exists():
        return StatusReceipt(outcome=StatusOutcome.REPEATED, case_id=row.id)
    if status.at > clock.now() + CLOCK_SKEW:
        raise Refused(
            f"this status is of {status.at:%Y-%m-%d %H:%M} UTC, which is still to come: it would outrank all until then",
            remedy="set the sender's clock right; an operator replays this one, or it is sent again under a new id",
        )
    if row.phase in (Phase.WITHDRAWN, Phase.STOPPED) or transitions.outranked(row, known.phase, status.at, status.key):
        transitions.note(
            row, "stale", by=status.sender, key=status.key, detail={"status": status.status, "at": status.at}
        )
        return StatusReceipt(
            outcome=StatusOutcome.STALE, case_id=row.id, reason=f"the case is {row.status} since {row.status_at}"
        )
    if known.phase in FINAL:
        transitions.decide(
            row,
            approved=known.phase is Phase.APPROVED,
            by=status.sender,
            at=status.at,
            reasons=status.reasons,
            text=status.text,
            amount=status.amount,
            valid_from=status.valid_from,
            valid_to=status.valid_to,
            values=status.values,
            key=status.key,
            status=status.status,
        )
    else:
        transitions.move(row, status.status, at=status.at, key=status.key)
        transitions.note(row, "status", by=status.sender, key=status.key, detail={"text": status.text, "at": status.at})
        transitions.tell(row, "status")
    return StatusReceipt(outcome=StatusOutcome.APPLIED, case_id=row.id)
