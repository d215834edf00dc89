"""What a sweep of the whole city found due: offered on the home page beside what life events offer; yes, no, and after all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.journeys.data import StepState
from gorod.engines.offers import api as offers
from gorod.engines.offers.data import Offer, OfferState
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.apply import keep_draft, kept
from gorod.faces.portal.forms import FactsForm
from gorod.faces.portal.knowledge import known_for, of_query
from gorod.kernel.errors import NotFound, Refused

AS_STEPS = {
    OfferState.OPEN: StepState.OFFERED,
    OfferState.ACCEPTED: StepState.UNDER_WAY,
    OfferState.DECLINED: StepState.DECLINED,
    OfferState.WITHDRAWN: StepState.STOPPED,
}  # in which words a state is said


def lines(me: UUID) -> list[dict[str, Any]]:
    """The offers that this resident may answer now, as the home page shows them."""
    return [_shown(offer, me) for offer in offers.open_for(party_id=me)]


def _shown(offer: Offer, me: UUID) -> dict[str, Any]:
    """An offer in words, shaped as a step of a life event is."""
    known = catalogue.current().services[offer.service]
    return {
        "name": wording.service(offer.service),
        "gives": known.texts[catalogue.language()].summary,
        "state": AS_STEPS[offer.state].value,
        "amount": wording.money(offer.amount) if offer.amount else "",
        "until": wording.day(offer.until) if offer.until else "",
        "about": "" if offer.subject_id == me else wording.person(offer.subject_id, me),
        "found": _("Found on %(day)s, when we looked at what is due in the whole city.")
        % {"day": wording.day(offer.found_on)},
        "law": [str(law) for law in known.law],
        "why": wording.failing(offer.service, offer.failing),
        "asks": bool(cases.case_type(service=offer.service).asks),
        "address": reverse("portal:offer", args=[offer.offer_id]),
        "decline": reverse("portal:offer_decline", args=[offer.offer_id]),
        "resume": reverse("portal:offer_resume", args=[offer.offer_id]) if offer.state is OfferState.DECLINED else "",
    }


def _mine(offer_id: UUID, me: UUID) -> Offer:
    """An offer that this resident may answer. Raises Http404: whose it is stays unsaid."""
    try:
        found = offers.offer(offer_id=offer_id, by=me)
    except NotFound as error:
        raise Http404("no such offer") from error
    if found.service not in catalogue.current().services:
        raise Http404("the city has this service no more")
    return found


@page(open_to="residents")
def offer_page(request: HttpRequest, offer: UUID) -> HttpResponse:
    """One offer: what it gives and why, and yes or no. A yes sends what the form asks; sent twice it makes one case."""
    me = resident(request)
    found = _mine(offer, me)
    asks = cases.case_type(service=found.service).asks
    sent = request.POST if request.method == "POST" else None
    if sent is not None and sent.get("do") == "keep":
        return keep_draft(request, FactsForm(asks, sent), me, found.service, found.subject_id)
    draft = applications.draft(party_id=me, service=found.service, subject_id=found.subject_id)
    form = FactsForm(asks, sent, typed=draft)
    if sent is not None and form.is_valid():
        return _accepted(request, found, me, form.values)
    if form.errors:
        kept(form, me, found.service, found.subject_id)
    is_open = found.state is OfferState.OPEN
    case = cases.case(case_id=found.case_id) if found.case_id else None
    told = case is not None and (case.applicant_id == me or found.subject_id == me)
    values = {
        "step": {
            **_shown(found, me),
            "case": {
                "address": reverse("portal:case", args=[case.number]),
                "number": case.number,
                "status": wording.status(case, ended=bool(cases.ended(cases=[case]))),
            }
            if case is not None and told
            else None,
        },
        "known": known_for(found.service, me=me, of=found.subject_id, who=acting(request)) if is_open else [],
        "known_open": True,
        "may_keep": bool(asks),
        "form": form,
        "open": is_open,
    }
    return render(request, "portal/step.html", values, status=422 if form.errors else 200)


def _accepted(request: HttpRequest, found: Offer, me: UUID, given: dict[str, Any]) -> HttpResponse:
    """To the case; or, when it is not so simple any more, to the page that says what has changed or asks what is missing."""
    data = applications.checked_form(service=found.service, data=given)
    try:
        accepted = offers.accept(offer_id=found.offer_id, by=me, data=data, signature=acting(request).by)
    except Refused:
        notices.info(request, _("Something has changed since we offered this: here is how it stands now."))
        return redirect(reverse("portal:apply", args=[found.service]) + of_query(found.subject_id, me))
    assert accepted.case_id is not None
    applications.drop_draft(party_id=me, service=found.service, subject_id=found.subject_id)
    notices.success(request, _("Done. There is nothing else to do now."))
    return redirect("portal:case", cases.case(case_id=accepted.case_id).number)


@page(open_to="residents")
@require_POST
def decline(request: HttpRequest, offer: UUID) -> HttpResponse:
    """No, thank you."""
    me = resident(request)
    if _mine(offer, me).state is OfferState.OPEN:
        offers.decline(offer_id=offer, by=me)
        notices.success(request, _("All right. We do not offer this again; here you can change your mind."))
    return redirect("portal:offer", offer)


@page(open_to="residents")
@require_POST
def resume(request: HttpRequest, offer: UUID) -> HttpResponse:
    """After all."""
    me = resident(request)
    if _mine(offer, me).state is OfferState.DECLINED:
        try:
            offers.resume(offer_id=offer, by=me)
        except Refused:
            notices.info(request, _("Something has changed since we offered this: here is how it stands now."))
    return redirect("portal:offer", offer)
