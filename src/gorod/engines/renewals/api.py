"""The door of renewals."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import LIVE, Decision, Lineage
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.engines.renewals import models
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.errors import Conflict
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing, Reader

READER = Reader(kind="platform", name="renewals")
PLATFORM = "platform"
WARN_DAYS = 30  # before a right or an offer ends
RENEW_DAYS = 14  # before it ends, it is renewed


def run_day() -> int:
    """Everything that today's date brings: warnings, renewals, the month's payments. As often as you like.

    Returns how many rights were renewed.
    """
    today = clock.today()
    _warn_of_offers(today)
    for decision in cases.standing_rights(on=today):
        payments.order_month(service=decision.service, decision=decision)
    renewed = 0
    for decision in cases.rights_ending(before=today + timedelta(days=WARN_DAYS)):
        if decision.valid_to is None or decision.valid_to < today - timedelta(days=RENEW_DAYS):
            continue
        with transaction.atomic():
            renewed += _right(decision, today)
    return renewed


def _warn_of_offers(today: date) -> None:
    for step in journeys.offers_ending(before=today + timedelta(days=WARN_DAYS)):
        if step.applicant_id is not None and step.offer_until is not None:
            messages.tell(
                party_id=step.applicant_id,
                key=f"step:{step.step_id}:ending:{step.offer_until}",
                kind="offer_ends",
                service=step.service,
                about=f"journey:{step.journey_id}",
                values={"until": step.offer_until.isoformat()},
            )


def _right(decision: Decision, today: date) -> bool:
    """One right that ends: warn, or renew without an application when nothing says that it was lost."""
    assert decision.valid_to is not None
    case = cases.case(case_id=decision.case_id)
    known = cases.case_type(service=decision.service)
    if known.renewal == "none":
        _once(decision, case.applicant_id, "warned", "right_ends", {})
        return False
    if not consents.allows(party_id=case.applicant_id, scope=f"renewal:{decision.service}", unless_said=True):
        _once(decision, case.applicant_id, "declined", "right_ends", {})
        return False
    (assessed,) = dues.assess(
        people=[decision.party_id],
        services=[decision.service],
        purpose=f"renewal: {decision.service}",
        reader=READER,
        as_of=decision.valid_to,
    )
    if assessed.verdict is Verdict.NOT_DUE:
        _once(decision, case.applicant_id, "lost", "right_lost", {"conditions": ", ".join(assessed.failing)})
        return False
    if assessed.verdict is not Verdict.DUE:
        asked = _asked(assessed.missing, messages.language_of(party_id=case.applicant_id))
        _once(decision, case.applicant_id, "asks", "renewal_asks", {"facts": asked})
        return False
    if known.renewal == "offered" or decision.valid_to > today + timedelta(days=RENEW_DAYS):
        _once(decision, case.applicant_id, "warned", "right_ends_renews", {})
        return False
    if models.Renewal.objects.filter(
        party_id=decision.party_id, decision_id=decision.decision_id, outcome="renewed"
    ).exists():
        return False
    try:
        fresh = cases.submit(
            service=decision.service,
            subject_id=decision.party_id,
            applicant_id=case.applicant_id,
            key=f"renewal:{decision.decision_id}",
            by=PLATFORM,
            data={**case.data, "renews": case.number},
            amount=assessed.amount,
            lineage=Lineage(
                assessment_id=assessed.assessment_id,
                statement_ids=assessed.statement_ids,
                values=assessed.values,
                rule_version=assessed.rule_version,
            ),
        )
    except Conflict:
        # an application runs already: its decision will say what becomes of the right
        return False
    if known.decides_by == "automatic" and fresh.phase in LIVE:
        cases.decide(
            case_id=fresh.case_id,
            approved=True,
            by=PLATFORM,
            amount=assessed.amount,
            valid_from=decision.valid_to,
            message="renewed",
        )
    models.Renewal.objects.create(party_id=decision.party_id, decision_id=decision.decision_id, outcome="renewed")
    return True


def _asked(missing: tuple[Missing, ...], language: str) -> str:
    names = [item.name for item in missing if item.may_ask]
    words = facts.describe(names=names, language=language)
    return "; ".join(words.get(name, name) for name in names)


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
            values={"until": str(decision.valid_to), **values},
        )
