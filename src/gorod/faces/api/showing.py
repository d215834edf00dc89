"""Engines' data as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence

from gorod.catalogue import api as catalogue
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, Decision
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys.data import Journey, Step
from gorod.engines.offers.data import Offer
from gorod.faces.api.schemas import (
    CaseOut,
    DecisionOut,
    DueOut,
    HistoryOut,
    JourneyOut,
    MissingOut,
    OfferOut,
    StepOut,
)
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing


def case_out(case: Case, *, whole: bool = False) -> CaseOut:
    """A case; `whole`: with its decision and its history."""
    return CaseOut(
        number=case.number,
        service=case.service,
        owner=case.owner,
        subject=case.subject_id,
        applicant=case.applicant_id,
        status=case.status,
        phase=case.phase.value,
        status_at=case.status_at,
        opened_at=case.opened_at,
        deadline=case.deadline,
        actions=list(case.actions),
        amount=case.amount,
        data=dict(case.data),
        decision=_decision(cases.decision(decision_id=case.decision_id)) if whole and case.decision_id else None,
        history=[
            HistoryOut(at=e.at, what=e.what, by=e.by, status=e.status, detail=dict(e.detail))
            for e in (cases.history(case_id=case.case_id) if whole else ())
        ],
    )


def _decision(decision: Decision) -> DecisionOut:
    return DecisionOut(
        decision_id=decision.decision_id,
        approved=decision.approved,
        reasons=list(decision.reasons),
        law=list(decision.law),
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        amount=decision.amount,
        valid_from=decision.valid_from,
        valid_to=decision.valid_to,
    )


def missing_out(missing: Sequence[Missing], language: str) -> list[MissingOut]:
    """What is missing, with its meaning in words."""
    words = facts.describe(names=[item.name for item in missing], language=language)
    return [
        MissingOut(
            name=item.name,
            of=item.party_id,
            owner=item.owner,
            may_ask=item.may_ask,
            meaning=words[item.name],
        )
        for item in missing
    ]


def failing_out(service: str, failing: Sequence[str], language: str) -> dict[str, str]:
    """Failing conditions with the sentence that the service says for each."""
    words = catalogue.current().texts.conditions.get(language, {}).get(service, {})
    return {name: words.get(name, name) for name in failing}


def name_of(service: str, language: str) -> str:
    """What a service is called."""
    known = catalogue.current().services.get(service)
    return known.texts[language].name if known and language in known.texts else service


def due_out(assessed: Assessment, language: str) -> DueOut:
    """One answer, in words."""
    known = catalogue.current().services[assessed.service]
    return DueOut(
        service=assessed.service,
        name=name_of(assessed.service, language),
        verdict=assessed.verdict.value,
        failing=failing_out(assessed.service, assessed.failing, language),
        missing=missing_out(assessed.missing, language),
        late=list(assessed.late),
        amount=assessed.amount,
        values=list(assessed.values),
        law=[str(law) for law in known.law],
        as_of=assessed.as_of,
        known_at=assessed.known_at,
    )


def journey_out(journey: Journey, language: str) -> JourneyOut:
    """A life event with its steps, in words."""
    names = catalogue.current().life_events[journey.life_event].names
    return JourneyOut(
        journey_id=journey.journey_id,
        life_event=journey.life_event,
        name=names.get(language, journey.life_event),
        state=journey.state.value,
        about=journey.about_id,
        opened_at=journey.opened_at,
        steps=[step_out(step, language) for step in journey.steps],
    )


def offer_out(offer: Offer, language: str) -> OfferOut:
    """One offer, in words."""
    return OfferOut(
        offer_id=offer.offer_id,
        service=offer.service,
        name=name_of(offer.service, language),
        state=offer.state.value,
        subject=offer.subject_id,
        amount=offer.amount,
        until=offer.until,
        found_on=offer.found_on,
        failing=failing_out(offer.service, offer.failing, language),
        case=cases.case(case_id=offer.case_id).number if offer.case_id else None,
    )


def step_out(step: Step, language: str) -> StepOut:
    """One step, in words."""
    return StepOut(
        step_id=step.step_id,
        service=step.service,
        name=name_of(step.service, language),
        mode=step.mode.value,
        state=step.state.value,
        needs=list(step.needs),
        subject=step.subject_id,
        failing=failing_out(step.service, step.failing, language),
        missing=missing_out(step.missing, language),
        amount=step.amount,
        offer_until=step.offer_until,
        case=cases.case(case_id=step.case_id).number if step.case_id else None,
        reason=step.reason,
    )
