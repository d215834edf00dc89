"""One case: what happened, what comes next and by when, what its status lets the resident do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Decision, HistoryEntry, Phase
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import ledger, wording
from gorod.faces.portal.forms import ReasonForm
from gorod.faces.portal.mine import case_line
from gorod.kernel import clock

AMONG_OFFICIALS = ("assigned", "stale", "review")


@page(open_to="residents")
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The case with its time line and, where the agency asks something, the form that answers. Raises NotFound."""
    me = resident(request)
    case = applications.own_case(party_id=me, number=number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cases.answer(case_id=case.case_id, by=acting(request).by, data={"answer": form.cleaned_data["reason"]})
        notices.success(request, _("Your answer is with the agency."))
        return redirect("portal:case", number)
    history = cases.history(case_id=case.case_id)
    decision = cases.decision(decision_id=case.decision_id) if case.decision_id else None
    paid = payments.orders_of(cases=[case.case_id])
    values = {
        "name": wording.service(case.service),
        "number": case.number,
        "status": wording.status(case, ended=bool(cases.ended(cases=[case]))),
        "live": case.phase in LIVE,
        "owner": wording.owner(case.owner),
        "deadline": wording.day(case.deadline),
        "about": wording.person(case.subject_id, me),
        "decision": _decision(decision, case.owner) if decision else None,
        "proved": ledger.opening(case) is not None,
        "events": [line for entry in history if (line := _event(entry, me, case.owner))],
        "payments": [_payment(order.period, order.amount, order.state.value) for order in paid if order.payee_id == me],
        "given": [
            (wording.meaning(name), wording.given(name, given))
            for name, given in case.data.items()
            if name in cases.case_type(service=case.service).asks
        ],
        "question": next((e.detail.get("text", "") for e in reversed(history) if e.what == "status"), ""),
        "may_answer": "answer" in case.actions,
        "may_appeal": "appeal" in case.actions,
        "may_withdraw": "withdraw" in case.actions and case.applicant_id == me and case.decision_id is None,
        "form": form,
        "as_of": wording.moment(clock.now()),
    }
    return render(request, "portal/case.html", values, status=422 if form.errors else 200)


def _decision(decision: Decision, agency: str) -> dict[str, Any]:
    return {
        "approved": decision.approved,
        "reasons": messages.reasons(codes=decision.reasons, language=catalogue.language()),
        "text": decision.text,
        "law": decision.law,
        "by": _("the platform, as the law allows")
        if decision.decided_by == "platform"
        else wording.who(decision.decided_by, agency),
        "day": wording.day(clock.city_date(decision.decided_at)),
        "amount": wording.money(decision.amount) if decision.amount else "",
        "until": wording.day(decision.valid_to) if decision.valid_to else "",
    }


def _event(entry: HistoryEntry, me: UUID, agency: str) -> dict[str, str] | None:
    """One line of the time line; what officials did among themselves, and what came late and changed nothing, is left out."""
    if entry.what in AMONG_OFFICIALS:
        return None
    said = wording.happened(entry)
    if entry.by == f"resident {me}":
        said = {"appealed": _("You appealed"), "answered": _("You answered")}.get(entry.what, said)
    return {"at": wording.moment(entry.at), "said": said, "by": wording.who(entry.by, agency)}


def _payment(period: str, amount: int, state: str) -> dict[str, str]:
    words = {
        "awaits_account": _("waits for your account"),
        "approved": _("on its way"),
        "sent": _("on its way"),
        "paid": _("paid"),
        "returned": _("the bank sent it back"),
        "cancelled": _("cancelled"),
    }
    return {
        "period": "" if period == "once" else wording.month(period),
        "amount": wording.money(amount),
        "state": words[state],
    }


@page(open_to="residents")
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant takes the application back; doing it twice is doing it once. Raises NotFound, Refused."""
    me = resident(request)
    case = applications.own_case(party_id=me, number=number)
    if case.phase is not Phase.WITHDRAWN:
        applications.withdraw(case=case, by_party=me, by=acting(request).by)
    notices.success(request, _("Your application is withdrawn."))
    return redirect("portal:case", number)


@page(open_to="residents")
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Say why a decision is wrong: another official looks at it. Raises NotFound, Refused where no decision can be appealed."""
    me = resident(request)
    case = applications.own_case(party_id=me, number=number)
    if "appeal" not in case.actions:
        notices.info(request, _("There is no decision to appeal against now: here is how it stands."))
        return redirect("portal:case", number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cases.appeal(case_id=case.case_id, by=acting(request).by, text=form.cleaned_data["reason"])
        notices.success(request, _("Your appeal is with the agency: somebody else than before looks at it."))
        return redirect("portal:case", number)
    values = {"name": wording.service(case.service), "number": number, "owner": wording.owner(case.owner), "form": form}
    return render(request, "portal/appeal.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
def all_cases(request: HttpRequest) -> HttpResponse:
    """Every case of the resident and of those they act for, newest first."""
    me = resident(request)
    people = applications.people_acted_for(party_id=me)
    found = sorted(
        cases.cases_of(subjects=people, applicants=[me]), key=lambda case: (case.opened_at, case.number), reverse=True
    )
    ended = cases.ended(cases=found)
    lines = [
        {**case_line(case, ended=case.case_id in ended), "day": wording.day(clock.city_date(case.opened_at))}
        for case in found
    ]
    return render(request, "portal/cases.html", {"cases": lines, "as_of": wording.moment(clock.now())})
