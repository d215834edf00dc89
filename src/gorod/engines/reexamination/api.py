"""The door of reexamination."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, CaseChange, Decision
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys import api as journeys
from gorod.engines.reexamination import models
from gorod.kernel.canonical import digest
from gorod.records.facts.data import Reader

READER = Reader(kind="platform", name="reexamination")
PLATFORM = "platform"


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
    """Re-examine everything that rests on facts of these people: standing decisions first, then their journeys."""
    affected = dues.resting_on(people=people) | set(people)
    for party_id in sorted(affected):
        for decision in cases.decisions_of(party_id=party_id):
            review(decision=decision, cause=cause)
    for journey_id in journeys.affected_by(people=people):
        journeys.advance(journey_id=journey_id)


def review(*, decision: Decision, cause: str) -> bool:
    """Ask again what the decision rested on: the same service and date, with what is known now.

    Another answer reopens the case for a person, once per answer; the decision stands until that person decides. When the facts
    are again as they were, an open review ends. Returns whether the answer is another one.
    """
    if decision.lineage.assessment_id is None:
        return False
    before = dues.assessment(assessment_id=decision.lineage.assessment_id)
    (now,) = dues.assess(
        people=[decision.party_id],
        services=[decision.service],
        purpose=f"review of decision {decision.decision_id}",
        reader=READER,
        as_of=before.as_of,
        decisions_until=before.known_at,
        keep=False,
    )
    with transaction.atomic():
        if _answer(now) == _answer(before):
            _close(decision)
            return False
        _, new = models.Review.objects.get_or_create(
            party_id=decision.party_id,
            decision_id=decision.decision_id,
            answer=_answer(now),
            defaults={"case_id": decision.case_id, "cause": cause[:300]},
        )
        if new:
            cases.reopen(case_id=decision.case_id, by=PLATFORM, reason=f"{cause}: {_words(before)} → {_words(now)}")
    return True


def _close(decision: Decision) -> None:
    """The facts are again as they were: a review that nobody has decided yet is over."""
    open_reviews = models.Review.objects.filter(party_id=decision.party_id, decision_id=decision.decision_id)
    if open_reviews.exists() and cases.case(case_id=decision.case_id).phase in LIVE:
        cases.keep_decision(case_id=decision.case_id, by=PLATFORM, reason="the facts are again as they were")
        open_reviews.delete()


def _answer(assessed: Assessment) -> str:
    return digest([assessed.verdict, assessed.failing, assessed.amount])


def _words(assessed: Assessment) -> str:
    failing = f" ({', '.join(assessed.failing)})" if assessed.failing else ""
    return f"{assessed.verdict}{failing}" + (f" {assessed.amount}" if assessed.amount is not None else "")
