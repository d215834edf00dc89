"""The door of reexamination."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, PLATFORM, Case, CaseChange, Decision
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys import api as journeys
from gorod.engines.payments import api as payments
from gorod.engines.reexamination import models
from gorod.engines.renewals import api as renewals
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.canonical import digest
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader

READER = Reader(kind="platform", name="reexamination")


def people_changed(*, people: Collection[UUID], cause: str) -> None:
    """Facts of these people are different now: have everything derived from them looked at, after the commit.

    The work is a job in the caller's transaction, so it is done if and only if the change is.
    """
    if people:
        wanted: list[JSONValue] = [*sorted(str(person) for person in set(people))]
        app.configure_task("reexamination.look").defer(people=wanted, cause=cause[:300])


def on_case_change(change: CaseChange) -> None:
    """A case moved: its steps move with it, and a decision is a new fact about its subject. Called by `cases`."""
    people_changed(people=[change.case.subject_id, change.case.applicant_id], cause=f"case {change.case.number}")


def look(*, people: Collection[UUID], cause: str) -> None:
    """Re-examine everything that rests on facts of these people: their life events, then what was applied for and decided."""
    for person in sorted(people):
        payments.release(party_id=person)
    affected = dues.resting_on(people=people) | set(people)
    carried: set[UUID] = set()
    for journey_id in journeys.affected_by(people=people):
        steps = [step for step in journeys.advance(journey_id=journey_id).steps if step.case_id]
        carried |= {step.case_id for step in steps if step.case_id}
        affected |= {step.subject_id for step in steps}
    affected |= {case.subject_id for case in cases.cases_of(applicants=people)}
    known = set(dues.rule_set().services)
    for case in cases.cases_of(subjects=affected):
        # a service that has left the city can be asked nothing any more, and an application of a step was judged with it
        if case.service in known and case.phase in LIVE and case.decision_id is None and case.case_id not in carried:
            reconsider(case=case)
    for party_id in sorted(affected):
        for decision in cases.decisions_of(party_id=party_id):
            if decision.service in known:
                review(decision=decision, cause=cause)


def reconsider(*, case: Case) -> bool:
    """An application that no step carries and nobody has decided: stop it when it can no longer succeed. Returns whether it was."""
    reason = _lost_ground(case)
    failing: tuple[str, ...] = ()
    if not reason and case.lineage.assessment_id is not None:
        now = _ask_again(case, dues.assessment(assessment_id=case.lineage.assessment_id))
        if now.verdict is Verdict.NOT_DUE and now.rule_version == case.lineage.rule_version:
            reason, failing = f"no longer due: {', '.join(now.failing)}", now.failing
    if not reason:
        return False
    alive = not _dead(case, [case.applicant_id], clock.today())
    cases.stop(case_id=case.case_id, reason=reason, failing=failing, told=alive)
    return True


def review(*, decision: Decision, cause: str) -> bool:
    """Ask again what the decision rested on: the same service and date, with what is known now.

    Another answer reopens the case for a person, once per answer; the decision stands until that person decides, and what they
    decide rests on the answer that they were asked about. A death of the applicant or the subject of a right that is paid on
    and on reopens it too, also when it was decided on paper and there is no answer to compare. A refusal is asked again only
    when it came from such a review and the answer is now *due*. When the facts are again as they were, an open review ends. A
    rule that reads otherwise since then is no reason to ask: both answers are taken from today's text. Returns whether the
    answer is another one.
    """
    case = cases.case(case_id=decision.case_id)
    before = now = None
    lost = _gone(decision, case)
    if decision.lineage.assessment_id is not None:
        before = dues.assessment(assessment_id=decision.lineage.assessment_id)
        now = _ask_again(case, before)
        if now.rule_version != before.rule_version:
            before = _ask_again(case, before, known_at=before.known_at)
        lost = lost or _lost_ground(case)
    answer, reviewed = _answer(now, lost), _answer_reviewed(decision)
    with transaction.atomic():
        if answer == (reviewed or _answer(before, "")) or _ended_by_death(decision, case, now, reviewed):
            _close(decision)
            return False
        if not decision.approved and (reviewed is None or lost or (now is not None and now.verdict is not Verdict.DUE)):
            return False
        _, new = models.Review.objects.get_or_create(
            party_id=decision.party_id,
            decision_id=decision.decision_id,
            answer=answer,
            defaults={"case_id": decision.case_id, "cause": cause[:300]},
        )
        if new:
            why = lost or f"{_words(before)} → {_words(now)}"
            if beside := _beside(decision):
                why += f"; granted to another beside it: {beside}"
            cases.reopen(case_id=decision.case_id, by=PLATFORM, reason=f"{cause}: {why}")
    return True


def _gone(decision: Decision, case: Case) -> str:
    """Who of those it is paid to and for was gone while a right that is paid on and on still ran; empty when nobody was."""
    if not payments.goes_on(service=decision.service):
        return ""
    last = min(decision.valid_to - timedelta(days=1), clock.today()) if decision.valid_to else clock.today()
    return _gone_on(case, last)


def _gone_on(case: Case, day: date) -> str:
    """Who of applicant and subject was gone on a day; a subject who was so before it was applied for does not count."""
    people = {"the applicant": case.applicant_id, "the subject": case.subject_id}
    gone = _dead(case, people.values(), day)
    if case.subject_id in gone:
        gone -= _dead(case, [case.subject_id], clock.city_date(case.opened_at) - timedelta(days=1)) - {
            case.applicant_id
        }
    return ", ".join(f"{who}: {facts.stopped_by()}" for who, party_id in people.items() if party_id in gone)


def _dead(case: Case, people: Iterable[UUID], day: date) -> frozenset[UUID]:
    purpose = f"review of case {case.number}"
    return facts.gone(people=list(dict.fromkeys(people)), purpose=purpose, reader=READER, as_of=day)


def _ended_by_death(decision: Decision, case: Case, now: Assessment | None, reviewed: str | None) -> bool:
    """Whether a person, asked about a death, has let the right end with it (`valid_to`): then nothing is left to ask."""
    if reviewed is None or not decision.approved or decision.valid_to is None or _gone(decision, case):
        return False
    return reviewed == _answer(now, _gone_on(case, clock.today()))


def _beside(decision: Decision) -> str:
    """Numbers of other cases with a standing approval of the same service for the same person."""
    others = [
        cases.case(case_id=other.case_id).number
        for other in cases.decisions_of(party_id=decision.party_id)
        if other.service == decision.service and other.approved and other.case_id != decision.case_id
        if other.valid_to is None or other.valid_to > clock.today()
    ]
    return ", ".join(others)


def _ask_again(case: Case, before: Assessment, *, known_at: datetime | None = None) -> Assessment:
    """The answer for the day of the application, from what is known now (or was at `known_at`) but for decisions made since
    then."""
    (now,) = dues.assess(
        people=[case.subject_id],
        services=[case.service],
        purpose=f"review of case {case.number}",
        reader=READER,
        as_of=_day(case, before),
        known_at=known_at,
        decisions_until=before.known_at,
        keep=False,
    )
    return now


def _day(case: Case, before: Assessment) -> date:
    """The day a case is judged by. An answer is kept as long as it stays the same, so it may be older than the application."""
    return max(before.as_of, clock.city_date(case.opened_at))


def _lost_ground(case: Case) -> str:
    """Why the life event behind a case no longer carries it. A renewal stands on what the right it renews stood on."""
    key = cases.submitted_under(case_id=case.case_id)
    while (renewed := renewals.renewed_decision(key=key)) is not None:
        case = cases.case(case_id=cases.decision(decision_id=renewed).case_id)
        key = cases.submitted_under(case_id=case.case_id)
    return journeys.lost_ground(case=case, key=key)


def _answer_reviewed(decision: Decision) -> str | None:
    """The answer that the case was last reopened for before this decision was made; None when it rests on the application."""
    asked = models.Review.objects.filter(
        party_id=decision.party_id, case_id=decision.case_id, at__lte=decision.decided_at
    ).exclude(
        decision_id=decision.decision_id
    )  # a sender's clock may be ahead: what this decision caused is no cause of it
    last = asked.order_by("-at", "-id").first()
    return last.answer if last else None


def _close(decision: Decision) -> None:
    """The facts are again as they were: a review that only the platform asked for and nobody has decided yet is over."""
    case = cases.case(case_id=decision.case_id)
    if case.phase not in LIVE:
        return
    settled_at = decision.decided_at
    asked_by: set[str] = set()
    for entry in cases.history(case_id=case.case_id):
        if entry.what in ("decided", "kept"):
            settled_at, asked_by = entry.at, set()
        elif entry.what in ("reopened", "review"):
            asked_by.add(entry.by)
    if asked_by == {PLATFORM}:
        cases.keep_decision(case_id=case.case_id, by=PLATFORM, reason="the facts are again as they were")
        models.Review.objects.filter(
            party_id=decision.party_id, decision_id=decision.decision_id, at__gte=settled_at
        ).delete()


def _answer(assessed: Assessment | None, lost_ground: str) -> str:
    said = [assessed.verdict, assessed.failing, assessed.amount] if assessed else []
    return digest([*said, lost_ground])


def _words(assessed: Assessment | None) -> str:
    if assessed is None:
        return "decided on paper"
    failing = f" ({', '.join(assessed.failing)})" if assessed.failing else ""
    return f"{assessed.verdict}{failing}" + (f" {assessed.amount}" if assessed.amount is not None else "")
