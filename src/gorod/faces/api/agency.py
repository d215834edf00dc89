"""What agencies read and their officials decide: only their own cases."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case
from gorod.engines.outbox import api as outbox
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Recovery
from gorod.faces.api.access import CASES, AgencyToken, caller_of
from gorod.faces.api.schemas import CaseOut, ClaimIn, FeedOut, PersonDecidesIn, RecoveryOut
from gorod.faces.api.showing import case_out
from gorod.kernel.errors import NotFound

router = Router(tags=["agencies"], auth=AgencyToken([CASES]))

Number = Annotated[str, Path(pattern=r"^[0-9-]{1,30}$")]


@router.get("/cases", response=FeedOut, summary="Pull one's feed")
def feed(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=outbox.LARGEST_PULL)] = 100,
) -> FeedOut:
    """What happened to the agency's cases (and payment orders) after a number, as CloudEvents in order.

    Whoever remembers `last` misses nothing and may read again from any number.
    """
    items = outbox.pull(owner=caller_of(request).agency, after=after, limit=limit)
    return FeedOut(events=[item.cloud_event() for item in items], last=items[-1].seq if items else after)


@router.get("/cases/{number}", response=CaseOut, summary="One of one's cases")
def one_case(request: HttpRequest, number: Number) -> CaseOut:
    """A case of the agency with its decision and history."""
    return case_out(_own(request, number), whole=True)


@router.get("/reviews", response=list[CaseOut], summary="Decisions that a person must look at")
def reviews(request: HttpRequest) -> list[CaseOut]:
    """Cases reopened because a fact behind their decision changed. The decision stands until a person decides."""
    return [case_out(case) for case in cases.under_review(owner=caller_of(request).agency)]


@router.post("/cases/{number}/keep", response=CaseOut, summary="Keep a decision")
def keep(request: HttpRequest, number: Number, payload: PersonDecidesIn) -> CaseOut:
    """A person has looked and the decision stays. To decide otherwise, send `case.status`."""
    case = _own(request, number)
    return case_out(cases.keep_decision(case_id=case.case_id, by=payload.by, reason=payload.reason), whole=True)


@router.get("/recoveries", response=list[RecoveryOut], summary="Money that may have been paid without a right")
def recoveries(request: HttpRequest) -> list[RecoveryOut]:
    """Open recoveries from the agency's cases. Nothing is taken before a person decides."""
    agency = caller_of(request).agency
    found = [(recovery, cases.case(case_id=recovery.case_id)) for recovery in payments.open_recoveries()]
    return [recovery_out(recovery, case) for recovery, case in found if case.owner == agency]


@router.post("/recoveries/{recovery}/decision", response=RecoveryOut, summary="Claim or waive")
def decide_recovery(request: HttpRequest, recovery: UUID, payload: ClaimIn) -> RecoveryOut:
    """A person claims money back, once the resident was heard or the time for it is over, or waives it."""
    known = payments.recovery(recovery_id=recovery)
    case = cases.case(case_id=known.case_id)
    if case.owner != caller_of(request).agency:
        raise NotFound(f"no recovery {recovery}", remedy="check the id")
    decided = payments.decide_recovery(recovery_id=recovery, claim=payload.claim, by=payload.by, reason=payload.reason)
    return recovery_out(decided, case)


def _own(request: HttpRequest, number: str) -> Case:
    case = cases.by_number(number=number)
    if case.owner != caller_of(request).agency:
        raise NotFound(f"no case {number}", remedy="check the number")
    return case


def recovery_out(recovery: Recovery, case: Case) -> RecoveryOut:
    """A recovery as both sides see it."""
    return RecoveryOut(
        recovery_id=recovery.recovery_id,
        case=case.number,
        period=recovery.period,
        amount=recovery.amount,
        reason=recovery.reason,
        state=recovery.state,
        hearing_until=recovery.hearing_until,
        heard=recovery.heard,
    )
