"""What is granted and what was given for one case and period, and the one open question about the difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from gorod.engines.cases.data import Case, Decision
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Month
from gorod.engines.payments import models
from gorod.engines.payments.data import MOVED, ON_THE_WAY
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.kernel.money import as_text
from gorod.kernel.periods import add_months

HEARING_DAYS = 30  # how long a resident has to say something before money is claimed back


def wait_for_turn(payee_id: UUID) -> None:
    """Money of one payee is settled by one transaction at a time: a sum over orders must not miss what another is writing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payments:{payee_id}"])


def account_number(text: str) -> str:
    """The number of an account without its spaces. Raises BadInput when it can be none.

    An IBAN proves itself (ISO 13616: 97 divides it with a remainder of 1); of other numbers only what is plainly none is seen.
    """
    number = "".join(text.split()).upper()
    if number.isascii() and number.isalnum():
        if number[:2].isalpha() and number[2:4].isdigit() and 15 <= len(number) <= 34:
            if int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1:
                return number
        elif number.isdigit() and 10 <= len(number) <= 34 and len(set(number)) > 1:
            return number
    raise BadInput("this is not an account number", remedy="write all its digits, or an IBAN")


def granted(decision: Decision, period: str) -> int:
    """What a decision grants for a period, in kopecks."""
    return decision.amount or 0 if decision.approved and _covers(decision, period) else 0


def given(case: Case, period: str) -> int:
    """What has been paid for a period or is on its way, less what was claimed back, in kopecks."""
    orders = models.Order.objects.filter(
        party_id=case.applicant_id, case_id=case.case_id, period=period, state__in=MOVED | ON_THE_WAY
    )
    return _sum(orders) - _sum(_recoveries(case, period).filter(state="claimed"))


def _recoveries(case: Case, period: str) -> QuerySet[models.Recovery]:
    return models.Recovery.objects.filter(party_id=case.applicant_id, case_id=case.case_id, period=period)


def _sum(rows: QuerySet[models.Order] | QuerySet[models.Recovery]) -> int:
    total: int | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or 0


def _covers(decision: Decision, period: str) -> bool:
    if period == "once":
        return True
    first = decision.valid_from
    if first is None:
        return False
    year, month = map(int, period.split("-"))
    nth = (year - first.year) * 12 + month - first.month
    return nth >= 0 and (decision.valid_to is None or add_months(first, nth) < decision.valid_to)


def month(period: str) -> Month | None:
    """The month that a period is called by; None for what is paid once."""
    return None if period == "once" else Month(period)


def months(decision: Decision, *, until: date) -> Iterator[str]:
    """The months of a right that have begun by a day, each named by the calendar month it begins in.

    They are counted from the right's own first day: one of twelve months has twelve, on whatever day it begins, and the
    right that follows it begins with the next. A month that has begun is paid whole.
    """
    if decision.valid_from is None:
        return
    for nth in count():
        day = add_months(decision.valid_from, nth)
        if day > until or (decision.valid_to is not None and day >= decision.valid_to):
            return
        yield f"{day:%Y-%m}"


def question(case: Case, decision: Decision, period: str, too_much: int) -> None:
    """Keep one open recovery for what is paid too much and was not waived before; drop it when nothing is. Another sum is
    heard anew; one that grows after it was decided is open again as a whole."""
    rows = _recoveries(case, period)
    row = rows.filter(state="hearing").first()
    amount = too_much - _sum(rows.filter(state="waived"))
    if amount <= 0:
        if row is not None:
            row.state, row.decided_at, row.decided_by = "dropped", clock.now(), "platform"
            row.decision_reason = "nothing is paid too much any more"
            row.save()
        return
    if row is not None and row.amount == amount:
        return
    reason = "; ".join(decision.reasons) or "the amount was decided anew"
    if row is None:
        row = rows.filter(decision_id=decision.decision_id).first()
        if row is not None and row.state != "dropped":
            reason += f" (before: {as_text(row.amount)} {row.state} by {row.decided_by}, {row.decision_reason})"
            amount += row.amount
    if row is None:
        row = models.Recovery(party_id=case.applicant_id, case_id=case.case_id, period=period)
    row.decision_id, row.amount, row.reason, row.state = decision.decision_id, amount, reason, "hearing"
    row.hearing_until, row.heard = clock.today() + timedelta(days=HEARING_DAYS), ""
    row.decided_at, row.decided_by, row.decision_reason = None, "", ""
    row.save()
    messages.tell(
        party_id=row.party_id,
        key=f"recovery:{row.id}:{amount}:{row.hearing_until}",
        kind="recovery_hearing",
        service=case.service,
        about=f"case:{case.case_id}",
        values={"amount": amount, "month": month(row.period), "until": row.hearing_until},
    )
