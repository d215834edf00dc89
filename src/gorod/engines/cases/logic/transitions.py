"""Transitions of one case, each inside the caller's transaction, with its row locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gorod.engines.cases import models
from gorod.engines.cases.data import FINAL, LIVE, Case, CaseChange, CaseType, Decision, Lineage, Phase, Status
from gorod.engines.cases.logic import telling
from gorod.engines.outbox import api as outbox
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.expressions.data import Scalar
from gorod.kernel.periods import WorkingCalendar, add_months
from gorod.records.facts import api as facts
from gorod.records.ledger import api as ledger
from gorod.records.registers import api as registers
from gorod.records.registers.data import Origin, Statement

Listener = Callable[[CaseChange], None]


@dataclass
class Setting:
    """What `configure` set in this process."""

    types: Mapping[str, CaseType] = field(default_factory=dict)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    listeners: tuple[Listener, ...] = ()

    def type_of(self, service: str) -> CaseType:
        """The case type of a service. Raises NotFound."""
        try:
            return self.types[service]
        except KeyError:
            raise NotFound(
                f"no service {service!r} takes cases", remedy="see services/ of the city's content"
            ) from None


setting = Setting()


def case_data(row: models.Case) -> Case:
    """The row as it crosses the door."""
    status = _status(row)
    return Case(
        case_id=row.id,
        number=row.number,
        service=row.service,
        owner=row.owner,
        subject_id=row.party_id,
        applicant_id=row.applicant_id,
        status=row.status,
        phase=Phase(row.phase),
        status_at=row.status_at,
        opened_at=row.opened_at,
        deadline=row.deadline,
        actions=status.actions if status else (),
        data=row.data,
        amount=row.amount,
        decision_id=row.decision_id,
        lineage=lineage_of(row),
        handler_id=row.handler_id,
    )


def _status(row: models.Case) -> Status | None:
    known = setting.types.get(row.service)
    return known.statuses.get(row.status) if known else None


def lineage_of(row: models.Case | models.Decision) -> Lineage:
    """What a case or decision came from."""
    return Lineage(
        assessment_id=row.assessment_id,
        statement_ids=tuple(row.statement_ids),
        values=tuple(row.values),
        rule_version=row.rule_version,
    )


def decision_data(row: models.Decision) -> Decision:
    """The row as it crosses the door."""
    return Decision(
        decision_id=row.id,
        case_id=row.case_id,
        party_id=row.party_id,
        service=row.service,
        approved=row.approved,
        reasons=tuple(row.reasons),
        text=row.text,
        law=tuple(row.law),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        as_of=row.as_of,
        amount=row.amount,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        revoked=row.revoked_at is not None,
        lineage=lineage_of(row),
    )


def locked(case_id: UUID) -> models.Case:
    """The case's row, locked to the end of the transaction. Raises NotFound."""
    known = models.Case.objects.filter(id=case_id).values_list("party_id", flat=True).first()
    if known is None:
        raise NotFound(f"no case {case_id}", remedy="check the number")
    return models.Case.objects.select_for_update().get(id=case_id, party_id=known)


def note(row: models.Case, what: str, *, by: str, key: str = "", detail: Mapping[str, Any] | None = None) -> None:
    """Add to the history."""
    models.Entry.objects.create(
        party_id=row.party_id,
        case_id=row.id,
        what=what,
        by=by,
        status=row.status,
        key=key,
        detail=plain(dict(detail or {})),
    )


def move(row: models.Case, status: str, *, at: datetime, key: str = "") -> None:
    """Put the case into a status; ended cases no longer block new ones."""
    known = setting.type_of(row.service).statuses[status]
    row.status, row.phase, row.status_at, row.status_key = status, known.phase, at, key
    if known.phase not in LIVE:
        row.live = ""
    elif row.decision_id is None:
        row.live = live_key(row)


def block_again(row: models.Case) -> None:
    """A reopened case blocks new ones like any live case, unless another has its place: the renewal of a right that is
    looked at again goes on beside it."""
    key = live_key(row)
    taken = models.Case.objects.filter(party_id=row.party_id, live=key).exclude(id=row.id).exists()
    row.live = "" if taken else key


def live_key(row: models.Case) -> str:
    """What one live case blocks: the service and the things it is declared per, besides the subject."""
    known = setting.type_of(row.service)
    parts = [row.service]
    for name in known.one_live_per:
        if name == "applicant":
            parts.append(str(row.applicant_id))
        elif name != "subject":
            parts.append(str(row.data.get(name, "")))
    return "|".join(parts)


def tell(row: models.Case, what: str, *, decision: Decision | None = None, revoked: Decision | None = None) -> Case:
    """Save, put the change into the owner's feed and call the listeners, all in the same transaction."""
    row.save()
    case = case_data(row)
    outbox.emit(
        owner=row.owner,
        type=f"case.{what}",
        party_id=row.party_id,
        subject=row.number,
        data=plain(
            {
                "number": row.number,
                "service": row.service,
                "status": row.status,
                "phase": row.phase,
                "subject": row.party_id,
                "applicant": row.applicant_id,
                "opened_at": row.opened_at,
                "deadline": row.deadline,
                "amount": row.amount,
                "data": row.data,
            }
        ),
    )
    if what == "status" and case.phase is Phase.ASKS:
        telling.asked(case, key=str(row.status_key or row.round))
    change = CaseChange(what=what, case=case, decision=decision, revoked=revoked)
    for listener in setting.listeners:
        listener(change)
    return case


def revoke(row: models.Case, *, reason: str, by: str) -> Decision | None:
    """Take the case's standing decision back, and with it the facts it made. Returns it, None when there is none."""
    standing = models.Decision.objects.filter(party_id=row.party_id, case_id=row.id, revoked_at=None).first()
    if standing is None:
        return None
    standing.revoked_at, standing.revoked_reason = clock.now(), reason
    standing.save()
    registers.retract(decision_id=standing.id)
    row.decision_id = None
    note(row, "revoked", by=by, detail={"decision": standing.id, "reason": reason})
    return _proved(standing, "decision_revoked")


def decide(
    row: models.Case,
    *,
    approved: bool,
    by: str,
    at: datetime,
    reasons: tuple[str, ...] = (),
    text: str = "",
    amount: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    values: Mapping[str, Any] | None = None,
    key: str = "",
    status: str = "",
    message: str = "approved",
) -> Case:
    """Decide, replace an earlier decision of the same case, and state the facts that follow. What an approval leaves out is as it
    was applied for. Raises Refused, BadInput."""
    known = setting.type_of(row.service)
    if not approved:
        unknown = [code for code in reasons if code not in known.refusals]
        if unknown or not reasons:
            raise Refused(
                f"a refusal of {row.service} needs reasons of the city's list, not {', '.join(unknown) or 'none'}",
                remedy=f"one of {', '.join(known.refusals) or 'the codes in service.yaml, refusals'}",
            )
    day = clock.city_date(at)
    first = last = granted = None
    if approved:
        first = valid_from or _end_of_renewed(row) or clock.city_date(row.opened_at)
        last = valid_to or (add_months(first, known.right_months) if known.right_months else None)
        granted = row.applied_amount if amount is None else amount
    carried = plain(dict(values or {})) if approved else {}
    standing = models.Decision.objects.filter(party_id=row.party_id, case_id=row.id, revoked_at=None).first()
    said = (approved, list(reasons), granted, carried, first, last)
    left_out = (amount, valid_from, valid_to) == (None, None, None)
    if standing is not None and (said == _said(standing) or (left_out and _from_before(standing, approved, reasons))):
        # said again under another message: the decision, its facts and its payments stay the same ones
        standing.text = text
        standing.save(update_fields=["text"])
        _proved(standing, "decision")
        move(row, status or _first(known, Phase.APPROVED if approved else Phase.REFUSED), at=at, key=key)
        note(row, "kept", by=by, key=key, detail={"text": text})
        return tell(row, "kept")
    revoked = revoke(row, reason="decided anew", by=by)
    made = models.Decision.objects.create(
        party_id=row.party_id,
        case_id=row.id,
        service=row.service,
        approved=approved,
        reasons=list(reasons),
        text=text,
        law=list(known.law),
        decided_by=by,
        decided_at=at,
        as_of=day,
        amount=granted,
        carried=carried,
        valid_from=first,
        valid_to=last,
        assessment_id=row.assessment_id,
        statement_ids=row.statement_ids,
        values=row.values,
        rule_version=row.rule_version,
    )
    if approved:
        registers.record(
            statements=_statements(row, known, made, values or {}),
            origin=Origin(source=f"case {row.number}", owner=row.owner, decision_id=made.id, verified_on=day),
        )
    row.decision_id, row.amount = made.id, granted if approved else row.applied_amount
    phase = Phase.APPROVED if approved else Phase.REFUSED
    move(row, status or _first(known, phase), at=at, key=key)
    decision = _proved(made, "decision")
    telling.decided(row, made, kind=message if approved else "refused")
    note(row, "decided", by=by, key=key, detail={"approved": approved, "reasons": reasons, "text": text})
    return tell(row, "decided", decision=decision, revoked=revoked)


def _proved(row: models.Decision, kind: str) -> Decision:
    """The decision, of which the city can never say that it was another one."""
    decision = decision_data(row)
    ledger.commit(party_id=row.party_id, about=row.id, kind=kind, content=plain(decision))
    return decision


def _end_of_renewed(row: models.Case) -> date | None:
    """A renewal asked for in time starts when the right it renews ends: neither a gap nor a day twice."""
    numbered = models.CaseNumber.objects.filter(number=row.data.get("renews", ""), party_id=row.party_id).first()
    if numbered is None:
        return None
    renewed = models.Decision.objects.filter(
        party_id=row.party_id, case_id=numbered.case_id, service=row.service, approved=True, revoked_at=None
    ).first()
    if renewed is None or renewed.valid_to is None:
        return None
    # what the platform renews late (it may have stood still) is not the resident's delay
    by_platform = models.Submission.objects.filter(case_id=row.id, key__startswith="renewal:").exists()
    in_time = clock.city_date(row.opened_at) <= renewed.valid_to
    return renewed.valid_to if in_time or by_platform else None


def _said(row: models.Decision) -> tuple[object, ...]:
    return row.approved, row.reasons, row.amount, row.carried, row.valid_from, row.valid_to


def _from_before(row: models.Decision, approved: bool, reasons: tuple[str, ...]) -> bool:
    """Whether a decision made before `carried` was kept is said again: what is left out was as it stands then."""
    return row.carried is None and (row.approved, tuple(row.reasons)) == (approved, reasons)


def _statements(
    row: models.Case, known: CaseType, decision: models.Decision, values: Mapping[str, Any]
) -> list[Statement]:
    assert decision.valid_from is not None
    made = []
    for result in known.results:
        value: Scalar | None = result.value
        if value is None:
            if result.fact not in values:
                raise Refused(
                    f"the decision on {row.number} must say {result.fact}", remedy=f"send it in values.{result.fact}"
                )
            value = facts.checked_value(name=result.fact, value=values[result.fact])
        made.append(
            Statement(
                party_id=row.party_id,
                fact=result.fact,
                value=value,
                valid_from=decision.valid_from,
                valid_to=decision.valid_to,
            )
        )
    return made


def _first(known: CaseType, phase: Phase) -> str:
    for code, status in known.statuses.items():
        if status.phase is phase:
            return code
    raise Refused(f"{known.service} has no status for {phase}", remedy="add one to its archetype")


def first_status(service: str, phase: Phase) -> str:
    """The first status of a service in this phase. Raises Refused."""
    return _first(setting.type_of(service), phase)


def outranked(row: models.Case, phase: Phase, at: datetime, key: str) -> bool:
    """Whether what the case has beats an incoming status, whatever the order of arrival.

    A status from before the last reopening has lost its force; a decision beats a mere status; then the later
    beats the earlier; two of the same instant are ordered by their keys.
    """
    if at < row.round_at:
        return True
    current = (row.phase in FINAL, row.status_at, row.status_key)
    return (phase in FINAL, at, key) <= current
