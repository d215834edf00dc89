"""The door of applications."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction

from gorod.engines.applications import models
from gorod.engines.applications.data import ActsFor
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Case, Phase, Result
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import LifeEvent, StepDefinition
from gorod.engines.mandates import api as mandates
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from gorod.kernel.expressions import api as expressions
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader

READER = Reader(kind="platform", name="applications")
DRAFT_DAYS = 90
LONGEST_TYPED = 500  # letters of one answer
AGAIN_DAYS = 30  # before a right ends one may apply again, as the warning of its end says

_acts_for = ActsFor()


def configure(*, acts_for: ActsFor) -> None:
    """Set for whom residents of the city may act."""
    global _acts_for
    _acts_for = acts_for


def people_acted_for(*, party_id: UUID) -> tuple[UUID, ...]:
    """The resident, and everybody they may act for now: children under age, wards, as the city's content says."""
    if not _acts_for.relations:
        return (party_id,)
    purpose = "for whom a resident may act"
    found = facts.related(party_id=party_id, relations=list(_acts_for.relations), purpose=purpose, reader=READER)
    people = [party_id]
    for relation, others in found.items():
        condition = _acts_for.relations[relation]
        if condition is None:
            people += others
            continue
        known = facts.values(people=others, names=condition.names, purpose=purpose, reader=READER)
        people += [other for other in others if expressions.evaluate(condition, known[other]) is True]
    return tuple(dict.fromkeys(people))


def people_acting_for(*, party_id: UUID) -> dict[UUID, str]:
    """Who may act for a resident now → the relation they stand in (`mother`): parents of a child under age, guardians, as the
    city's content says. Empty for somebody for whom nobody acts."""
    if not _acts_for.seen_from:
        return {}
    purpose = "who may act for a resident"
    conditions = {relation: _acts_for.relations[relation] for relation in _acts_for.seen_from}
    names = {name for condition in conditions.values() if condition is not None for name in condition.names}
    known = facts.values(people=[party_id], names=names, purpose=purpose, reader=READER)[party_id] if names else {}
    kinds = [
        kind
        for relation, condition in conditions.items()
        if condition is None or expressions.evaluate(condition, known) is True
        for kind in _acts_for.seen_from[relation]
    ]
    if not kinds:
        return {}
    found = facts.related(party_id=party_id, relations=kinds, purpose=purpose, reader=READER)
    acting: dict[UUID, str] = {}
    for kind in kinds:
        for other in found.get(kind, ()):
            acting.setdefault(other, kind)
    return acting


def may_concern(*, service: str, party_id: UUID, people: Sequence[UUID]) -> list[UUID]:
    """Whom a resident's application for a service can be about, of themselves and those they act for (`people`): one about a
    child is not about an adult."""
    events = journeys.events_of(service=service)
    if _is_about_another(service, events):
        return [person for person in people if person != party_id]
    return [party_id] if events else list(people)


def who_may_apply(*, service: str, subject_id: UUID) -> list[UUID]:
    """Who may apply for a service about somebody, first whom the service's life events name first; empty when nobody can."""
    events = journeys.events_of(service=service)
    another = _is_about_another(service, events)
    acting = people_acting_for(party_id=subject_id) if another or not events else {}
    if not another and not acting:
        return [subject_id]
    named = [event.roles.get(role) for event in events for role in event.steps[service].applicants]
    places = {relation: place for place, relation in reversed(list(enumerate(named)))}
    return sorted(acting, key=lambda person: places.get(acting[person], len(named)))


def _is_about_another(service: str, events: Sequence[LifeEvent]) -> bool:
    """Whether a service is about the one its life events are about, who does not apply themselves (a newborn)."""
    return bool(events) and all(event.steps[service].subject == event.about for event in events)


def must_act_for(*, party_id: UUID, about_id: UUID) -> None:
    """Raise Forbidden when the resident may not act for the other."""
    if about_id not in people_acted_for(party_id=party_id):
        raise Forbidden(
            "a resident acts for themselves, for their children under age and for their wards",
            remedy="the person concerned acts themselves",
        )


def own_case(*, party_id: UUID, number: str) -> Case:
    """A case that a resident may see: one they applied for, one about somebody they may act for, or one of a service with which
    the person it is about has trusted them.

    Raises NotFound for every other one: that it exists stays unsaid.
    """
    case = cases.by_number(number=number)
    if (
        case.applicant_id != party_id
        and case.subject_id not in people_acted_for(party_id=party_id)
        and case.subject_id not in mandates.givers(holder_id=party_id, service=case.service)
    ):
        raise NotFound(f"no case {number}", remedy="check the number")
    return case


def standing_cases(*, services: Collection[str], subjects: Collection[UUID]) -> dict[tuple[UUID, str], Case]:
    """(person, service) → the case of an application that runs, or of a right that lasts: there is nothing to apply for.

    A right in its last `AGAIN_DAYS` may be applied for again, and so may one of which a person can have several (its cases
    are told apart by more than person and applicant).
    """
    single = {
        service
        for service in services
        if not set(cases.case_type(service=service).one_live_per) - {"subject", "applicant"}
    }
    return {
        (case.subject_id, case.service): case
        for case in cases.cases_of(subjects=subjects)
        if case.service in single and (case.phase in LIVE or _lasts(case))
    }


def closed(
    *, services: Collection[str], subjects: Collection[UUID], purpose: str
) -> dict[tuple[UUID, str], Literal["done", "too_late"]]:
    """(person, service) → why nothing can be applied for whatever the rule says: `done` when its result exists already,
    `too_late` when its time is over; those for which something can are left out.

    `purpose`: why one looks, for the log of readings; all are read at once.
    """
    terms = {name: [step for step in journeys.steps_of(service=name) if step.expires_after] for name in services}
    results = {name: cases.case_type(service=name).results for name in services}
    names = {step.expires_after for steps in terms.values() for step in steps}
    names |= {result.fact for several in results.values() for result in several}
    if not names or not subjects:
        return {}
    known = facts.values(people=subjects, names=names, purpose=purpose, reader=READER)
    found: dict[tuple[UUID, str], Literal["done", "too_late"]] = {}
    for person, values in known.items():
        for name in services:
            if _done(name, results[name], values):
                found[(person, name)] = "done"
            elif _over(terms[name], values):
                found[(person, name)] = "too_late"
    return found


def _done(service: str, results: Sequence[Result], known: Mapping[str, Any]) -> bool:
    """A right that can be applied for again states its result anew: only what has no end is done for ever."""
    return (
        cases.case_type(service=service).right_months is None
        and bool(results)
        and all(
            result.exists(known[result.fact], absent=facts.definition(name=result.fact).absent) for result in results
        )
    )


def _over(terms: Sequence[StepDefinition], known: Mapping[str, Any]) -> bool:
    ends = [end for step in terms if (end := step.last_day(known[step.expires_after])) is not None]
    return bool(ends) and max(ends) < clock.today()


def _lasts(case: Case) -> bool:
    if case.phase is not Phase.APPROVED or case.decision_id is None:
        return False
    end = cases.decision(decision_id=case.decision_id).valid_to
    return end is None or end > clock.today() + timedelta(days=AGAIN_DAYS)


def withdraw(*, case: Case, by_party: UUID, by: str, reason: str = "") -> Case:
    """The applicant takes an application back. Raises Refused for anybody else, and when the status does not allow it."""
    if case.applicant_id != by_party:
        raise Refused("another person made this application", remedy="its applicant withdraws it")
    return cases.withdraw(case_id=case.case_id, by=by, reason=reason)


def save_draft(*, party_id: UUID, service: str, subject_id: UUID, typed: Mapping[str, str]) -> None:
    """Keep what an applicant typed for a service, right or wrong, until they apply or DRAFT_DAYS later: what its form asks, and
    what its rule asks of a resident first.

    Raises BadInput for what neither asks, or what is too long for any answer.
    """
    asked = set(cases.case_type(service=service).asks)
    strange = [name for name in typed if name not in asked and facts.definition(name=name).ask is None]
    if strange or any(len(words) > LONGEST_TYPED for words in typed.values()):
        raise BadInput("this is no draft of the form", remedy=f"at most {LONGEST_TYPED} letters for what it asks")
    models.Draft.objects.update_or_create(
        party_id=party_id,
        service=service,
        subject_id=subject_id,
        defaults={"typed": dict(typed), "saved_at": clock.now()},
    )


def draft(*, party_id: UUID, service: str, subject_id: UUID) -> dict[str, str]:
    """What they typed last time; empty when nothing is kept."""
    row = models.Draft.objects.filter(party_id=party_id, service=service, subject_id=subject_id).first()
    return dict(row.typed) if row else {}


def drafts_of(*, party_id: UUID) -> list[tuple[str, UUID]]:
    """The forms that somebody has begun: (service, about whom), the latest first."""
    rows = models.Draft.objects.filter(party_id=party_id).order_by("-saved_at", "id")
    return list(rows.values_list("service", "subject_id"))


def drop_draft(*, party_id: UUID, service: str, subject_id: UUID) -> None:
    """Forget a draft: they have applied."""
    models.Draft.objects.filter(party_id=party_id, service=service, subject_id=subject_id).delete()


def drop_old_drafts() -> int:
    """Forget drafts that nobody touched for DRAFT_DAYS. Returns how many."""
    old = models.Draft.objects.filter(saved_at__lt=clock.now() - timedelta(days=DRAFT_DAYS))
    return old.delete()[0]


def checked_form(*, service: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What an applicant filled in: every fact that the service's form asks, of its type; nothing that it does not ask.

    Raises BadInput, which names all that is missing or too much.
    """
    asks = cases.case_type(service=service).asks
    missing, strange = sorted(set(asks) - set(data)), sorted(set(data) - set(asks))
    if missing or strange:
        words = [*(f"{name} is missing" for name in missing), *(f"{name} is not asked" for name in strange)]
        raise BadInput(
            f"{service}: {', '.join(words)}",
            remedy=f"the form asks {', '.join(asks) or 'nothing'}",
            missing=missing,
            strange=strange,
        )
    return {name: plain(facts.checked_value(name=name, value=data[name])) for name in asks}


def apply(
    *,
    service: str,
    subject_id: UUID,
    applicant_id: UUID,
    key: str,
    by: str,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Apply for a service; the same `key` gives the same case for ever.

    Decided at once where the law lets the platform do so. Raises Forbidden when the applicant may not act for the subject,
    NotFound on an unknown service, Conflict when a case is live or a right stands already, Refused when it is not due (`failing`
    in `extra`: also `done` and `too_late`), a fact is missing (`missing`) or a dated figure is late (`late`): then a person
    looks at it.
    """
    must_act_for(party_id=applicant_id, about_id=subject_id)
    with transaction.atomic():
        _take_turns(service, subject_id)
        standing = standing_cases(services=[service], subjects=[subject_id]).get((subject_id, service))
        if standing is not None and cases.submitted_under(case_id=standing.case_id) == key:
            return standing
        if standing is not None and standing.phase is Phase.APPROVED:
            raise Conflict(
                f"{service} is granted already: {standing.number}",
                remedy=f"apply again in the last {AGAIN_DAYS} days of it",
                number=standing.number,
            )
        why = _closed_now(service, subject_id) if standing is None else ""
        if why:
            raise Refused(
                f"{service} is done already" if why == "done" else f"the time to apply for {service} is over",
                remedy="dispute the fact behind it if it is wrong",
                failing=[why],
            )
        return _apply(service, subject_id, applicant_id, key, by, data)


def _closed_now(service: str, subject_id: UUID) -> str:
    known = closed(services=[service], subjects=[subject_id], purpose=f"application: {service}")
    return known.get((subject_id, service), "")


def _take_turns(service: str, subject_id: UUID) -> None:
    """Two applications for the same right are judged one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"application:{service}:{subject_id}"])


def _apply(
    service: str, subject_id: UUID, applicant_id: UUID, key: str, by: str, data: Mapping[str, Any] | None
) -> Case:
    (assessed,) = dues.assess(people=[subject_id], services=[service], purpose=f"application: {service}", reader=READER)
    match assessed.verdict:
        case Verdict.NOT_DUE:
            raise Refused(
                f"{service} is not due: {', '.join(assessed.failing)}",
                remedy="dispute the fact behind it if it is wrong",
                failing=list(assessed.failing),
            )
        case Verdict.UNKNOWN:
            asked = [{"name": m.name, "of": str(m.party_id), "may_ask": m.may_ask} for m in assessed.missing]
            names = ", ".join(m.name for m in assessed.missing)
            raise Refused(f"to know whether {service} is due one needs {names}", remedy="supply it", missing=asked)
        case Verdict.WAITING:
            raise Refused(
                f"{service} waits for the figure of {', '.join(assessed.late)}",
                remedy="the agency decides on paper until it is published",
                late=list(assessed.late),
            )
        case Verdict.DUE:
            pass
    return cases.apply(assessed=assessed, applicant_id=applicant_id, key=key, by=by, data=data)
