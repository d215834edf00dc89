"""Whatever happens to a case and in whatever order: what was paid too much is asked about, once and to the kopeck."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case
from gorod.engines.outbox.data import Item
from gorod.engines.payments import api
from gorod.engines.payments.data import MOVED, ON_THE_WAY, OrderState
from gorod.engines.payments.tests.factories import (
    ACCOUNT,
    OTHER_ACCOUNT,
    configure,
    decided_anew,
    granted,
    orders,
    says,
    told,
    with_account,
)
from gorod.kernel.errors import Refused
from gorod.kernel.identifiers import new_id

pytestmark = pytest.mark.django_db

steps = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.none() | st.sampled_from([100, 300, 500, 800])),
        st.tuples(
            st.just("treasury"),
            st.tuples(
                st.integers(0, 5),
                st.sampled_from([OrderState.SENT, OrderState.PAID, OrderState.RETURNED]),
                st.booleans(),
            ),
        ),
        st.tuples(st.just("account"), st.sampled_from([ACCOUNT, OTHER_ACCOUNT])),
        st.tuples(st.just("recovery"), st.booleans()),
    ),
    max_size=10,
)


def happens(case: Case, what: str, how: object) -> None:
    if what == "decide":
        decided_anew(case, how)  # type: ignore[arg-type]
    elif what == "account":
        api.confirm_account(party_id=case.applicant_id, account=str(how))
    elif what == "treasury":
        number, state, late = how  # type: ignore[misc]
        order = orders(case)[number % len(orders(case))]
        try:
            says(order, state, attempt=1 if late else order.attempt)
        except Refused:
            assert order.state is OrderState.AWAITS_ACCOUNT
    else:
        for recovery in api.recoveries_of(party_id=case.applicant_id):
            if recovery.state == "hearing":
                api.hear(recovery_id=recovery.recovery_id, text="I did not know")
                api.decide_recovery(recovery_id=recovery.recovery_id, claim=bool(how), by="officer", reason="the law")


def adds_up(case: Case) -> None:
    decision_id = cases.case(case_id=case.case_id).decision_id
    assert decision_id is not None
    decision = cases.decision(decision_id=decision_id)
    due = decision.amount or 0 if decision.approved else 0
    rows, recoveries = orders(case), api.recoveries_of(party_id=case.applicant_id)
    given = sum(order.amount for order in rows if order.state in MOVED | ON_THE_WAY)
    sums = {s: sum(r.amount for r in recoveries if r.state == s) for s in ("hearing", "claimed", "waived")}
    kept = given - sums["claimed"]
    assert [r.state for r in recoveries].count("hearing") <= 1
    assert sums["hearing"] == max(0, kept - sums["waived"] - due)
    if kept < due:
        assert any(order.state is OrderState.RETURNED for order in rows), (
            "what is owed is ordered, or waits for an account"
        )


def left_once(case: Case, amounts: dict[str, int], said: list[Item]) -> None:
    """The treasury was told of each attempt of each order once, with the amount of the order."""
    said = [item for item in said if item.type == "payment.ordered"]
    assert len({(i.subject, i.data["attempt"]) for i in said}) == len(said)
    assert all(amounts[i.subject] == i.data["amount"] for i in said)
    assert len({(o.decision_id, o.period) for o in orders(case)}) == len(orders(case))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(steps=steps, amount=st.sampled_from([100, 300, 500]), account=st.booleans())
def test_what_is_paid_too_much_is_asked_about_once(steps: list[tuple[str, object]], amount: int, account: bool) -> None:
    configure()
    before = len(told())
    case = granted(amount, payee=with_account() if account else new_id())
    amounts: dict[str, int] = {}
    for what, how in steps:
        happens(case, what, how)
        adds_up(case)
        for order in orders(case):
            assert amounts.setdefault(str(order.order_id), order.amount) == order.amount, "an amount never changes"
    amounts |= {str(order.order_id): order.amount for order in orders(case)}
    left_once(case, amounts, told(after=before))
