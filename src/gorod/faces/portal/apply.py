"""Applying outside a life event: for whom, what is missing, what the form asks, and then once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Phase
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.intake import api as intake
from gorod.engines.rules.data import Verdict
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import FactsForm
from gorod.faces.portal.knowledge import PURPOSE, about
from gorod.kernel import clock
from gorod.kernel.errors import Conflict
from gorod.kernel.identifiers import new_id
from gorod.records.facts.data import Reader


def answers_for(service: str, me: UUID) -> list[dict[str, Any]]:
    """How a service stands for the resident and those they act for. One about a child is not asked about an adult."""
    people = applications.people_acted_for(party_id=me)
    events = [e for e in catalogue.current().life_events.values() if service in e.steps]
    if events and all(event.steps[service].subject == event.about for event in events):
        people = tuple(person for person in people if person != me)
    elif events:
        people = (me,)
    return [_shown(answer, me) for person in people for answer in _assessed(service, person, me)]


def _assessed(service: str, person: UUID, me: UUID) -> list[Assessment]:
    reader = Reader(kind="resident", name=str(me))
    return dues.assess(people=[person], services=[service], purpose=PURPOSE, reader=reader, keep=False)


def _standing(service: str, person: UUID) -> dict[str, str] | None:
    """The case of an application that runs, or of a right that somebody has today: nothing to apply for again."""
    for case in cases.cases_of(subjects=[person]):
        if case.service != service:
            continue
        decision = (
            cases.decision(decision_id=case.decision_id) if case.phase is Phase.APPROVED and case.decision_id else None
        )
        lasts = decision is not None and (decision.valid_to is None or decision.valid_to > clock.today())
        if case.phase in LIVE or lasts:
            return {"address": reverse("portal:case", args=[case.number]), "status": wording.status(case)}
    return None


def _shown(answer: Assessment, me: UUID) -> dict[str, Any]:
    person = answer.party_id
    return {
        "standing": _standing(answer.service, person),
        "who": wording.person(person, me),
        "verdict": answer.verdict.value,
        "amount": wording.money(answer.amount) if answer.amount else "",
        "failing": wording.failing(answer.service, answer.failing),
        "missing": sorted({wording.meaning(missing.name) for missing in answer.missing}),
        "apply": reverse("portal:apply", args=[answer.service]) + ("" if person == me else f"?of={person}"),
        "open": answer.verdict is Verdict.DUE or bool(_askable(answer, me)),
    }


def _askable(answer: Assessment, me: UUID) -> list[str]:
    """The missing facts that this resident may say: their own, and those of the one it is about."""
    mine = {me, answer.party_id}
    return sorted({m.name for m in answer.missing if m.may_ask and not m.relation and m.party_id in mine})


@page(open_to="residents")
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """Ask what is missing, then what the form asks, then apply. The key in the form makes a second click the same case."""
    me = resident(request).resident_id
    of = about(request, me)
    if name not in catalogue.current().services or name not in dues.rule_set().services:
        raise Http404(f"no service is called {name}")
    (answer,) = _assessed(name, of, me)
    missing = _askable(answer, me) if answer.verdict is Verdict.UNKNOWN else []
    asks = cases.case_type(service=name).asks if answer.verdict is Verdict.DUE else ()
    form = FactsForm(missing or asks, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and missing:
        mine = {m.name: m.party_id for m in answer.missing if m.name in missing}
        for person in set(mine.values()):
            intake.supply(
                party_id=person, values={n: v for n, v in form.values.items() if mine[n] == person}, by="resident"
            )
        return redirect(request.get_full_path())
    if request.method == "POST" and form.is_valid() and answer.verdict is Verdict.DUE:
        return redirect("portal:case", _applied(request, name, of, me, form.values))
    values: dict[str, Any] = {
        "name": wording.service(name),
        "answer": _shown(answer, me),
        "form": form,
        "key": request.POST.get("key") or str(new_id()),
        "due": answer.verdict is Verdict.DUE,
        "asked": bool(missing),
    }
    if request.method == "GET" and values["answer"]["standing"]:
        return redirect(values["answer"]["standing"]["address"])
    return render(request, "portal/apply.html", values, status=422 if form.errors else 200)


def _applied(request: HttpRequest, name: str, of: UUID, me: UUID, given: dict[str, Any]) -> str:
    """The number of the case: a new one, the same one for the same key, or the one that is live already."""
    try:
        case = applications.apply(
            service=name,
            subject_id=of,
            applicant_id=me,
            key=f"portal:{me}:{request.POST.get('key', '')[:60]}",
            by="resident",
            data=applications.checked_form(service=name, data=given),
        )
    except Conflict as conflict:
        number: str = conflict.extra["number"]
        notices.info(request, _("You have applied for this already: here is how it stands."))
        return number
    notices.success(request, _("Done. There is nothing else to do now."))
    return case.number
