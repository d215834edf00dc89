"""A person decides anew: what has not left is cancelled, what is owed is ordered, what is paid too much is a question for
a person after a hearing. Nothing is ever set off, nothing is paid twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case
from gorod.engines.messages import api as messages
from gorod.engines.payments import api
from gorod.engines.payments.data import OrderState, Recovery
from gorod.engines.payments.tests.factories import (
    OTHER_ACCOUNT,
    configure,
    decided_anew,
    granted,
    only,
    orders,
    paid,
    says,
    told,
    with_account,
)
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months

pytestmark = pytest.mark.django_db
APPROVED, SENT, PAID, RETURNED = OrderState.APPROVED, OrderState.SENT, OrderState.PAID, OrderState.RETURNED
CANCELLED, AWAITS_ACCOUNT = OrderState.CANCELLED, OrderState.AWAITS_ACCOUNT


@pytest.fixture(autouse=True)
def _services() -> None:
    configure()


def states(case: Case) -> list[tuple[int, OrderState]]:
    return [(order.amount, order.state) for order in orders(case)]


def recoveries(case: Case) -> list[tuple[int, str]]:
    return [(r.amount, r.state) for r in api.recoveries_of(party_id=case.applicant_id)]


def the_recovery(case: Case) -> Recovery:
    (recovery,) = api.recoveries_of(party_id=case.applicant_id)
    return recovery


def settle(recovery: Recovery, *, claim: bool) -> None:
    api.hear(recovery_id=recovery.recovery_id, text="I did not know")
    api.decide_recovery(recovery_id=recovery.recovery_id, claim=claim, by="officer", reason="the law says so")


def test_an_order_that_has_not_left_is_cancelled_and_ordered_anew() -> None:
    case = decided_anew(granted(500, payee=with_account()), 300)
    assert states(case) == [(500, CANCELLED), (300, APPROVED)]
    assert [(i.type, i.data.get("amount")) for i in told()] == [
        ("payment.ordered", 500),
        ("payment.cancelled", None),
        ("payment.ordered", 300),
    ]
    assert told()[1].data == {"order": str(orders(case)[0].order_id), "attempt": 1}
    assert recoveries(case) == []


def test_the_treasury_hears_nothing_of_an_order_that_never_reached_it() -> None:
    case = decided_anew(granted(500), None)
    assert (states(case), told()) == ([(500, CANCELLED)], [])
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 0


def test_more_is_owed_and_the_rest_is_ordered() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 800)
    assert states(case) == [(500, PAID), (300, APPROVED)]
    assert recoveries(case) == []


def test_what_was_paid_too_much_is_a_question_and_nothing_is_taken() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 300)
    assert (states(case), recoveries(case)) == ([(500, PAID)], [(200, "hearing")])
    assert [i.type for i in told()] == ["payment.ordered"]
    recovery = the_recovery(case)
    assert recovery.hearing_until == clock.today() + timedelta(days=30)
    message = messages.inbox(party_id=case.applicant_id)[-1]
    assert (message.kind, message.about) == ("recovery_hearing", f"case:{case.case_id}")


def test_a_refusal_after_the_payment_asks_about_all_of_it() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), None)
    assert recoveries(case) == [(500, "hearing")]
    assert the_recovery(case).reason == "too_late"


def test_a_recovery_of_one_benefit_lowers_no_other() -> None:
    payee = with_account()
    decided_anew(paid(granted(500, payee=payee)), None)
    other = granted(700, payee=payee)
    allowance = granted(900, service="allowance", payee=payee, valid_from=clock.today())
    assert (states(other), states(allowance)) == ([(700, APPROVED)], [(900, APPROVED)])


def test_months_already_paid_beyond_the_new_right_are_a_question_each() -> None:
    today = clock.today()
    case = granted(500, service="allowance", payee=with_account(), valid_from=add_months(today.replace(day=1), -2))
    paid(case)
    case = decided_anew(case, 600, valid_from=today.replace(day=1))
    periods = [f"{add_months(today, months):%Y-%m}" for months in (-2, -1, 0)]
    assert [(o.period, o.amount, o.state) for o in orders(case)] == [
        (periods[0], 500, PAID),
        (periods[1], 500, PAID),
        (periods[2], 500, PAID),
        (periods[2], 100, APPROVED),
    ]
    found = api.recoveries_of(party_id=case.applicant_id)
    assert [(r.period, r.amount) for r in found] == [(periods[0], 500), (periods[1], 500)]


# The decision changes more than once


def test_a_third_decision_changes_the_open_question_and_adds_no_second_one() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 300)
    first = the_recovery(case)
    api.hear(recovery_id=first.recovery_id, text="Only the 200 are in dispute")
    case = decided_anew(case, 100)
    assert recoveries(case) == [(400, "hearing")]
    assert the_recovery(case).heard == "", "another sum is heard anew"
    assert [m.kind for m in messages.inbox(party_id=case.applicant_id)].count("recovery_hearing") == 2


def test_a_question_about_the_same_sum_is_not_put_twice() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), None)
    api.hear(recovery_id=the_recovery(case).recovery_id, text="I did not know")
    case = decided_anew(decided_anew(case, 500), None)
    assert recoveries(case)[-1] == (500, "hearing")
    assert [state for _, state in recoveries(case)].count("hearing") == 1


def test_the_first_amount_granted_again_ends_the_question() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 300)
    case = decided_anew(case, 500)
    assert (states(case), recoveries(case)) == ([(500, PAID)], [(200, "dropped")])
    with pytest.raises(Refused, match="dropped"):
        settle(the_recovery(case), claim=True)


def test_what_was_claimed_is_made_good_when_it_is_granted_after_all() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 300)
    settle(the_recovery(case), claim=True)
    case = decided_anew(case, 500)
    assert states(case) == [(500, PAID), (200, APPROVED)]
    assert recoveries(case) == [(200, "claimed")]


def test_what_was_waived_is_never_asked_for_again() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), 300)
    settle(the_recovery(case), claim=False)
    case = decided_anew(case, 100)
    assert recoveries(case) == [(200, "waived"), (200, "hearing")]
    case = decided_anew(case, 500)
    assert (states(case), recoveries(case)) == ([(500, PAID)], [(200, "waived"), (200, "dropped")])


# The treasury was faster, or the bank sends money back


def test_a_cancelled_order_that_was_sent_all_the_same_is_a_question() -> None:
    case = granted(500, payee=with_account())
    order = only(case)
    case = decided_anew(case, None)
    assert says(order, SENT)
    assert (states(case), recoveries(case)) == ([(500, SENT)], [(500, "hearing")])
    assert says(order, PAID)
    assert recoveries(case) == [(500, "hearing")]


@pytest.mark.parametrize("new_first", [False, True])
def test_both_the_cancelled_and_the_new_order_were_paid(new_first: bool) -> None:
    """Whichever answer comes first: 500 and 300 were paid, 300 are due, 500 are too much."""
    case = granted(500, payee=with_account())
    case = decided_anew(case, 300)
    old, new = orders(case)
    for order in (new, old) if new_first else (old, new):
        says(order, SENT)
        says(order, PAID)
    assert states(case) == [(500, PAID), (300, PAID)]
    assert recoveries(case) == [(500, "hearing")]


@pytest.mark.parametrize("claim", [True, False])
def test_a_sum_that_grows_after_it_was_decided_is_open_again_as_a_whole(claim: bool) -> None:
    case = decided_anew(decided_anew(granted(500, payee=with_account()), 400), 300)
    first, second, _ = orders(case)
    says(first, SENT)
    assert recoveries(case) == [(500, "hearing")]
    settle(the_recovery(case), claim=claim)
    says(second, SENT)
    assert recoveries(case) == [(900, "hearing")]
    recovery = the_recovery(case)
    assert recovery.heard == ""
    assert ("claimed" if claim else "waived") in recovery.reason, "what was decided before stays written"
    settle(recovery, claim=claim)
    assert (len(orders(case)), recoveries(case)[0][0]) == (3, 900)


def test_money_that_comes_back_after_a_refusal_is_neither_asked_for_nor_sent_again() -> None:
    case = granted(500, payee=with_account())
    says(only(case), SENT)
    case = decided_anew(case, None)
    assert recoveries(case) == [(500, "hearing")]
    says(only(case), RETURNED)
    assert recoveries(case) == [(500, "dropped")]
    assert "payment_returned" not in [m.kind for m in messages.inbox(party_id=case.applicant_id)]
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 0
    assert [i.type for i in told()] == ["payment.ordered"]


def test_a_question_that_was_dropped_can_be_put_again_about_other_money() -> None:
    case = decided_anew(granted(400, payee=with_account()), 500)
    first, second = orders(case)
    says(second, SENT)
    case = decided_anew(case, None)
    says(second, RETURNED)
    assert recoveries(case) == [(500, "dropped")]
    says(first, SENT)
    assert recoveries(case) == [(400, "hearing")]


@pytest.mark.parametrize("answers", [(SENT, RETURNED), (RETURNED, SENT), (SENT, RETURNED, SENT), (RETURNED,)])
def test_a_cancelled_order_that_was_sent_and_came_back_leaves_nothing(answers: tuple[OrderState, ...]) -> None:
    case = granted(500, payee=with_account())
    order = only(case)
    case = decided_anew(case, None)
    for answer in answers:
        says(order, answer)
    assert [state for _, state in recoveries(case)] in ([], ["dropped"])
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 0
    assert [i.type for i in told()] == ["payment.ordered", "payment.cancelled"]


def test_an_order_that_came_back_before_the_new_decision_is_not_sent_beside_the_new_one() -> None:
    case = granted(500, payee=with_account())
    order = only(case)
    says(order, SENT)
    says(order, RETURNED)
    case = decided_anew(case, 300)
    says(order, SENT)
    assert states(case) == [(500, RETURNED), (300, APPROVED)]
    assert recoveries(case) == []
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 0


def test_what_comes_back_is_owed_as_long_as_the_standing_decision_grants_it() -> None:
    """500 were sent, then 800 granted: 300 more were ordered. The 500 come back and go to the next account."""
    case = granted(500, payee=with_account())
    says(only(case), SENT)
    case = decided_anew(case, 800)
    says(orders(case)[0], RETURNED)
    assert messages.inbox(party_id=case.applicant_id)[-1].kind == "payment_returned"
    assert api.confirm_account(party_id=case.applicant_id, account=OTHER_ACCOUNT) == 1
    assert states(case) == [(500, APPROVED), (300, APPROVED)]
    assert recoveries(case) == []


def test_less_is_granted_than_came_back_and_only_that_is_ordered() -> None:
    case = granted(500, payee=with_account())
    says(only(case), SENT)
    case = decided_anew(case, 300)
    assert recoveries(case) == [(200, "hearing")]
    says(orders(case)[0], RETURNED)
    assert states(case) == [(500, RETURNED), (300, APPROVED)]
    assert recoveries(case) == [(200, "dropped")]


# The recovery itself


def test_nothing_is_claimed_before_the_resident_was_heard_or_the_time_is_over() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), None)
    recovery = the_recovery(case).recovery_id

    def claim() -> Recovery:
        return api.decide_recovery(recovery_id=recovery, claim=True, by="officer", reason="paid without a right")

    with pytest.raises(Refused, match="to be heard"):
        claim()
    with clock.moved_by(timedelta(days=30)), pytest.raises(Refused, match="to be heard"):
        claim()
    with clock.moved_by(timedelta(days=31)):
        assert claim().state == "claimed"


def test_a_resident_who_was_heard_need_not_wait() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), None)
    recovery = the_recovery(case).recovery_id
    with pytest.raises(Refused, match="nothing was said"):
        api.hear(recovery_id=recovery, text=" ")
    assert api.hear(recovery_id=recovery, text="I did not know").heard == "I did not know"
    with pytest.raises(Refused, match="says why"):
        api.decide_recovery(recovery_id=recovery, claim=True, by="officer", reason=" ")
    settle(the_recovery(case), claim=True)
    assert recoveries(case) == [(500, "claimed")]


def test_a_claim_can_be_waived_at_once_and_is_decided_once() -> None:
    case = decided_anew(paid(granted(500, payee=with_account())), None)
    recovery = the_recovery(case).recovery_id
    waived = api.decide_recovery(recovery_id=recovery, claim=False, by="officer", reason="our mistake")
    assert waived.state == "waived"
    with pytest.raises(Refused, match="waived"):
        api.hear(recovery_id=recovery, text="Thank you")
    with pytest.raises(Refused, match="waived"):
        api.decide_recovery(recovery_id=recovery, claim=False, by="officer", reason="again")


def test_an_unknown_recovery_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound, match="no recovery"):
        api.hear(recovery_id=UUID(int=5), text="Who?")
    with pytest.raises(NotFound, match="no recovery"):
        api.decide_recovery(recovery_id=new_id(), claim=True, by="officer", reason="why not")


def test_a_reopened_case_keeps_its_orders_until_a_person_decides() -> None:
    case = granted(500, payee=with_account())
    cases.reopen(case_id=case.case_id, by="platform", reason="a fact was corrected")
    assert (states(case), len(told())) == ([(500, APPROVED)], 1)
