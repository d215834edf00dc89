"""Who may book: the service's rule, the location one belongs to, a referral, and whoever came when they had booked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gorod.engines.booking import models
from gorod.engines.booking.data import Answer, Bookable, Standing, Status
from gorod.engines.booking.logic import known
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, Forbidden, Refused
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader

PLATFORM = Reader(kind="platform", name="booking")


def answer(
    bookable: Bookable,
    party_id: UUID,
    *,
    reader: Reader = PLATFORM,
    standing_counts: bool = True,
) -> Answer:
    """Whether somebody may book, and all that speaks against it. Reads the facts that the rule and `at` name, nothing else."""
    rule_set = known.rule_set()
    ruled = bookable.service in rule_set.services
    names = {
        *(rule_set.facts_of(bookable.service) if ruled else ()),
        *([bookable.at] if bookable.at else []),
    }
    verdict, only_at = Verdict.DUE, ""
    failing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if names:
        found = facts.frame(
            people=[party_id], names=sorted(names), purpose=f"booking: {bookable.service}", reader=reader
        )
        if ruled:
            (outcome,) = rules.outcomes(
                rules=rule_set, frame=found.frame, as_of=found.as_of, services=[bookable.service]
            )
            verdict, failing, missing = outcome.verdict, tuple(outcome.failing), tuple(outcome.missing)
        if bookable.at:
            only_at = str(found.frame.get_column(bookable.at)[0] or "")
    referred = referral(bookable.service, party_id)
    return Answer(
        verdict=verdict,
        failing=failing,
        missing=missing,
        only_at=only_at,
        needs_referral=bookable.referral and referred is None,
        referral_id=referred,
        standing=standing(bookable, party_id) if standing_counts else None,
    )


def must(found: Answer, *, service: str, location_code: str) -> None:
    """Raises Refused, Forbidden or Conflict with what speaks against a booking."""
    if found.verdict is not Verdict.DUE:
        raise Refused(
            f"{service} is not for them"
            if found.verdict is Verdict.NOT_DUE
            else f"it is not known whether {service} is for them",
            remedy="see who may book it",
            failing=list(found.failing),
            missing=list(found.missing),
        )
    if found.only_at and found.only_at != location_code:
        raise Forbidden(f"they belong to {found.only_at}", remedy="choose a time there", only_at=found.only_at)
    if found.needs_referral:
        raise Forbidden(f"{service} needs a referral", remedy="ask the doctor who treats you", needs="referral")
    if found.standing is not None and found.standing.paused_until is not None:
        raise Conflict(
            f"they did not come {found.standing.missed} times",
            remedy="book by telephone or at the counter, or say why you could not come",
            paused_until=found.standing.paused_until.isoformat(),
        )


def referral(service: str, party_id: UUID) -> UUID | None:
    """The referral that a booking would use up, the one that ends first; None without any."""
    open_ones = models.Referral.objects.filter(
        party_id=party_id, service=service, until__gte=clock.today(), appointment_id=None
    )
    first = open_ones.order_by("until").first()
    return None if first is None else first.id


def standing(bookable: Bookable, party_id: UUID) -> Standing:
    """How somebody stands with the no-show rule: only what was missed within its time and is not excused counts."""
    rule = bookable.no_show
    if rule is None:
        return Standing(rule=None, missed=0, paused_until=None)
    now: datetime = clock.now()
    missed = list(
        models.Appointment.objects.filter(
            party_id=party_id,
            service=bookable.service,
            status=Status.NOSHOW,
            excused=False,
            slot__starts__gte=now - timedelta(days=rule.within_days),
        )
        .order_by("-slot__starts")
        .values_list("slot__starts", flat=True)
    )
    paused_until = None
    if len(missed) >= rule.times:
        until = clock.city_date(missed[0]) + timedelta(days=rule.pause_days)
        paused_until = until if until > clock.today() else None
    return Standing(rule=rule, missed=len(missed), paused_until=paused_until)
