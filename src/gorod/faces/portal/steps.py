"""Answering: yes or no to an offer, with what its form asks; facts that no register knows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.intake import api as intake
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Journey, Step, StepState
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.apply import keep_draft, kept
from gorod.faces.portal.forms import FactsForm
from gorod.faces.portal.knowledge import known_for
from gorod.faces.portal.mine import asked, journey_of, journeys_of, may_answer, shown
from gorod.kernel.errors import NotFound


def _mine(step_id: UUID, me: UUID) -> tuple[Journey, Step]:
    try:
        step = journeys.step(step_id=step_id)
    except NotFound as error:
        raise Http404("no such step") from error
    journey = journey_of(step.journey_id, me)
    if not may_answer(journey, step, me):
        raise Http404("another person answers this step")
    return journey, step


@page(open_to="residents")
def step_page(request: HttpRequest, step: UUID) -> HttpResponse:
    """One offer: what it gives, and yes or no. A yes sends what the form asks; sent twice it makes one case."""
    me = resident(request)
    journey, found = _mine(step, me)
    asks = cases.case_type(service=found.service).asks
    sent = request.POST if request.method == "POST" else None
    if sent is not None and sent.get("do") == "keep":
        return keep_draft(request, FactsForm(asks, sent), me, found.service, found.subject_id)
    draft = applications.draft(party_id=me, service=found.service, subject_id=found.subject_id)
    form = FactsForm(asks, sent, typed=draft)
    if request.method == "POST" and form.is_valid():
        data = applications.checked_form(service=found.service, data=form.values)
        accepted = journeys.accept(step_id=step, by=me, data=data, signature=acting(request).by)
        assert accepted.case_id is not None
        applications.drop_draft(party_id=me, service=found.service, subject_id=found.subject_id)
        notices.success(request, _("Done. There is nothing else to do now."))
        return redirect("portal:case", cases.case(case_id=accepted.case_id).number)
    if form.errors:
        kept(form, me, found.service, found.subject_id)
    people = applications.people_acted_for(party_id=me)
    about_them = found.state is StepState.OFFERED and found.subject_id in people
    values = {
        "step": shown(found, journey, me, people),
        "known": known_for(found.service, me=me, of=found.subject_id, who=acting(request)) if about_them else [],
        "may_keep": bool(asks),
        "form": form,
        "open": found.state is StepState.OFFERED,
    }
    return render(request, "portal/step.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
@require_POST
def decline(request: HttpRequest, step: UUID) -> HttpResponse:
    """No, thank you."""
    me = resident(request)
    journey, found = _mine(step, me)
    if found.state is not StepState.DECLINED:
        journeys.decline(step_id=step, by=me)
    notices.success(request, _("All right. You can change your mind on the page of the life event."))
    return redirect("portal:journey", journey.journey_id)


@page(open_to="residents")
@require_POST
def resume(request: HttpRequest, step: UUID) -> HttpResponse:
    """After all."""
    me = resident(request)
    journey, found = _mine(step, me)
    if found.state is StepState.DECLINED:
        journeys.resume(step_id=step, by=me)
    return redirect("portal:journey", journey.journey_id)


@page(open_to="residents")
def answer(request: HttpRequest) -> HttpResponse:
    """The facts that only this resident can say: one form for each person they are about."""
    me = resident(request)
    wanted = asked(journeys_of(me), me)
    of = sorted({party for party, name in wanted}, key=lambda party: (party != me, party))
    said_of = request.POST.get("of")
    if not of or (said_of is not None and said_of not in map(str, of)):
        return redirect("portal:home")  # it is answered: by a click before, or by somebody else
    about = UUID(said_of) if said_of else of[0]
    names = sorted(name for party, name in wanted if party == about)
    form = FactsForm(names, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        applications.must_act_for(party_id=me, about_id=about)
        intake.supply(party_id=about, values=form.values, by=acting(request).by)
        notices.success(request, _("Thank you. What follows from it will be here in a moment."))
        return redirect("portal:home")
    values = {"form": form, "of": about, "about": "" if about == me else wording.person(about, me)}
    return render(request, "portal/answer.html", values, status=422 if form.errors else 200)
