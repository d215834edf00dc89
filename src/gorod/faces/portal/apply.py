"""Applying outside a life event: for whom, what is missing, what the form asks, and then once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from gorod.engines.cases.data import Case
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.intake import api as intake
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Mode
from gorod.engines.mandates import api as mandates
from gorod.engines.rules.data import Verdict
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import FactsForm
from gorod.faces.portal.knowledge import about, known_for, of_query
from gorod.kernel.errors import BadInput, Conflict
from gorod.kernel.identifiers import new_id


def answers_for(services: Collection[str], me: UUID, *, purpose: str) -> dict[str, list[dict[str, Any]]]:
    """How each of these services stands for the resident and those they act for."""
    mine = applications.people_acted_for(party_id=me)
    by_people: dict[tuple[UUID, ...], list[str]] = {}
    for service in services:
        by_people.setdefault(tuple(applications.may_concern(service=service, party_id=me, people=mine)), []).append(
            service
        )
    found: dict[str, list[dict[str, Any]]] = {service: [] for service in services}
    called = wording.people(mine, me)
    for people, about_them in by_people.items():
        standing = applications.standing_cases(services=about_them, subjects=people)
        closed = applications.closed(services=about_them, subjects=people, purpose=purpose)
        for answer in _assessed(about_them, people, purpose):
            one = (answer.party_id, answer.service)
            found[answer.service].append(_shown(answer, me, called) | _idle(standing.get(one), closed.get(one, "")))
    return found


def _idle(case: Case | None, closed: str) -> dict[str, Any]:
    """What makes an answer idle: a case that stands, a result that exists, a time that is over."""
    standing = {"address": reverse("portal:case", args=[case.number]), "status": wording.status(case)} if case else None
    return {"standing": standing, "closed": "" if case else closed}


def _assessed(services: Collection[str], people: Sequence[UUID], purpose: str) -> list[Assessment]:
    """Rules run for the resident; what they read of other adults they show nobody, so the platform is their reader."""
    return dues.assess(people=people, services=services, purpose=purpose, keep=False)


def purpose_of(service: str) -> str:
    """Why facts are read for an application, as the log of readings keeps it."""
    return f"application: {service}"


def _shown(answer: Assessment, me: UUID, mine: Mapping[UUID, str]) -> dict[str, Any]:
    """`mine`: those whom the resident acts for, as they are called."""
    person = answer.party_id
    return {
        "who": mine.get(person) or wording.person(person, me),
        "verdict": answer.verdict.value,
        "amount": wording.money(answer.amount) if answer.amount else "",
        "failing": wording.failing(answer.service, answer.failing),
        "missing": wording.missing(answer.missing, mine),
        "apply": reverse("portal:apply", args=[answer.service]) + of_query(person, me),
        "open": _can_go_on(answer, me) and not _comes_by_itself(answer.service),
    }


def _can_go_on(answer: Assessment, me: UUID) -> bool:
    """Whether the resident can apply, or answer what is missing; a figure that is late is nothing they can say."""
    asks = answer.verdict is Verdict.UNKNOWN and bool(_asked_first(answer, me)[1])
    return answer.verdict is Verdict.DUE or asks


def _comes_by_itself(service: str) -> bool:
    """Whether life events only tell of a service: its agency acts without an application."""
    modes = {step.mode for step in journeys.steps_of(service=service)}
    return modes == {Mode.INFORMED}


def _asked_first(answer: Assessment, me: UUID) -> tuple[UUID, list[str]]:
    """The missing facts that this resident may say, of one person: of the one it is about, else their own."""
    for person in (answer.party_id, me):
        names = {m.name for m in answer.missing if m.may_ask and not m.relation and m.party_id == person}
        if names:
            return person, sorted(names)
    return answer.party_id, []


@page(open_to="residents")
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """Ask what is missing, then what the form asks, then apply. The key in the form makes a second click the same case."""
    me = resident(request)
    if name not in catalogue.current().services or name not in dues.rule_set().services:
        raise Http404(f"no service is called {name}")
    of, trusted = _for_whom(request, name, me)
    people = applications.people_acted_for(party_id=me)
    (answer,) = _assessed([name], [of], purpose_of(name))
    person, missing = _asked_first(answer, me) if answer.verdict is Verdict.UNKNOWN and not trusted else (of, [])
    asks = missing or (cases.case_type(service=name).asks if answer.verdict is Verdict.DUE else ())
    # what is sent says what it is for: an answer sent twice is no application
    sent = request.POST.get("do") if request.method == "POST" else None
    meant = (sent == "apply" and answer.verdict is Verdict.DUE) or (sent == str(person) and bool(missing))
    draft = applications.draft(party_id=me, service=name, subject_id=of)
    form = FactsForm(asks, request.POST if meant else None, typed=draft)
    if sent == "keep" and asks:
        return keep_draft(request, FactsForm(asks, request.POST), me, name, of)
    if meant and form.is_valid() and missing:
        intake.supply(party_id=person, values=form.values, by=acting(request).by)
        applications.drop_draft(party_id=me, service=name, subject_id=of)
        return redirect(request.get_full_path())
    if meant and form.is_valid():
        return redirect("portal:case", _applied(request, name, of, of if trusted else me, form.values))
    if meant:
        kept(form, me, name, of)
    standing = applications.standing_cases(services=[name], subjects=[of]).get((of, name))
    if standing is not None:
        return redirect("portal:case", standing.number)
    if applications.closed(services=[name], subjects=[of], purpose=purpose_of(name)):
        return redirect("portal:service", name)
    values: dict[str, Any] = {
        "name": wording.service(name),
        "answer": _shown(answer, me, wording.people(people, me)),
        "form": form,
        "of": person if missing and person != me else None,
        "about": wording.person(person, me),
        "do": person if missing else "apply",
        "key": _key(request) or new_id(),
        "due": answer.verdict is Verdict.DUE,
        "asked": bool(missing),
        "may_keep": bool(asks),
        "known": [] if trusted else known_for(name, me=me, of=of, who=acting(request)),
    }
    return render(request, "portal/apply.html", values, status=422 if form.errors else 200)


def _for_whom(request: HttpRequest, service: str, me: UUID) -> tuple[UUID, bool]:
    """Whom the application is about, and whether they have trusted this resident with the service: then they are the applicant,
    and their facts stay theirs. Raises Http404 for anybody else."""
    of = request.GET.get("of", "")
    giver = next((one for one in mandates.givers(holder_id=me, service=service) if str(one) == of), None)
    if giver is not None and giver in applications.may_concern(service=service, party_id=giver, people=[giver]):
        return giver, True
    person = about(request, me)
    people = applications.people_acted_for(party_id=me)
    if person not in applications.may_concern(service=service, party_id=me, people=people):
        raise Http404("it is not about this person")
    return person, False


def kept(form: FactsForm, me: UUID, service: str, of: UUID) -> bool:
    """Keep what was typed as a draft; false when it is too long for one."""
    try:
        applications.save_draft(party_id=me, service=service, subject_id=of, typed=form.typed())
    except BadInput:
        return False
    return True


def keep_draft(request: HttpRequest, form: FactsForm, me: UUID, service: str, of: UUID) -> HttpResponse:
    """Keep what was typed, right or wrong, and go home; the form is found there."""
    if not kept(form, me, service, of):
        notices.error(request, _("This is too long to be kept."))
        return redirect(request.get_full_path())
    notices.success(request, _("Kept: you find it on this page when you come back."))
    return redirect("portal:home")


def _key(request: HttpRequest) -> UUID | None:
    """The key of the form; None when it is none that a page of ours has made."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _applied(request: HttpRequest, name: str, of: UUID, applicant: UUID, given: dict[str, Any]) -> str:
    """The number of the case: a new one, the same one for the same key, or the one that is live already."""
    try:
        case = applications.apply(
            service=name,
            subject_id=of,
            applicant_id=applicant,
            key=f"portal:{applicant}:{name}:{of}:{_key(request) or new_id()}",
            by=acting(request).by,
            data=applications.checked_form(service=name, data=given),
        )
    except Conflict as conflict:
        number: str = conflict.extra["number"]
        notices.info(request, _("You have applied for this already: here is how it stands."))
        return number
    applications.drop_draft(party_id=resident(request), service=name, subject_id=of)
    notices.success(request, _("Done. There is nothing else to do now."))
    return case.number
