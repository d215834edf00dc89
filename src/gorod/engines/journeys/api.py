"""The door of journeys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gorod.engines.cases.data import Case
from gorod.engines.dues import api as dues
from gorod.engines.journeys import models
from gorod.engines.journeys.data import (
    Journey,
    JourneyState,
    LifeEvent,
    Mode,
    Step,
    StepChange,
    StepDefinition,
    StepState,
)
from gorod.engines.journeys.logic.advance import Advance, Answer
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, NotFound, Refused
from gorod.records.facts.data import Missing

_events: Mapping[str, LifeEvent] = {}


def configure(*, life_events: Mapping[str, LifeEvent]) -> None:
    """Set the city's life events in this process."""
    global _events
    _events = life_events


def life_event(*, name: str) -> LifeEvent:
    """One life event. Raises NotFound."""
    try:
        return _events[name]
    except KeyError:
        raise NotFound(f"no life event is called {name!r}", remedy="see life_events/ of the city's content") from None


def steps_of(*, service: str) -> list[StepDefinition]:
    """The steps that a service is, one in each life event that it has joined."""
    return [event.steps[service] for event in events_of(service=service)]


def events_of(*, service: str) -> list[LifeEvent]:
    """The life events that a service has joined."""
    return [event for event in _events.values() if service in event.steps]


def start(*, life_event_name: str, about_id: UUID, event_id: UUID) -> UUID:
    """An event says that this happened to this person. Starts the journey, or supports one that runs. Call `advance` next."""
    life_event(name=life_event_name)
    with transaction.atomic():
        row, _ = models.Journey.objects.get_or_create(party_id=about_id, life_event=life_event_name)
        row = models.Journey.objects.select_for_update().get(id=row.id, party_id=about_id)
        if event_id not in row.events:
            row.events = [*row.events, event_id]
        row.state = JourneyState.OPEN
        row.save()
    return row.id


def retract(*, event_id: UUID) -> list[UUID]:
    """An event was taken back: journeys that nothing else supports are retracted. Returns them; call `advance` next."""
    retracted = []
    with transaction.atomic():
        for row in models.Journey.objects.select_for_update().filter(events__contains=[event_id]):
            row.events = [event for event in row.events if event != event_id]
            if not row.events:
                row.state = JourneyState.RETRACTED
                retracted.append(row.id)
            row.save()
    return retracted


def advance(*, journey_id: UUID) -> Journey:
    """Bring one journey up to date from the facts, the cases and the consents of now. As often as you like."""
    with transaction.atomic():
        row = _locked(journey_id)
        Advance(row, life_event(name=row.life_event)).run()
    return journey(journey_id=journey_id)


def _locked(journey_id: UUID) -> models.Journey:
    party_id = models.Journey.objects.filter(id=journey_id).values_list("party_id", flat=True).first()
    if party_id is None:
        raise NotFound(f"no journey {journey_id}", remedy="check the id")
    return models.Journey.objects.select_for_update().get(id=journey_id, party_id=party_id)


def affected_by(*, people: Collection[UUID]) -> list[UUID]:
    """Journeys that may look different when facts of these people change."""
    wanted = list(people)
    about = list(dues.resting_on(people=wanted))
    rows = models.Journey.objects.filter(Q(people__overlap=wanted) | Q(party_id__in=[*wanted, *about]))
    rows = rows.filter(life_event__in=list(_events))
    return list(rows.order_by("id").values_list("id", flat=True))


def overdue() -> list[UUID]:
    """Journeys that look different only because time has passed: an offer or a question is past its last day, a figure that
    was late is there. Call `advance` next."""
    past = models.Step.objects.filter(
        state__in=[StepState.OFFERED, StepState.ASKS], offer_until__lt=clock.today()
    ).values_list("journey_id", flat=True)
    waiting = models.Step.objects.filter(state=StepState.WAITING)
    return sorted({*past, *(row.journey_id for row in waiting if _figures_are_there(row))})


def _figures_are_there(row: models.Step) -> bool:
    if row.assessment_id is None:
        return False
    figures = dues.rule_set().figures(clock.today())
    return all(figures.get(name) is not None for name in dues.assessment(assessment_id=row.assessment_id).late)


def lost_ground(*, case: Case, key: str) -> str:
    """Why the life event that a case came from no longer carries it: the event was retracted, is about another person, or a
    result that the step needs is gone. Empty while it carries it, and for a case that came from none.

    `key` is the one the case was submitted under.
    """
    about = models.Journey.objects.filter(Q(party_id=case.subject_id) | Q(people__contains=[case.subject_id]))
    mine = Q(case_id=case.case_id, journey_id__in=list(about.values_list("id", flat=True)))
    made_by, _, rest = key.partition(":")
    if made_by == "step":
        mine |= Q(id=UUID(rest.partition(":")[0]))
    reason = ""
    for row in models.Step.objects.filter(mine).order_by("id"):
        reason = _why_not(row, case)
        if not reason:
            return ""
    return reason


def _why_not(row: models.Step, case: Case) -> str:
    journey_row = models.Journey.objects.get(id=row.journey_id, party_id=row.party_id)
    if journey_row.state == JourneyState.RETRACTED:
        return "the event was retracted"
    known = life_event(name=journey_row.life_event).steps.get(row.service)
    if known is not None and _member(journey_row, known.subject) != str(case.subject_id):
        return "the event is about another person"
    if row.case_id == case.case_id and row.failing:
        return f"{', '.join(row.failing)}: no longer there"
    return ""


def _member(journey_row: models.Journey, role: str) -> str | None:
    about = life_event(name=journey_row.life_event).about
    return str(journey_row.party_id) if role == about else journey_row.members.get(role)


def accept(*, step_id: UUID, by: UUID, data: Mapping[str, Any] | None = None, signature: str = "") -> Step:
    """The person says yes to an offer: their application is made. Accepting twice makes one case. `signature`: who did it for
    them, when it was not they.

    Raises Forbidden when the step is not theirs to accept, Refused when it is not on offer.
    """
    with transaction.atomic():
        journey_row, row = _step(step_id, by)
        work = Advance(journey_row, life_event(name=journey_row.life_event))
        work.run()  # what changed a moment ago may not have reached the offer yet
        row.refresh_from_db()
        if row.state in (StepState.UNDER_WAY, StepState.DONE):
            return _data(row)
        if row.state != StepState.OFFERED:
            raise Refused(
                f"{row.service} is not on offer now: it is {row.state}", remedy="see the step for what is missing"
            )
        assert row.assessment_id is not None  # a step on offer has just been assessed, in this transaction
        assessed = dues.assessment(assessment_id=row.assessment_id)
        row.applicant_id = by
        work.become(row, work.apply(row, assessed, by=signature or f"resident {by}", data=data))
        if row.state == StepState.DONE:
            work.run()  # decided at once, which is a fact for the other steps; while it is under way nothing is new to them
    return step(step_id=step_id)


def decline(*, step_id: UUID, by: UUID, reason: str = "") -> Step:
    """The person says no. It stays no until they resume it. Raises Forbidden, Refused."""
    with transaction.atomic():
        journey_row, row = _step(step_id, by)
        if row.state not in (StepState.OFFERED, StepState.ASKS, StepState.LATER, StepState.NOT_DUE, StepState.WAITING):
            raise Refused(f"{row.service} is {row.state}", remedy="withdraw the application instead")
        work = Advance(journey_row, life_event(name=journey_row.life_event))
        work.become(row, Answer(StepState.DECLINED, reason or "declined"))
    return step(step_id=step_id)


def resume(*, step_id: UUID, by: UUID) -> Step:
    """The person thinks again about a step they declined. Raises Forbidden, Refused."""
    with transaction.atomic():
        journey_row, row = _step(step_id, by)
        if row.state != StepState.DECLINED:
            raise Refused(f"{row.service} was not declined: it is {row.state}", remedy="nothing to resume")
        work = Advance(journey_row, life_event(name=journey_row.life_event))
        row.case_id = None
        work.become(row, Answer(StepState.LATER, "resumed"))
        work.run()
    return step(step_id=step_id)


def _step(step_id: UUID, by: UUID) -> tuple[models.Journey, models.Step]:
    row = models.Step.objects.filter(id=step_id).first()
    if row is None:
        raise NotFound(f"no step {step_id}", remedy="check the id")
    journey_row = _locked(row.journey_id)
    row.refresh_from_db()
    known = life_event(name=journey_row.life_event)
    roles = known.steps[row.service].applicants if row.service in known.steps else ()
    if str(by) not in [journey_row.members.get(role) for role in roles]:
        raise Forbidden("this step belongs to another person", remedy="one of the parents answers it")
    return journey_row, row


def step(*, step_id: UUID) -> Step:
    """One step. Raises NotFound."""
    row = models.Step.objects.filter(id=step_id).first()
    if row is None:
        raise NotFound(f"no step {step_id}", remedy="check the id")
    return _data(row)


def journey(*, journey_id: UUID) -> Journey:
    """One journey with its steps in order. Raises NotFound."""
    row = models.Journey.objects.filter(id=journey_id).first()
    if row is None:
        raise NotFound(f"no journey {journey_id}", remedy="check the id")
    order = list(_events[row.life_event].steps) if row.life_event in _events else []
    steps = [_data(s) for s in models.Step.objects.filter(party_id=row.party_id, journey_id=row.id)]
    steps.sort(key=lambda s: order.index(s.service) if s.service in order else len(order))
    return Journey(
        journey_id=row.id,
        life_event=row.life_event,
        about_id=row.party_id,
        state=JourneyState(row.state),
        opened_at=row.opened_at,
        events=tuple(row.events),
        members={role: UUID(party) for role, party in row.members.items()},
        steps=tuple(steps),
    )


def steps_about(*, subject_id: UUID, service: str) -> list[Step]:
    """The steps that a service is in life events that stand, of those whose facts decide about it, oldest first."""
    mine = Q(party_id=subject_id) | Q(people__contains=[subject_id])
    open_ones = models.Journey.objects.filter(mine, state=JourneyState.OPEN, life_event__in=list(_events))
    rows = models.Step.objects.filter(
        journey_id__in=list(open_ones.values_list("id", flat=True)), service=service, subject_id=subject_id
    )
    return [_data(row) for row in rows.order_by("id")]


def journeys_of(*, party_id: UUID) -> list[Journey]:
    """Journeys a person takes part in, oldest first."""
    rows = models.Journey.objects.filter(Q(party_id=party_id) | Q(people__contains=[party_id])).order_by("id")
    return [journey(journey_id=journey_id) for journey_id in rows.values_list("id", flat=True)]


def history(*, journey_id: UUID) -> list[StepChange]:
    """Every change of every step, in order. Raises NotFound."""
    rows = models.Change.objects.filter(party_id=journey(journey_id=journey_id).about_id, journey_id=journey_id)
    return [
        StepChange(at=row.at, service=row.service, before=row.before, after=row.after, reason=row.reason)
        for row in rows.order_by("id")
    ]


def offers_ending(*, before: date) -> list[Step]:
    """Offers and questions whose last day lies before a date and has not passed: so that no deadline passes unnoticed."""
    rows = models.Step.objects.filter(
        state__in=[StepState.OFFERED, StepState.ASKS], offer_until__lt=before, offer_until__gte=clock.today()
    )
    return [_data(row) for row in rows.order_by("offer_until", "id")]


def _data(row: models.Step) -> Step:
    events = [event for event in _events.values() if row.service in event.steps]
    known = events[0].steps[row.service] if events else None
    return Step(
        step_id=row.id,
        journey_id=row.journey_id,
        service=row.service,
        mode=known.mode if known else Mode.INFORMED,
        state=StepState(row.state),
        needs=known.needs if known else (),
        subject_id=row.subject_id,
        applicant_id=row.applicant_id,
        failing=tuple(row.failing),
        missing=tuple(Missing.of(item) for item in row.missing),
        amount=row.amount,
        offer_until=row.offer_until,
        case_id=row.case_id,
        reason=row.reason,
        assessment_id=row.assessment_id,
    )
