"""What the city knows about a person, who looked at it, and all of it as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.counter import api as counter
from gorod.engines.dues import api as dues
from gorod.engines.emergency import api as emergency
from gorod.engines.intake import api as intake
from gorod.engines.journeys import api as journeys
from gorod.engines.mandates import api as mandates
from gorod.engines.messages import api as messages
from gorod.engines.offers import api as offers
from gorod.engines.payments import api as payments
from gorod.engines.proposals import api as proposals
from gorod.faces.accounts.access import Acting, acting, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.forms import ReasonForm
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import Conflict, Forbidden
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Fact
from gorod.records.parties import api as parties
from gorod.records.registers.data import Dispute

READINGS = 50  # shown on one page


def about(request: HttpRequest, me: UUID) -> UUID:
    """Of whom the page speaks: the resident, or somebody they act for (`?of=`). Raises Http404 for anybody else."""
    try:
        wanted = UUID(request.GET.get("of", str(me)))
        if wanted != me:
            applications.must_act_for(party_id=me, about_id=wanted)
    except (ValueError, Forbidden) as error:
        raise Http404("nobody you act for") from error
    return wanted


def of_query(of: UUID, me: UUID) -> str:
    """What an address carries to be about somebody one acts for; nothing for oneself."""
    return "" if of == me else f"?of={of}"


def _people(me: UUID, chosen: UUID, name: str) -> list[dict[str, Any]]:
    """Links to the same page for everybody the resident acts for."""
    people = applications.people_acted_for(party_id=me)
    known = parties.parties(party_ids=people)
    return [
        {
            "name": _("You") if person == me else known[person].names.full() or _("your child"),
            "address": reverse(name) + of_query(person, me),
            "current": person == chosen,
        }
        for person in people
    ]


def known_facts(me: UUID, of: UUID, who: Acting, names: Sequence[str] = ()) -> list[Fact]:
    """The stated facts of a person, all or these, that this resident may be shown; the reading is logged as theirs, or as the
    clerk's."""
    found = facts.read(people=[of], names=names or facts.stated_names(), purpose=who.purpose, reader=who.reader)
    hidden = frozenset() if of == me else facts.hidden_names(known=found)
    return [fact for fact in found if fact.name not in hidden and (fact.provenance or fact.disputed)]


@page(open_to="residents")
def facts_page(request: HttpRequest) -> HttpResponse:
    """Every fact with its source, owner and verification date, the way to dispute it, and what became of disputes."""
    me = resident(request)
    of = about(request, me)
    found = known_facts(me, of, acting(request))
    rows = [_row(fact, me, of) for fact in found]
    shown = {fact.name for fact in found}
    values = {
        "rows": rows,
        "disputes": [
            _dispute(one) for one in reversed(facts.disputes_of(party_id=of)) if of == me or one.fact in shown
        ],
        "people": _people(me, of, "portal:facts"),
        "name": "" if of == me else wording.person(of, me),
        "of_query": of_query(of, me),
    }
    return render(request, "portal/facts.html", values)


def known_for(service: str, *, me: UUID, of: UUID, who: Acting) -> list[dict[str, Any]]:
    """What is known of the person that an application for a service rests on: shown for them to see, not asked again."""
    rules = dues.rule_set()
    names = facts.own_basis(names=rules.facts_of(service) if service in rules.services else ())
    return [_row(fact, me, of) for fact in known_facts(me, of, who, names)] if names else []


def _row(fact: Fact, me: UUID, of: UUID) -> dict[str, Any]:
    origin = fact.provenance
    return {
        "meaning": wording.meaning(fact.name),
        "value": _("disputed: nobody relies on it now") if fact.disputed else wording.value(fact.name, fact.value),
        "disputed": fact.disputed,
        "owner": wording.owner(origin.owner) if origin else "",
        "recorded": wording.day(clock.city_date(origin.recorded_at)) if origin else "",
        "verified": wording.day(origin.verified_on) if origin and origin.verified_on else "",
        "dispute": reverse("portal:dispute", args=[fact.name]) + of_query(of, me),
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    """A dispute in words: what was said, and what its owner answered."""
    outcomes = {"upheld": _("You were right: the register has been corrected"), "rejected": _("The register is right")}
    known = facts.stated_names()
    return {
        "meaning": wording.meaning(one.fact),
        "opened": wording.day(clock.city_date(one.opened_at)),
        "reason": one.reason,
        "owner": wording.owner(facts.definition(name=one.fact).owner) if one.fact in known else "",
        "answered": wording.day(clock.city_date(one.closed_at)) if one.closed_at else "",
        "outcome": outcomes.get(one.outcome, ""),
        "answer": one.answer,
    }


@page(open_to="residents")
def dispute(request: HttpRequest, name: str) -> HttpResponse:
    """Say that a fact is wrong: until its owner answers, nobody relies on it."""
    me = resident(request)
    of = about(request, me)
    fact = next((fact for fact in known_facts(me, of, acting(request)) if fact.name == name), None)
    if fact is None:
        raise Http404("nothing is known under this name")
    back = reverse("portal:facts") + of_query(of, me)
    if fact.disputed:
        notices.info(request, _("This is disputed already; your words are with its owner."))
        return redirect(back)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with suppress(Conflict):  # sent twice: the dispute is open
            intake.dispute(party_id=of, name=name, reason=form.cleaned_data["reason"], by=acting(request).by)
        notices.success(request, _("Nobody relies on it any more until its owner has answered you."))
        return redirect(back)
    values = {"meaning": wording.meaning(name), "value": wording.value(name, fact.value), "form": form}
    return render(request, "portal/dispute.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
def readings(request: HttpRequest) -> HttpResponse:
    """Who looked at which facts, why and when, newest first. What the platform computed without a person is shown when asked."""
    me = resident(request)
    of = about(request, me)
    whole = "all" in request.GET
    found = facts.access_log(party_id=of, limit=READINGS + 1, by_people=not whole, before=before(request))
    rows = [
        {
            "at": wording.moment(row.at),
            "reader": wording.reader(row.reader, str(me)),
            "purpose": wording.purpose(row.purpose),
            "facts": [wording.meaning(name) for name in row.names],
            "proof": reverse("portal:reading_receipt", args=[row.reading_id]) if row.proved and of == me else "",
        }
        for row in found[:READINGS]
    ]
    others = f"?of={of}&" if of != me else "?"
    values: dict[str, Any] = {"rows": rows, "people": _people(me, of, "portal:readings")}
    values["name"] = "" if of == me else wording.person(of, me)
    values["other_view"] = "" if whole else f"{others}all"
    if len(found) > READINGS:
        values["earlier"] = f"{others}{'all&' if whole else ''}before={found[READINGS - 1].reading_id}"
    return render(request, "portal/readings.html", values)


def before(request: HttpRequest) -> UUID | None:
    """What a page of a long list begins after (`?before=`). Raises Http404 for what is no id."""
    asked = request.GET.get("before")
    try:
        return UUID(asked) if asked else None
    except ValueError as error:
        raise Http404("there is no such page") from error


@page(open_to="residents", at_counter=False)
def download(request: HttpRequest) -> HttpResponse:
    """What registers, life events, offers, cases, payments, messages, devices, consents, mandates, counters and proposals hold
    about the resident, and every reading of it, as JSON (GDPR, article 20; 152-ФЗ, article 14)."""
    me = resident(request)
    words = {
        "party": parties.party(party_id=me),
        "identifiers": parties.identifiers(party_id=me),
        "facts": known_facts(me, me, acting(request)),
        "disputes": facts.disputes_of(party_id=me),
        "life_events": _life_events(me),
        "cases": [
            {"case": case, "history": cases.history(case_id=case.case_id)}
            for case in cases.cases_of(subjects=[me], applicants=[me])
        ],
        "decisions": cases.decisions_of(party_id=me, standing=False),
        "payments": payments.orders_of(payees=[me]),
        "account": payments.account_of(party_id=me),
        "email": messages.email_of(party_id=me),
        "messages": messages.inbox(party_id=me),
        "devices": messages.devices_of(party_id=me),
        "consents": consents.history(party_id=me),
        "mandates": [*mandates.given_by(party_id=me), *mandates.held_by(party_id=me)],
        "drafts": [
            {"service": one, "about": of, "typed": applications.draft(party_id=me, service=one, subject_id=of)}
            for one, of in applications.drafts_of(party_id=me)
        ],
        "offers": [{"offer": offer, "history": offers.history(offer=offer)} for offer in offers.offers_of(party_id=me)],
        "proposals": [
            {"proposal": one, "history": proposals.history(about_id=one.proposal_id, viewer=me)}
            for one in proposals.own_proposals(party_id=me)
        ],
        "comments": [
            {"comment": one, "history": proposals.history(about_id=one.comment_id, viewer=me)}
            for one in proposals.own_comments(party_id=me)
        ],
        "assessments": proposals.own_assessments(party_id=me),
        "visits": counter.visits_of(party_id=me),
        "emergencies": emergency.openings_of(party_id=me),
        "readings": facts.access_log(party_id=me, limit=None),
    }
    text = json.dumps(plain(words), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _life_events(me: UUID) -> list[dict[str, Any]]:
    """The life events of a resident: their part in each, and its steps about themselves and those they act for. The rest is
    another adult's."""
    people = applications.people_acted_for(party_id=me)
    return [
        {
            "life_event": one.life_event,
            "state": one.state,
            "opened_at": one.opened_at,
            "roles": [role for role, party_id in one.members.items() if party_id == me],
            "steps": [
                replace(step, missing=tuple(missing for missing in step.missing if missing.party_id in people))
                for step in one.steps
                if step.subject_id in people
            ],
        }
        for one in journeys.journeys_of(party_id=me)
    ]
