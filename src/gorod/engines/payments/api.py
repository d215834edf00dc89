"""The door of payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, CaseChange, Decision, Lineage
from gorod.engines.messages import api as messages
from gorod.engines.outbox import api as outbox
from gorod.engines.payments import logic, models
from gorod.engines.payments.data import ON_THE_WAY, Account, Every, Order, OrderState, Recovery
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader

READER = Reader(kind="platform", name="payments")

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
    logic.wait_for_turn(change.case.applicant_id)
    if change.revoked is not None:
        _cancel(change.case)
    for period in _periods(change.case, change.decision):
        _settle(change.case, change.decision, period)


def _cancel(case: Case) -> None:
    """Take back orders that have not left. Should the treasury have sent one meanwhile, its answer reopens the question.

    A returned order stays returned: it goes again only while it is still owed.
    """
    for row in models.Order.objects.select_for_update().filter(
        party_id=case.applicant_id, case_id=case.case_id, state__in=ON_THE_WAY
    ):
        was_ordered = row.state == OrderState.APPROVED
        row.state, row.state_at = OrderState.CANCELLED, clock.now()
        row.save()
        if was_ordered:
            outbox.emit(
                owner=_treasury,
                type="payment.cancelled",
                party_id=row.party_id,
                subject=str(row.id),
                data={"order": str(row.id), "attempt": row.attempt},
            )


def _periods(case: Case, decision: Decision) -> list[str]:
    """The periods that a decision touches up to now: those it grants and those paid already under an earlier one."""
    if _every[case.service] is Every.ONCE:
        return ["once"]
    orders = models.Order.objects.filter(party_id=case.applicant_id, case_id=case.case_id)
    begun = logic.months(decision, until=clock.today()) if decision.approved else ()
    return sorted({*orders.values_list("period", flat=True), *begun})


def _settle(case: Case, decision: Decision, period: str) -> None:
    """Order what is still owed for a period; what is paid too much is a question for a person."""
    too_much = logic.given(case, period) - logic.granted(decision, period)
    if too_much < 0:
        _order(case, decision, period, -too_much)
    logic.question(case, decision, period, too_much)


def _order(case: Case, decision: Decision, period: str, amount: int) -> None:
    alive = not facts.gone(people=[case.applicant_id], purpose=f"payment: {case.service}", reader=READER)
    account = _account(case.applicant_id) if alive else ""
    row, new = models.Order.objects.get_or_create(
        party_id=case.applicant_id,
        decision_id=decision.decision_id,
        period=period,
        defaults={
            "case_id": case.case_id,
            "service": case.service,
            "amount": amount,
            "state": OrderState.APPROVED if account else OrderState.AWAITS_ACCOUNT,
            "account": account,
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
    elif alive:
        _tell_payee(row, "account_needed")


def _account(payee_id: UUID) -> str:
    return models.Account.objects.filter(party_id=payee_id).values_list("account", flat=True).first() or ""


def _tell_payee(row: models.Order, kind: str) -> None:
    messages.tell(
        party_id=row.party_id,
        key=f"payment:{row.id}:{row.attempt}:{kind}",
        kind=kind,
        service=row.service,
        about=f"case:{row.case_id}",
        values={"amount": row.amount, "month": logic.month(row.period)},
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


def order_month(*, service: str, decision: Decision) -> None:
    """Order the months that have begun under a standing decision; those ordered already change nothing.

    What is ordered for a payee who has died waits: a person decides what becomes of it (`reexamination`)."""
    if not goes_on(service=service) or not decision.approved:
        return
    with transaction.atomic():
        logic.wait_for_turn(cases.case(case_id=decision.case_id).applicant_id)
        case = cases.case(case_id=decision.case_id)
        # another decision may have been made since this one was read
        if case.decision_id == decision.decision_id:
            for period in _periods(case, decision):
                _settle(case, decision, period)


def confirm_account(*, party_id: UUID, account: str) -> int:
    """The payee says where the money goes; orders that waited for it leave, returned ones if they are still owed. Returns
    how many left; none to a payee who has died.

    Raises BadInput when it can be no account number: see `logic.account_number`.
    """
    compact = logic.account_number(account)
    with transaction.atomic():
        logic.wait_for_turn(party_id)
        models.Account.objects.update_or_create(
            party_id=party_id, defaults={"account": compact, "confirmed_at": clock.now()}
        )
        return _leave(party_id, compact, {OrderState.AWAITS_ACCOUNT, OrderState.RETURNED})


def account_of(*, party_id: UUID) -> Account | None:
    """Where the money of a payee goes; None while they have not said."""
    row = models.Account.objects.filter(party_id=party_id).first()
    return Account(number=row.account, confirmed_at=row.confirmed_at) if row else None


def release(*, party_id: UUID) -> int:
    """Orders that wait although their payee has confirmed an account leave: a death held them back that was none.

    Returns how many left.
    """
    with transaction.atomic():
        logic.wait_for_turn(party_id)
        account = _account(party_id)
        return _leave(party_id, account, {OrderState.AWAITS_ACCOUNT}) if account else 0


def _leave(payee_id: UUID, account: str, states: Collection[OrderState]) -> int:
    rows = list(models.Order.objects.select_for_update().filter(party_id=payee_id, state__in=states).order_by("id"))
    if not rows or facts.gone(people=[payee_id], purpose="payments that wait", reader=READER):
        return 0
    left = 0
    for row in rows:
        if row.state == OrderState.RETURNED:
            if not _still_owed(row):
                continue
            row.attempt += 1
        row.state, row.account, row.state_at = OrderState.APPROVED, account, clock.now()
        row.save()
        _send_out(row)
        left += 1
    return left


def goes_on(*, service: str) -> bool:
    """Whether an approval of this service is paid again and again."""
    return _every.get(service) is Every.MONTH


def _still_owed(row: models.Order) -> bool:
    """Whether a returned order may go again: the case's decision stands for as much, besides what was given otherwise."""
    case = cases.case(case_id=row.case_id)
    if case.decision_id is None:
        return False
    granted = logic.granted(cases.decision(decision_id=case.decision_id), row.period)
    return logic.given(case, row.period) + row.amount <= granted


_RANK = {OrderState.APPROVED: 0, OrderState.SENT: 1, OrderState.PAID: 2, OrderState.RETURNED: 2}


def apply_status(*, order_id: UUID, attempt: int, state: OrderState, sender: str) -> bool:
    """The treasury says what became of an order; late and repeated ones change nothing. Returns whether it changed.

    A returned order asks the payee for another account while it is owed. Raises NotFound, Refused (not the treasury, not such
    a state, an attempt that was not ordered).
    """
    if sender != _treasury:
        raise Refused(f"{sender} does not carry out payments", remedy="the treasury sends these")
    if state not in (OrderState.SENT, OrderState.PAID, OrderState.RETURNED):
        raise Refused(f"the treasury cannot make an order {state}", remedy="sent, paid or returned")
    with transaction.atomic():
        payee = models.Order.objects.filter(id=order_id).values_list("party_id", flat=True).first()
        if payee is None:
            raise NotFound(f"no payment order {order_id}", remedy="check the id")
        logic.wait_for_turn(payee)
        row = models.Order.objects.select_for_update().get(id=order_id, party_id=payee)
        current = OrderState(row.state)
        if attempt > row.attempt or current is OrderState.AWAITS_ACCOUNT:
            raise Refused(f"attempt {attempt} of order {order_id} was not ordered", remedy="check the attempt")
        if attempt < row.attempt or _RANK.get(current, 0) >= _RANK[state]:
            return False
        row.state, row.state_at = state, clock.now()
        row.save()
        if state is OrderState.RETURNED and _still_owed(row):
            _tell_payee(row, "payment_returned")
        elif state is OrderState.RETURNED or current is OrderState.CANCELLED:
            _settle_again(row)
        if state is OrderState.PAID:
            _tell_payee(row, "paid")
    return True


def _settle_again(row: models.Order) -> None:
    """A cancelled order was carried out all the same, or one that was taken for paid came back: the sums are other ones now."""
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
    """What the resident has to say about a recovery. Raises NotFound, Refused once it is decided or when nothing is said."""
    if not text.strip():
        raise Refused("nothing was said", remedy="write what the resident has to say")
    return _recovery_data(_change(recovery_id, heard=text))


def decide_recovery(*, recovery_id: UUID, claim: bool, by: str, reason: str) -> Recovery:
    """A person claims the money back or waives it, once the resident was heard or the time for it is over.

    Raises NotFound; Refused before that, without a reason, or when it is decided already.
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
    changed = models.Recovery.objects.filter(id=recovery_id, state="hearing").update(**changes)
    row = models.Recovery.objects.filter(id=recovery_id).first()
    if row is None:
        raise NotFound(f"no recovery {recovery_id}", remedy="check the id")
    if not changed:
        raise Refused(f"recovery {recovery_id} is {row.state}", remedy="only one that is being heard can change")
    return row


def recoveries_of(*, party_id: UUID) -> list[Recovery]:
    """Recoveries that concern a payee, oldest first."""
    return [_recovery_data(row) for row in models.Recovery.objects.filter(party_id=party_id).order_by("id")]


def recovery(*, recovery_id: UUID) -> Recovery:
    """One recovery. Raises NotFound."""
    row = models.Recovery.objects.filter(id=recovery_id).first()
    if row is None:
        raise NotFound(f"no recovery {recovery_id}", remedy="check the id")
    return _recovery_data(row)


def open_recoveries() -> list[Recovery]:
    """Recoveries that no person has decided yet, oldest first."""
    return [_recovery_data(row) for row in models.Recovery.objects.filter(state="hearing").order_by("id")]


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
