"""What a signed-in resident sees first: what is due, what is asked, what is under way, what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Case, Phase
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Journey, JourneyState, Step, StepState
from gorod.engines.mandates import api as mandates
from gorod.engines.mandates.data import Mandate
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Order, OrderState
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import due, wording
from gorod.kernel import clock
from gorod.records.parties import api as parties


def _sum(orders: Iterable[Order], state: OrderState) -> str:
    """What these orders come to together, in words; empty when there is none."""
    found = [order.amount for order in orders if order.state is state]
    return wording.money(sum(found)) if found else ""


def may_answer(journey: Journey, step: Step, me: UUID) -> bool:
    """Whether a step is this resident's to accept or decline: one of the roles that may apply."""
    known = journeys.life_event(name=journey.life_event).steps.get(step.service)
    return known is not None and me in [journey.members.get(role) for role in known.applicants]


def home_values(me: UUID) -> dict[str, Any]:
    """What the home page shows to a resident."""
    mine = [journey for journey in journeys_of(me) if journey.state is JourneyState.OPEN]
    people = applications.people_acted_for(party_id=me)
    running = [c for c in cases.cases_of(subjects=people, applicants=[me]) if c.phase in LIVE]
    waiting = [
        o for o in payments.orders_of(payees=[me]) if o.state in (OrderState.AWAITS_ACCOUNT, OrderState.RETURNED)
    ]
    return {
        "offers": [
            shown(step, journey, me, people)
            for journey in mine
            for step in journey.steps
            if step.state is StepState.OFFERED and may_answer(journey, step, me)
        ]
        + due.lines(me),
        "asked": sorted({wording.meaning(name) for _, name in asked(mine, me)}),
        "running": [case_line(case) for case in running],
        "trusted": [_trusted(one) for one in mandates.held_by(party_id=me)],
        "begun": [_begun(service, subject, mine, me) for service, subject in applications.drafts_of(party_id=me)],
        "account_needed": _sum(waiting, OrderState.AWAITS_ACCOUNT),
        "money_returned": _sum(waiting, OrderState.RETURNED),
        "journeys": [journey_line(journey) for journey in mine],
        "unread": messages.unread_count(party_id=me),
    }


def _trusted(mandate: Mandate) -> dict[str, Any]:
    """With what somebody trusts this resident, and what they have done with it."""
    giver = mandate.giver_id
    running = [case for case in cases.cases_of(subjects=[giver]) if case.service in mandate.services]
    return {
        "name": parties.party(party_id=giver).names.full(),
        "until": wording.day(mandate.last_day),
        "services": [
            {"name": wording.service(name), "address": f"{reverse('portal:apply', args=[name])}?of={giver}"}
            for name in mandate.services
            if name in catalogue.current().services
        ],
        "cases": [case_line(case) for case in running],
    }


def _begun(service: str, subject: UUID, mine: Iterable[Journey], me: UUID) -> dict[str, str]:
    """A form that was begun: where it goes on, which is the offer when there is one."""
    steps = (
        step
        for journey in mine
        for step in journey.steps
        if (step.service, step.subject_id, step.state) == (service, subject, StepState.OFFERED)
        and may_answer(journey, step, me)
    )
    offered = next(steps, None)
    address = (
        reverse("portal:step", args=[offered.step_id])
        if offered
        else reverse("portal:apply", args=[service]) + ("" if subject == me else f"?of={subject}")
    )
    return {"name": wording.service(service), "address": address}


def asked(mine: Iterable[Journey], me: UUID) -> set[tuple[UUID, str]]:
    """What only this resident can say: (of whom, fact)."""
    return {pair for journey in mine for step in journey.steps for pair in _asked_by(step, journey, me)}


def _asked_by(step: Step, journey: Journey, me: UUID) -> set[tuple[UUID, str]]:
    """What one step asks of this resident. A child's facts are asked of those who may apply for it."""
    if step.state is not StepState.ASKS:
        return set()
    mine = {me, step.subject_id} if may_answer(journey, step, me) else {me}
    return {(m.party_id, m.name) for m in step.missing if m.may_ask and not m.relation and m.party_id in mine}


def case_line(case: Case, *, ended: bool = False) -> dict[str, Any]:
    """A case in one line. `ended`: the right it gave has."""
    return {
        "name": wording.service(case.service),
        "address": reverse("portal:case", args=[case.number]),
        "status": wording.status(case, ended=ended),
        "deadline": wording.day(case.deadline) if case.phase in LIVE else "",
        "number": case.number,
    }


def journey_line(journey: Journey) -> dict[str, Any]:
    """A life event in one line: when it began and how much of it is done."""
    names = catalogue.current().life_events[journey.life_event].names
    done = sum(1 for step in journey.steps if step.state is StepState.DONE)
    return {
        "name": names[catalogue.language()],
        "address": reverse("portal:journey", args=[journey.journey_id]),
        "picture": catalogue.current().pictures.get(journey.life_event, ""),
        "day": wording.day(clock.city_date(journey.opened_at)),
        "done": done,
        "all": len(journey.steps),
    }


def shown(step: Step, journey: Journey, me: UUID, people: Collection[UUID]) -> dict[str, Any]:
    """A step in words: what it is, how it stands and why, what the resident can do about it.

    `people`: the resident and those they act for. Of a step about another adult only its state is said.
    """
    texts = catalogue.current().services.get(step.service)
    case = _renewed(cases.case(case_id=step.case_id)) if step.case_id else None
    amount = case.amount if case else step.amount
    mine = may_answer(journey, step, me)
    return {
        "id": step.step_id,
        "name": wording.service(step.service),
        "gives": texts.texts[catalogue.language()].summary if texts else "",
        "service": reverse("portal:service", args=[step.service]) if texts else "",
        "state": step.state.value,
        "amount": wording.money(amount) if amount and step.subject_id in people else "",
        "until": wording.day(step.offer_until) if step.offer_until else "",
        "why": why(step, people),
        "answerable": bool(_asked_by(step, journey, me)),
        "after": [wording.service(need) for need in step.needs] if step.state is StepState.LATER else [],
        "case": case_line(case, ended=bool(cases.ended(cases=[case])))
        if case and _tells(case, step, me, people)
        else None,
        "mine": mine,
        "asks": bool(cases.case_type(service=step.service).asks) if texts else False,
        "address": reverse("portal:step", args=[step.step_id]),
        "decline": reverse("portal:decline", args=[step.step_id]),
    }


def _tells(case: Case, step: Step, me: UUID, people: Collection[UUID]) -> bool:
    """Whether a step's case says something to the resident: a refusal does not where the result came in another way."""
    overtaken = step.state is StepState.DONE and case.phase is Phase.REFUSED
    return (case.applicant_id == me or case.subject_id in people) and not overtaken


def _renewed(case: Case) -> Case:
    """The case that renews this one, and the one that renews that: whose amount it is now. A right is renewed by another case."""
    if case.service not in catalogue.current().services or not cases.case_type(service=case.service).right_months:
        return case
    others = [other for other in cases.cases_of(subjects=[case.subject_id]) if other.service == case.service]
    by_number = {other.data.get("renews"): other for other in others}
    while (later := by_number.pop(case.number, None)) is not None:
        case = later
    return case


def why(step: Step, people: Collection[UUID]) -> list[str]:
    """Why a step stands as it does. Another adult's facts are theirs: only that something is asked of them is said."""
    if step.state is StepState.NOT_DUE and step.subject_id in people:
        return wording.failing(step.service, step.failing)
    if step.state is StepState.ASKS:
        return wording.missing(step.missing, people)
    return []


def journeys_of(me: UUID) -> list[Journey]:
    """The life events that a resident takes part in; not those that have left the city's content."""
    return [j for j in journeys.journeys_of(party_id=me) if j.life_event in catalogue.current().life_events]


def journey_of(journey_id: UUID, me: UUID) -> Journey:
    """A life event that the resident takes part in. Raises Http404: whose it is stays unsaid."""
    found = next((j for j in journeys_of(me) if j.journey_id == journey_id), None)
    if found is None:
        raise Http404("no such life event")
    return found


@page(open_to="residents")
def journey_page(request: HttpRequest, journey: UUID) -> HttpResponse:
    """One life event as a graph of steps."""
    me = resident(request)
    found = journey_of(journey, me)
    people = applications.people_acted_for(party_id=me)
    return render(
        request,
        "portal/journey.html",
        {
            "name": catalogue.current().life_events[found.life_event].names[catalogue.language()],
            "steps": [shown(step, found, me, people) for step in found.steps],
        },
    )
