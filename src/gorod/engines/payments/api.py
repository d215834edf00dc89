"""The door of payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, CaseChange, Decision, Lineage
from gorod.engines.messages import api as messages
from gorod.engines.outbox import api as outbox
from gorod.engines.payments import models
from gorod.engines.payments.data import MOVED, Every, Order, OrderState, Recovery
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.money import as_text
from gorod.kernel.periods import add_months

HEARING_DAYS = 30  # how long a resident has to say something before money is claimed back

_every: Mapping[str, Every] = {}
_treasury = ""


def configure(*, every: Mapping[str, Every], treasury: str) -> None:
    """Set which services pay and how often, and the agency that carries orders out."""
    global _every, _treasury
    _every, _treasury = every, treasury


def on_case_change(change: CaseChange) -> None:
    """What a decision means for money, in its transaction. Called by `cases`.

    A decision that a person changed: orders that have not left are cancelled, what is still owed is ordered, what was
    paid too much becomes a recovery that a person decides after a hearing. Nothing is ever set off.
    """
    if change.what != "decided" or change.decision is None or change.case.service not in _every:
        return
    if change.revoked is not None:
        _cancel(change.case)
    for period in _periods(change.case, change.decision):
        _settle(change.case, change.decision, period)


def _cancel(case: Case) -> None:
    """Take back orders that have not left. Should the treasury have sent one meanwhile, its answer reopens the question."""
    waiting = [OrderState.APPROVED, OrderState.AWAITS_ACCOUNT, OrderState.RETURNED]
    for row in models.Order.objects.select_for_update().filter(
        party_id=case.applicant_id, case_id=case.case_id, state__in=waiting
    ):
        row.state, row.state_at = OrderState.CANCELLED, clock.now()
        row.save()
        outbox.emit(
            owner=_treasury,
            type="payment.cancelled",
            party_id=row.party_id,
            subject=str(row.id),
            data={"order": str(row.id), "attempt": row.attempt},
        )


def _periods(case: Case, decision: Decision) -> list[str]:
    """The periods that a decision touches up to now: those it grants and those paid already under an earlier one."""
    before = set(models.Order.objects.filter(case_id=case.case_id).values_list("period", flat=True))
    if _every[case.service] is Every.ONCE:
        return ["once"]
    if decision.approved and decision.valid_from is not None:
        day, today = decision.valid_from.replace(day=1), clock.today()
        while day <= today and (decision.valid_to is None or day < decision.valid_to):
            before.add(f"{day:%Y-%m}")
            day = add_months(day, 1)
    return sorted(before)


def _settle(case: Case, decision: Decision, period: str) -> None:
    granted = decision.amount or 0 if decision.approved and _covers(decision, period) else 0
    moved = models.Order.objects.filter(case_id=case.case_id, period=period, state__in=MOVED).aggregate(s=Sum("amount"))
    paid: int = moved["s"] or 0
    if granted > paid:
        _order(case, decision, period, granted - paid)
    elif granted < paid:
        _recover(case, decision, period, paid - granted)


def _covers(decision: Decision, period: str) -> bool:
    if period == "once":
        return True
    first = f"{decision.valid_from:%Y-%m}" if decision.valid_from else ""
    last = f"{decision.valid_to - timedelta(days=1):%Y-%m}" if decision.valid_to else "9999-12"
    return first <= period <= last


def _order(case: Case, decision: Decision, period: str, amount: int) -> None:
    account = models.Account.objects.filter(party_id=case.applicant_id).first()
    row, new = models.Order.objects.get_or_create(
        party_id=case.applicant_id,
        decision_id=decision.decision_id,
        period=period,
        defaults={
            "case_id": case.case_id,
            "service": case.service,
            "amount": amount,
            "state": OrderState.APPROVED if account else OrderState.AWAITS_ACCOUNT,
            "account": account.account if account else "",
            "assessment_id": decision.lineage.assessment_id,
            "statement_ids": list(decision.lineage.statement_ids),
            "values": list(decision.lineage.values),
            "rule_version": decision.lineage.rule_version,
        },
    )
    if not new:
        return
    if account:
        _send_out(row)
    else:
        _ask_for_account(row, "account_needed")


def _ask_for_account(row: models.Order, kind: str) -> None:
    messages.tell(
        party_id=row.party_id,
        key=f"payment:{row.id}:{row.attempt}:{kind}",
        kind=kind,
        service=row.service,
        about=f"case:{row.case_id}",
        values={"amount": as_text(row.amount)},
    )


def _send_out(row: models.Order) -> None:
    outbox.emit(
        owner=_treasury,
        type="payment.ordered",
        party_id=row.party_id,
        subject=str(row.id),
        data={
            "order": str(row.id),
            "attempt": row.attempt,
            "amount": row.amount,
            "account": row.account,
            "payee": str(row.party_id),
            "service": row.service,
            "period": row.period,
        },
    )


def _recover(case: Case, decision: Decision, period: str, amount: int) -> None:
    row, new = models.Recovery.objects.get_or_create(
        party_id=case.applicant_id,
        decision_id=decision.decision_id,
        period=period,
        defaults={
            "case_id": case.case_id,
            "amount": amount,
            "reason": "; ".join(decision.reasons) or "the amount was decided anew",
            "hearing_until": clock.today() + timedelta(days=HEARING_DAYS),
        },
    )
    if new:
        messages.tell(
            party_id=row.party_id,
            key=f"recovery:{row.id}",
            kind="recovery_hearing",
            service=case.service,
            about=f"case:{case.case_id}",
            values={"amount": as_text(amount), "until": row.hearing_until.isoformat()},
        )


def order_month(*, service: str, decision: Decision) -> None:
    """Order the months that have begun under a standing decision; those ordered already change nothing."""
    if _every.get(service) is Every.MONTH and decision.approved and not decision.revoked:
        case = cases.case(case_id=decision.case_id)
        with transaction.atomic():
            for period in _periods(case, decision):
                _settle(case, decision, period)


def confirm_account(*, party_id: UUID, account: str) -> int:
    """The payee says where the money goes; orders that waited for it leave. Returns how many left.

    Raises Refused when it is not an account number: 20 digits, or an IBAN of 15 to 34 letters and digits.
    """
    compact = account.replace(" ", "").upper()
    is_iban = 15 <= len(compact) <= 34 and compact.isalnum() and compact[:2].isalpha()
    if not (compact.isdigit() and len(compact) == 20) and not is_iban:
        raise Refused(f"{account!r} is not an account number", remedy="write its 20 digits, or an IBAN")
    with transaction.atomic():
        models.Account.objects.update_or_create(
            party_id=party_id, defaults={"account": compact, "confirmed_at": clock.now()}
        )
        waiting = models.Order.objects.select_for_update().filter(
            party_id=party_id, state__in=[OrderState.AWAITS_ACCOUNT, OrderState.RETURNED]
        )
        rows = list(waiting)
        for row in rows:
            if row.state == OrderState.RETURNED:
                row.attempt += 1
            row.state, row.account, row.state_at = OrderState.APPROVED, compact, clock.now()
            row.save()
            _send_out(row)
    return len(rows)


_RANK = {OrderState.APPROVED: 0, OrderState.SENT: 1, OrderState.PAID: 2, OrderState.RETURNED: 2}


def apply_status(*, order_id: UUID, attempt: int, state: OrderState, sender: str) -> bool:
    """The treasury says what became of an order; late and repeated ones change nothing. Returns whether it changed.

    A returned order asks the payee for another account. Raises NotFound, Refused (not the treasury, not such a state).
    """
    if sender != _treasury:
        raise Refused(f"{sender} does not carry out payments", remedy="the treasury sends these")
    if state not in (OrderState.SENT, OrderState.PAID, OrderState.RETURNED):
        raise Refused(f"the treasury cannot make an order {state}", remedy="sent, paid or returned")
    with transaction.atomic():
        payee = models.Order.objects.filter(id=order_id).values_list("party_id", flat=True).first()
        if payee is None:
            raise NotFound(f"no payment order {order_id}", remedy="check the id")
        row = models.Order.objects.select_for_update().get(id=order_id, party_id=payee)
        current = OrderState(row.state)
        if attempt < row.attempt or _RANK.get(current, 0) >= _RANK[state]:
            return False
        row.state, row.state_at = state, clock.now()
        row.save()
        if current is OrderState.CANCELLED:
            if state in MOVED:
                _settle_again(row)
        elif state is OrderState.RETURNED:
            _ask_for_account(row, "payment_returned")
        elif state is OrderState.PAID:
            _ask_for_account(row, "paid")
    return True


def _settle_again(row: models.Order) -> None:
    """A cancelled order was carried out all the same: what it overpaid is a question for a person."""
    case = cases.case(case_id=row.case_id)
    if case.decision_id is not None:
        _settle(case, cases.decision(decision_id=case.decision_id), row.period)


def orders_of(*, payees: Collection[UUID] = (), cases: Collection[UUID] = ()) -> list[Order]:
    """Orders to these payees or of these cases, oldest first."""
    rows = models.Order.objects.filter(party_id__in=list(payees)) | models.Order.objects.filter(case_id__in=list(cases))
    return [_order_data(row) for row in rows.order_by("id")]


def _order_data(row: models.Order) -> Order:
    return Order(
        order_id=row.id,
        payee_id=row.party_id,
        decision_id=row.decision_id,
        case_id=row.case_id,
        service=row.service,
        period=row.period,
        amount=row.amount,
        state=OrderState(row.state),
        account=row.account,
        attempt=row.attempt,
        state_at=row.state_at,
        lineage=Lineage(
            assessment_id=row.assessment_id,
            statement_ids=tuple(row.statement_ids),
            values=tuple(row.values),
            rule_version=row.rule_version,
        ),
    )


def hear(*, recovery_id: UUID, text: str) -> Recovery:
    """What the resident has to say about a recovery. Raises NotFound, Refused once it is decided."""
    return _recovery_data(_change(recovery_id, heard=text))


def decide_recovery(*, recovery_id: UUID, claim: bool, by: str, reason: str) -> Recovery:
    """A person claims the money back or waives it, once the resident was heard or the time for it is over.

    Raises Refused before that, or without a reason.
    """
    row = models.Recovery.objects.filter(id=recovery_id).first()
    if row is not None and claim and not row.heard and clock.today() <= row.hearing_until:
        raise Refused(
            f"the resident has until {row.hearing_until} to be heard", remedy="wait, or waive the claim at once"
        )
    if not reason.strip():
        raise Refused("a decision on money says why", remedy="write a sentence")
    changed = _change(
        recovery_id,
        state="claimed" if claim else "waived",
        decided_at=clock.now(),
        decided_by=by,
        decision_reason=reason,
    )
    return _recovery_data(changed)


def _change(recovery_id: UUID, **changes: object) -> models.Recovery:
    if not models.Recovery.objects.filter(id=recovery_id, state="hearing").update(**changes):
        raise NotFound(f"no recovery {recovery_id} is being heard", remedy="it may be decided already")
    return models.Recovery.objects.get(id=recovery_id)


def recoveries_of(*, party_id: UUID) -> list[Recovery]:
    """Recoveries that concern a payee, oldest first."""
    return [_recovery_data(row) for row in models.Recovery.objects.filter(party_id=party_id).order_by("id")]


def _recovery_data(row: models.Recovery) -> Recovery:
    return Recovery(
        recovery_id=row.id,
        party_id=row.party_id,
        case_id=row.case_id,
        period=row.period,
        amount=row.amount,
        reason=row.reason,
        state=row.state,
        hearing_until=row.hearing_until,
        heard=row.heard,
        opened_at=row.opened_at,
    )
