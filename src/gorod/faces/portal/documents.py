"""A decision on paper under the city's seal, and the page on which anybody checks such a paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, Decision
from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import CodeForm
from gorod.kernel import clock
from gorod.kernel.errors import NotFound
from gorod.records.documents import api as documents
from gorod.records.documents.data import Sheet
from gorod.records.parties import api as parties


@page(open_to="residents")
def decision_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The decision of a case that the resident may see, as a sealed PDF. Raises NotFound."""
    case = applications.own_case(party_id=resident(request), number=number)
    if case.decision_id is None:
        raise Http404("nothing is decided yet")
    decision = cases.decision(decision_id=case.decision_id)
    code = documents.code(document_id=decision.decision_id)
    city = catalogue.current()
    sheet = Sheet(
        title=wording.service(case.service),
        number=f"{_('Decision')} {case.number}",
        issuer=f"{city.names[catalogue.language()]} · {wording.owner(case.owner)}",
        lines=tuple(_lines(case, decision)),
        check=request.build_absolute_uri(reverse("portal:check", args=[code])),
        check_words=_("Whether it still holds is said here:"),
        language=catalogue.language(),
    )
    response = HttpResponse(documents.sealed(sheet=sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.pdf"'
    return response


def _lines(case: Case, decision: Decision) -> list[tuple[str, str]]:
    reasons = messages.reasons(codes=decision.reasons, language=catalogue.language())
    applicant = parties.party(party_id=case.applicant_id).names.full() if case.applicant_id != case.subject_id else ""
    lines = [
        (_("About whom"), parties.party(party_id=case.subject_id).names.full()),
        (_("Applied for by"), applicant),
        (_("Decision"), _("Granted") if decision.approved else _("Refused")),
        (_("Day of the decision"), wording.day(clock.city_date(decision.decided_at))),
        (_("Amount"), wording.money(decision.amount) if decision.amount else ""),
        (_("Valid from"), wording.day(decision.valid_from) if decision.valid_from else ""),
        (_("Valid until"), wording.day(decision.valid_to) if decision.valid_to else ""),
        (_("Reasons"), "\n".join([*reasons, decision.text] if decision.text else reasons)),
        (_("Who decided"), wording.who(decision.decided_by, case.owner)),
        (_("By which law"), "\n".join(decision.law)),
    ]
    return [(label, words) for label, words in lines if words]


@page(open_to="everybody")
def check_any(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on a paper."""
    form = CodeForm(request.GET if request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("portal:check", form.cleaned_data["code"])
    return render(request, "portal/check.html", {"form": form}, status=422 if form.errors else 200)


@page(open_to="everybody")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a paper was given out here and still holds. Of the person it says the initials: who holds the paper can compare them.

    A code that was not given out here is said to be none; nothing can be guessed from the answer.
    """
    found = documents.document_of(code=code)
    values: dict[str, Any] = {"form": CodeForm()}
    try:
        decision = cases.decision(decision_id=found) if found else None
    except NotFound:
        decision = None
    if decision is None:
        return render(request, "portal/check.html", {**values, "unknown": True}, status=404)
    case = cases.case(case_id=decision.case_id)
    names = parties.party(party_id=case.subject_id).names
    ended = decision.valid_to is not None and decision.valid_to <= clock.today()
    values["paper"] = {
        "holds": decision.approved and not decision.revoked and not ended,
        "revoked": decision.revoked,
        "ended": ended,
        "approved": decision.approved,
        "name": wording.service(decision.service),
        "number": case.number,
        "day": wording.day(clock.city_date(decision.decided_at)),
        "until": wording.day(decision.valid_to) if decision.valid_to else "",
        "initials": " ".join(f"{part[0]}." for part in (names.family_name, names.given_name, names.patronymic) if part),
    }
    return render(request, "portal/check.html", values)
