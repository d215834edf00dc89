"""The door of renewals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import PLATFORM, Case, CaseType, Decision
from gorod.engines.dues import api as dues
from gorod.engines.dues.data import Assessment
from gorod.engines.journeys import api as journeys
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.engines.renewals import models
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, GorodError
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing, Reader

READER = Reader(kind="platform", name="renewals")
WARN_DAYS = 30  # before a right or an offer ends
RENEW_DAYS = 14  # before it ends, it is renewed
LATE_DAYS = 90  # after it ended, it is still looked at: so long may the platform have stood still


def run_day() -> int:
    """Everything that today's date brings: offers that are over, warnings, the month's payments, renewals. As often as you like.

    Returns how many rights were renewed. What cannot be done for one right stops none of the others: all that went wrong
    is raised together at the end (ExceptionGroup).
    """
    today = clock.today()
    failed: list[Exception] = []
    for journey_id in journeys.overdue():
        with one_at_a_time(failed):
            journeys.advance(journey_id=journey_id)
    _warn_of_offers(today)
    for decision in cases.standing_rights(on=today):
        with one_at_a_time(failed):
            payments.order_month(service=decision.service, decision=decision)
    renewed = 0
    ending = cases.rights_ending(since=today - timedelta(days=LATE_DAYS), before=today + timedelta(days=WARN_DAYS))
    for decision in ending:
        with one_at_a_time(failed):
            renewed += _right(decision, today)
    if failed:
        raise ExceptionGroup(f"{len(failed)} things of {today} could not be done", failed)
    return renewed


def run_rights(*, party_id: UUID) -> int:
    """The same for the rights of one person, outside the morning's round: warned of, or renewed, each once. Returns how many were
    renewed. Raises what one of them raises."""
    today = clock.today()
    since, before = today - timedelta(days=LATE_DAYS), today + timedelta(days=WARN_DAYS)
    with transaction.atomic():
        return sum(
            _right(decision, today)
            for decision in cases.decisions_of(party_id=party_id)
            if decision.approved and decision.valid_to is not None and since <= decision.valid_to < before
        )


@contextmanager
def one_at_a_time(failed: list[Exception]) -> Iterator[None]:
    """One thing of many in a transaction of its own. A refusal is kept for the end; a fault of the database is raised."""
    try:
        with transaction.atomic():
            yield
    except GorodError as error:
        failed.append(error)


def _warn_of_offers(today: date) -> None:
    for step in journeys.offers_ending(before=today + timedelta(days=WARN_DAYS)):
        if step.applicant_id is not None and step.offer_until is not None:
            messages.tell(
                party_id=step.applicant_id,
                key=f"step:{step.step_id}:ending:{step.offer_until}",
                kind="offer_ends",
                service=step.service,
                about=f"journey:{step.journey_id}",
                values={"until": step.offer_until},
            )


def renewed_decision(*, key: str) -> UUID | None:
    """The decision whose right a case renews, by the key it was submitted under; None when it renews none."""
    made_by, _, decision_id = key.partition(":")
    return UUID(decision_id) if made_by == "renewal" else None


def _right(decision: Decision, today: date) -> bool:
    """One right that ends: warn, or renew without an application when nothing says that it was lost."""
    assert decision.valid_to is not None
    case = cases.case(case_id=decision.case_id)
    known = cases.case_type(service=decision.service)
    if _goes_on(decision, case, known) or _gone(decision, case):
        return False
    if known.renewal == "none":
        _once(decision, case.applicant_id, "warned", "right_ends", {})
        return False
    if not consents.words(party_id=case.applicant_id).get(f"renewal:{decision.service}", True):
        _once(decision, case.applicant_id, "declined", "right_ends", {})
        return False
    assessed = _assess(decision, keep=False)
    if assessed.verdict is Verdict.NOT_DUE:
        language = messages.language_of(party_id=case.applicant_id)
        words = messages.conditions(service=decision.service, failing=assessed.failing, language=language)
        _once(decision, case.applicant_id, "lost", "right_lost", {"conditions": words})
        return False
    if assessed.verdict is Verdict.UNKNOWN:
        asked = _asked(assessed.missing, messages.language_of(party_id=case.applicant_id))
        _once(decision, case.applicant_id, "asks", "renewal_asks", {"facts": asked})
        return False
    if known.renewal == "offered" or assessed.verdict is Verdict.WAITING:
        _once(decision, case.applicant_id, "warned", "right_ends", {})
        return False
    if decision.valid_to > today + timedelta(days=RENEW_DAYS):
        _once(decision, case.applicant_id, "warned", "right_ends_renews", {})
        return False
    return _renew(decision, case)


def _gone(decision: Decision, case: Case) -> bool:
    """Whether the one whose right it is or who applied for it has died: the platform does nothing in their name."""
    people = list(dict.fromkeys([decision.party_id, case.applicant_id]))
    return bool(facts.gone(people=people, purpose=f"renewal: {decision.service}", reader=READER))


def _goes_on(decision: Decision, case: Case, known: CaseType) -> bool:
    """Whether the right was renewed already, or the person has got it anew: nothing ends then."""
    if models.Renewal.objects.filter(
        party_id=decision.party_id, decision_id=decision.decision_id, outcome="renewed"
    ).exists():
        return True
    names = [name for name in known.one_live_per if name not in ("subject", "applicant")]
    for other in cases.decisions_of(party_id=decision.party_id):
        if other.service != decision.service or not other.approved or other.decision_id == decision.decision_id:
            continue
        later = other.valid_to is None or (decision.valid_to is not None and other.valid_to > decision.valid_to)
        data = cases.case(case_id=other.case_id).data
        if later and all(data.get(name) == case.data.get(name) for name in names):
            return True
    return False


def _assess(decision: Decision, *, keep: bool) -> Assessment:
    """The answer for the day on which the right ends."""
    (assessed,) = dues.assess(
        people=[decision.party_id],
        services=[decision.service],
        purpose=f"renewal: {decision.service}",
        reader=READER,
        as_of=decision.valid_to,
        keep=keep,
    )
    return assessed


def _renew(decision: Decision, case: Case) -> bool:
    assessed = _assess(decision, keep=True)
    try:
        cases.apply(
            assessed=assessed,
            applicant_id=case.applicant_id,
            key=f"renewal:{decision.decision_id}",
            by=PLATFORM,
            data={**case.data, "renews": case.number},
            valid_from=decision.valid_to,
            message="renewed",
        )
    except Conflict:
        # an application runs already: its decision will say what becomes of the right
        return False
    models.Renewal.objects.create(party_id=decision.party_id, decision_id=decision.decision_id, outcome="renewed")
    return True


def _asked(missing: tuple[Missing, ...], language: str) -> str:
    names = [item.name for item in missing if item.may_ask]
    words = facts.describe(names=names, language=language)
    return "; ".join(words[name] for name in names)


def _once(decision: Decision, applicant_id: UUID, outcome: str, kind: str, values: dict[str, str]) -> None:
    _, new = models.Renewal.objects.get_or_create(
        party_id=decision.party_id, decision_id=decision.decision_id, outcome=outcome
    )
    if new:
        messages.tell(
            party_id=applicant_id,
            key=f"right:{decision.decision_id}:{outcome}",
            kind=kind,
            service=decision.service,
            about=f"case:{decision.case_id}",
            values={"until": decision.valid_to, **values},
        )
