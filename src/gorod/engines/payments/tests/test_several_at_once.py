"""Money under real concurrency: threads with connections of their own, transactions that overlap."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.tests.factories import submit
from gorod.engines.outbox.tests.factories import Elsewhere, at_once, meanwhile
from gorod.engines.payments import api
from gorod.engines.payments.data import OrderState
from gorod.engines.payments.tests.factories import (
    ACCOUNT,
    OTHER_ACCOUNT,
    configure,
    decided_anew,
    granted,
    only,
    orders,
    says,
    told,
    with_account,
)
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _services() -> None:
    configure()


def test_a_month_that_several_workers_order_is_ordered_once() -> None:
    case = granted(service="allowance", payee=with_account(), valid_from=clock.today())
    decision = cases.decision(decision_id=case.decision_id)
    with clock.moved_by(add_months(clock.today(), 2) - clock.today()):
        at_once(*[partial(api.order_month, service="allowance", decision=decision)] * 4)
    assert len(orders(case)) == len({order.period for order in orders(case)}) == 3
    assert len(told()) == len({item.subject for item in told()}) == 3


def test_an_answer_that_arrives_several_times_at_once_counts_once() -> None:
    case = granted(payee=with_account())
    order = only(case)
    assert sorted(at_once(*[partial(says, order, OrderState.PAID)] * 4)) == [False, False, False, True]


def test_an_account_confirmed_while_the_decision_is_being_made_is_not_missed() -> None:
    """Neither sees what the other has not committed yet; all the same the order must not wait for ever."""
    payee = new_id()
    case = submit(applicant_id=payee, amount=500)
    with Elsewhere(partial(cases.decide, case_id=case.case_id, approved=True, by="officer")) as deciding:
        confirming = meanwhile(partial(api.confirm_account, party_id=payee, account=ACCOUNT))
        deciding.end()
        confirming.result()
    assert (only(case).state, only(case).account) == (OrderState.APPROVED, ACCOUNT)
    assert [item.type for item in told()] == ["payment.ordered"]


def test_a_decision_made_while_the_account_is_being_confirmed_is_not_missed() -> None:
    payee = new_id()
    case = submit(applicant_id=payee, amount=500)
    with Elsewhere(partial(api.confirm_account, party_id=payee, account=ACCOUNT)) as confirming:
        deciding = meanwhile(partial(cases.decide, case_id=case.case_id, approved=True, by="officer"))
        confirming.end()
        deciding.result()
    assert (only(case).state, only(case).account) == (OrderState.APPROVED, ACCOUNT)


def test_an_account_confirmed_twice_at_once_sends_each_order_once() -> None:
    case = granted()
    confirmations = [
        partial(api.confirm_account, party_id=case.applicant_id, account=a) for a in (ACCOUNT, OTHER_ACCOUNT)
    ]
    assert sorted(at_once(*confirmations)) == [0, 1]
    (item,) = told()
    assert item.data["account"] == only(case).account


def test_a_month_ordered_while_the_decision_is_taken_back_is_not_paid() -> None:
    case = granted(service="allowance", payee=with_account(), valid_from=clock.today())
    decision = cases.decision(decision_id=case.decision_id)
    with clock.moved_by(timedelta(days=40)):
        with Elsewhere(partial(decided_anew, case, None)) as refusing:
            ordering = meanwhile(partial(api.order_month, service="allowance", decision=decision))
            refusing.end()
            ordering.result()
        assert {order.state for order in orders(case)} == {OrderState.CANCELLED}


def test_a_decision_taken_back_while_a_month_is_ordered_cancels_it() -> None:
    case = granted(service="allowance", payee=with_account(), valid_from=clock.today())
    decision = cases.decision(decision_id=case.decision_id)
    with clock.moved_by(timedelta(days=40)):
        with Elsewhere(partial(api.order_month, service="allowance", decision=decision)) as ordering:
            refusing = meanwhile(partial(decided_anew, case, None))
            ordering.end()
            refusing.result()
        assert len(orders(case)) >= 2
        assert {order.state for order in orders(case)} == {OrderState.CANCELLED}


def test_a_payment_that_is_reported_while_the_decision_changes_is_counted() -> None:
    """Either the answer comes first and the rest is ordered, or it meets a cancelled order and is a question."""
    case = granted(500, payee=with_account())
    order = only(case)
    with Elsewhere(partial(says, order, OrderState.PAID)) as reporting:
        deciding = meanwhile(partial(decided_anew, case, 300))
        reporting.end()
        deciding.result()
    assert [(o.amount, o.state) for o in orders(case)] == [(500, OrderState.PAID)]
    assert [r.amount for r in api.recoveries_of(party_id=case.applicant_id)] == [200]


def test_a_decision_made_while_the_treasury_reports_sees_what_it_reports() -> None:
    """A cancelled order was sent all the same: what it paid is not ordered once more."""
    case = granted(500, payee=with_account())
    order = only(case)
    case = decided_anew(case, None)
    with Elsewhere(partial(says, order, OrderState.SENT)) as reporting:
        deciding = meanwhile(partial(decided_anew, case, 300))
        reporting.end()
        deciding.result()
    assert [(o.amount, o.state) for o in orders(case)] == [(500, OrderState.SENT)]
    assert [(r.amount, r.state) for r in api.recoveries_of(party_id=case.applicant_id)] == [(200, "hearing")]
