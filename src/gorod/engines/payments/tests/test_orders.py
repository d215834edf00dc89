"""From an approval to money on an account: the order, the payee's account, the treasury's answers in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Lineage
from gorod.engines.cases.tests.factories import submit
from gorod.engines.messages import api as messages
from gorod.engines.payments import api
from gorod.engines.payments.data import OrderState
from gorod.engines.payments.tests.factories import (
    ACCOUNT,
    OTHER_ACCOUNT,
    TREASURY,
    configure,
    granted,
    only,
    orders,
    says,
    told,
    with_account,
)
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import VOCABULARY
from gorod.records.facts.tests.factories import state as known
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _services() -> None:
    configure()


def kinds(case: object) -> list[str]:
    return [m.kind for m in messages.inbox(party_id=case.applicant_id) if m.kind != "approved"]  # type: ignore[attr-defined]


def test_an_approval_becomes_an_order_to_the_payees_account() -> None:
    case = granted(500_00, payee=with_account())
    order = only(case)
    assert (order.state, order.amount, order.account, order.period) == (OrderState.APPROVED, 500_00, ACCOUNT, "once")
    assert (order.payee_id, order.decision_id) == (case.applicant_id, case.decision_id)
    (item,) = told()
    assert (item.type, item.subject) == ("payment.ordered", str(order.order_id))
    assert item.data == {
        "order": str(order.order_id),
        "attempt": 1,
        "amount": 500_00,
        "account": ACCOUNT,
        "payee": str(case.applicant_id),
        "service": "gift",
        "period": "once",
    }


def test_an_order_keeps_what_the_decision_came_from() -> None:
    lineage = Lineage(
        assessment_id=new_id(), statement_ids=(new_id(), new_id()), values=("m@2024=1",), rule_version="v1"
    )
    case = submit(amount=500, lineage=lineage)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    assert only(case).lineage == lineage


def test_without_an_account_the_payee_is_asked_and_nothing_leaves() -> None:
    case = granted()
    assert only(case).state is OrderState.AWAITS_ACCOUNT
    assert (told(), kinds(case)) == ([], ["account_needed"])


def test_a_confirmed_account_lets_the_waiting_orders_of_that_payee_leave() -> None:
    payee = new_id()
    first, second, other = granted(payee=payee), granted(700, payee=payee), granted()
    assert api.confirm_account(party_id=payee, account="4081 7810 0000 0000 0001") == 2
    assert [only(case).state for case in (first, second, other)] == [
        OrderState.APPROVED,
        OrderState.APPROVED,
        OrderState.AWAITS_ACCOUNT,
    ]
    assert [(item.data["amount"], item.data["account"]) for item in told()] == [(500, ACCOUNT), (700, ACCOUNT)]
    assert api.confirm_account(party_id=payee, account=ACCOUNT) == 0
    assert len(told()) == 2


@pytest.mark.parametrize("account", [ACCOUNT, "0123456789", "DE89 3704 0044 0532 0130 00", "gb82west12345698765432"])
def test_an_account_is_ten_to_thirty_four_digits_or_an_iban(account: str) -> None:
    assert api.confirm_account(party_id=new_id(), account=account) == 0


@pytest.mark.parametrize(
    "account",
    [
        "",
        "123",
        "0" * 20,
        "1234567890" * 4,
        "DE89370400440532013001",
        "DEAB370400440532013000",
        "40817810OOOO00000001",
        "ДЕ89370400440532013000",
        "٤" * 20,
        "DE89-3704-0044-0532-0130-00",
    ],
)
def test_what_is_no_account_is_refused(account: str) -> None:
    with pytest.raises(BadInput, match="not an account number"):
        api.confirm_account(party_id=new_id(), account=account)


def test_the_account_that_is_set_is_told() -> None:
    payee = new_id()
    assert api.account_of(party_id=payee) is None
    api.confirm_account(party_id=payee, account="4081 7810 0000 0000 0001")
    told = api.account_of(party_id=payee)
    assert told is not None and told.number == ACCOUNT


def test_a_refusal_and_a_service_that_pays_nothing_order_nothing() -> None:
    refused = submit(amount=500)
    cases.decide(case_id=refused.case_id, approved=False, by="officer", reasons=("too_late",))
    assert orders(refused) == orders(granted(service="advice")) == orders(granted(None)) == []


def test_the_same_decision_said_again_orders_nothing_more() -> None:
    case = granted(payee=with_account())
    cases.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    assert only(case).state is OrderState.APPROVED
    cases.keep_decision(case_id=case.case_id, by="officer", reason="still right")
    cases.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    cases.decide(case_id=case.case_id, approved=True, by="officer", amount=500)
    assert len(orders(case)) == len(told()) == 1


def test_sent_and_paid_and_the_payee_hears_of_the_money_once() -> None:
    case = granted(payee=with_account())
    order = only(case)
    assert [says(order, s) for s in (OrderState.SENT, OrderState.SENT, OrderState.PAID, OrderState.PAID)] == [
        True,
        False,
        True,
        False,
    ]
    assert (only(case).state, kinds(case)) == (OrderState.PAID, ["paid"])


@pytest.mark.parametrize("end", [OrderState.PAID, OrderState.RETURNED])
def test_late_and_repeated_answers_end_in_the_same_state(end: OrderState) -> None:
    for answers in set(permutations([OrderState.SENT, end, OrderState.SENT, end])):
        case = granted(payee=with_account())
        order = only(case)
        for state in answers:
            says(order, state)
        assert only(case).state is end, answers
        assert kinds(case) == ["paid" if end is OrderState.PAID else "payment_returned"], answers


def test_a_returned_order_goes_to_the_next_account_and_answers_to_the_first_have_lost_their_force() -> None:
    case = granted(payee=with_account())
    before = only(case)
    says(before, OrderState.SENT)
    says(before, OrderState.RETURNED)
    assert kinds(case) == ["payment_returned"]
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 1
    now = only(case)
    assert (now.state, now.attempt, now.account) == (OrderState.APPROVED, 2, OTHER_ACCOUNT)
    assert [(i.data["attempt"], i.data["account"]) for i in told()] == [(1, ACCOUNT), (2, OTHER_ACCOUNT)]
    assert [says(before, state) for state in (OrderState.SENT, OrderState.RETURNED, OrderState.PAID)] == [False] * 3
    assert says(now, OrderState.PAID)
    assert (only(case).state, kinds(case)) == (OrderState.PAID, ["payment_returned", "paid"])


def test_only_the_treasury_answers_and_only_about_what_was_ordered() -> None:
    order = only(granted(payee=with_account()))
    about = {"order_id": order.order_id, "attempt": 1, "state": OrderState.PAID}
    with pytest.raises(Refused, match="does not carry out payments"):
        api.apply_status(**{**about, "sender": "agency"})  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="no payment order"):
        api.apply_status(**{**about, "sender": TREASURY, "order_id": new_id()})  # type: ignore[arg-type]
    with pytest.raises(Refused, match="cannot make an order cancelled"):
        says(order, OrderState.CANCELLED)
    with pytest.raises(Refused, match="attempt 2"):
        says(order, OrderState.PAID, attempt=2)
    waiting = only(granted())
    with pytest.raises(Refused, match="was not ordered"):
        says(waiting, OrderState.PAID)


# Every month


def test_the_months_that_have_begun_are_ordered_and_no_others() -> None:
    today = clock.today()
    first = add_months(today.replace(day=15), -2)
    case = granted(service="allowance", payee=with_account(), valid_from=first)
    periods = [f"{add_months(today, months):%Y-%m}" for months in (-2, -1, 0)]
    assert [(o.period, o.amount) for o in orders(case)] == [(period, 500) for period in periods]


def test_a_new_month_is_ordered_once_however_often_it_is_asked_for() -> None:
    case = granted(service="allowance", payee=with_account(), valid_from=clock.today())
    decision = cases.decision(decision_id=case.decision_id)
    assert len(orders(case)) == 1
    next_month = add_months(clock.today(), 1)
    with clock.moved_by(next_month - clock.today()):
        for _ in range(3):
            api.order_month(service="allowance", decision=decision)
    assert [o.period for o in orders(case)] == [f"{clock.today():%Y-%m}", f"{next_month:%Y-%m}"]
    assert len(told()) == 2


@pytest.mark.parametrize("day", [1, 10, 31])
def test_a_right_of_twelve_months_is_paid_twelve_times_on_whatever_day_it_begins(day: int) -> None:
    first = date(clock.today().year + 1, 1, day)
    case = granted(service="allowance", payee=with_account(), valid_from=first)
    decision = cases.decision(decision_id=case.decision_id)
    assert (decision.valid_to, orders(case)) == (date(first.year + 1, 1, day), [])
    with clock.moved_by(date(first.year + 1, 3, 1) - clock.today()):
        api.order_month(service="allowance", decision=decision)
    periods = [o.period for o in orders(case)]
    assert periods == [f"{first.year}-{month:02}" for month in range(1, 13)]


def test_the_month_in_which_one_right_ends_and_the_next_begins_is_paid_once() -> None:
    payee, first = with_account(), date(clock.today().year + 1, 1, 10)
    right = granted(service="allowance", payee=payee, valid_from=first)
    renewal = granted(service="allowance", payee=payee, valid_from=add_months(first, 12))
    with clock.moved_by(add_months(first, 13) - clock.today()):
        for case in (right, renewal):
            api.order_month(service="allowance", decision=cases.decision(decision_id=case.decision_id))
    assert [o.period for case in (right, renewal) for o in orders(case)][10:] == [
        f"{first.year}-11",
        f"{first.year}-12",
        f"{first.year + 1}-01",
        f"{first.year + 1}-02",
    ]


def test_what_is_owed_to_a_payee_who_has_died_waits_and_leaves_when_the_death_was_none() -> None:
    facts.configure(vocabulary=replace(VOCABULARY, stopped_by="registered"))
    payee, death = parties.create(), new_id()
    api.confirm_account(party_id=payee, account=ACCOUNT)
    known(payee, "registered", True, by=death)
    case = granted(payee=payee)
    assert (only(case).state, told(), kinds(case)) == (OrderState.AWAITS_ACCOUNT, [], [])
    assert api.release(party_id=payee) == 0
    assert api.confirm_account(party_id=payee, account=OTHER_ACCOUNT) == 0
    registers.retract(event_id=death)
    assert api.release(party_id=payee) == 1
    assert (only(case).state, only(case).account, len(told())) == (OrderState.APPROVED, OTHER_ACCOUNT, 1)
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def test_a_month_is_not_ordered_under_a_decision_that_was_replaced_meanwhile() -> None:
    """The run over all rights read the decision before a person took it back."""
    case = granted(service="allowance", payee=with_account(), valid_from=clock.today())
    read_before = cases.decision(decision_id=case.decision_id)
    cases.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    with clock.moved_by(timedelta(days=40)):
        api.order_month(service="allowance", decision=read_before)
    assert [o.state for o in orders(case)] == [OrderState.CANCELLED]


def test_what_is_paid_once_has_no_months() -> None:
    case = granted(payee=with_account())
    with clock.moved_by(timedelta(days=70)):
        api.order_month(service="gift", decision=cases.decision(decision_id=case.decision_id))
    assert [o.period for o in orders(case)] == ["once"]
