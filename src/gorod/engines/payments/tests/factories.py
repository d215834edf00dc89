"""One benefit that is paid once, one that is paid every month, and the treasury's answers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case
from gorod.engines.cases.tests.factories import case_type, submit
from gorod.engines.cases.tests.factories import configure as configure_cases
from gorod.engines.outbox import api as outbox
from gorod.engines.outbox.data import Item
from gorod.engines.payments import api
from gorod.engines.payments.data import Every, Order, OrderState
from gorod.kernel.identifiers import new_id

ACCOUNT = "40817810000000000001"
OTHER_ACCOUNT = "40817810000000000002"
TREASURY = "treasury"


def configure() -> None:
    """`gift` is paid once, `allowance` every month of the year for which it is granted, `advice` never."""
    configure_cases(
        case_type(),
        case_type("allowance", right_months=12),
        case_type("advice"),
        listeners=[api.on_case_change],
    )
    api.configure(every={"gift": Every.ONCE, "allowance": Every.MONTH}, treasury=TREASURY)


def granted(amount: int | None = 500, *, service: str = "gift", payee: UUID | None = None, **more: Any) -> Case:
    """A case that was approved. Its payee has no account unless one was confirmed before."""
    payee = payee or new_id()
    case = submit(new_id(), service=service, applicant_id=payee, amount=amount)
    return cases.decide(case_id=case.case_id, approved=True, by="officer", amount=amount, **more)


def with_account(account: str = ACCOUNT) -> UUID:
    payee = new_id()
    api.confirm_account(party_id=payee, account=account)
    return payee


def decided_anew(case: Case, amount: int | None, *, valid_from: date | None = None) -> Case:
    """A person looks at the case again: another amount, or None for a refusal."""
    cases.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    return cases.decide(
        case_id=case.case_id,
        approved=amount is not None,
        by="officer",
        amount=amount,
        valid_from=valid_from,
        reasons=() if amount is not None else ("too_late",),
    )


def orders(case: Case) -> list[Order]:
    return api.orders_of(cases=[case.case_id])


def only(case: Case) -> Order:
    (order,) = orders(case)
    return order


def says(order: Order, state: OrderState, *, attempt: int | None = None) -> bool:
    """The treasury says what became of an order (of its present attempt unless said otherwise)."""
    return api.apply_status(order_id=order.order_id, attempt=attempt or order.attempt, state=state, sender=TREASURY)


def paid(case: Case) -> Case:
    """Every order of the case is sent and paid."""
    for order in orders(case):
        says(order, OrderState.SENT)
        says(order, OrderState.PAID)
    return case


def told(after: int = 0) -> list[Item]:
    """What the treasury was told, from a number of its feed on."""
    items: list[Item] = []
    while new := outbox.pull(owner=TREASURY, after=items[-1].seq if items else after, limit=500):
        items += new
    return items
