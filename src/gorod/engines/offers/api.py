"""The door of offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from gorod.engines.applications import api as applications
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, CaseChange
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import StepState
from gorod.engines.offers import models
from gorod.engines.offers.data import Following, Offer, OfferChange, OfferState
from gorod.engines.offers.logic import following, people, telling
from gorod.engines.renewals import api as renewals
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Change, Sweep
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.records.facts import api as facts

SHOWN_BY_STEP = frozenset({StepState.OFFERED, StepState.UNDER_WAY})
TOO_LATE = "too_late"


def follow(*, sweep: Sweep, earlier: Collection[Sweep]) -> Following:
    """Let everything follow from a sweep that is otherwise than in the last one that was followed: jobs do it, batch by batch.

    `earlier`: the sweeps whose files are still there; when that one is not among them, as for a city's first, nothing follows and
    the next is compared with this one. The batches and their jobs are written together, or not at all; a second call for the same
    sweep changes nothing. Raises Refused for made-up people, and when a later sweep was followed already.
    """
    if sweep.made_up:
        raise Refused("nothing follows from made-up people", remedy="take a snapshot of the registers")
    with transaction.atomic():
        return _following(following.start(sweep, [one for one in earlier if not one.made_up]))


def needed() -> frozenset[str]:
    """Names of the sweeps that the next one will be compared with: their files must stay."""
    last = models.Following.objects.order_by("sweep").last()
    return frozenset(last.partners.values()) if last else frozenset()


def last_following() -> Following | None:
    """What follows from the last sweep, and how far that is; None before the first."""
    last = models.Following.objects.order_by("sweep").last()
    return _following(last) if last else None


def _following(row: models.Following) -> Following:
    batches = models.Batch.objects.filter(following_id=row.id)
    return Following(
        sweep=row.sweep,
        before=tuple(row.before),
        as_of=row.as_of,
        at=row.at,
        changes=tuple(
            Change(
                service=service,
                began=counts.get(BEGAN, 0),
                ceased=counts.get(CEASED, 0),
                amount_changed=counts.get(AMOUNT, 0),
            )
            for service, counts in sorted(row.counts.items())
        ),
        people=row.people,
        batches=batches.count(),
        done=batches.exclude(done_at=None).count(),
        made=models.Offer.objects.filter(sweep=row.sweep).count(),
    )


def do_batch(*, batch_id: UUID) -> None:
    """Do a batch of a following; what was done before a kill is found done. Raises ExceptionGroup with what failed for some people,
    when all others are done."""
    batch = models.Batch.objects.get(id=batch_id)
    if batch.done_at is None:
        people.Work(models.Following.objects.get(id=batch.following_id), batch.changes).run()
        models.Batch.objects.filter(id=batch_id).update(done_at=clock.now(), changes=[])


def run_day() -> None:
    """Warn of offers that end soon, and end those whose last day has passed. As often as you like."""
    today = clock.today()
    ending = models.Offer.objects.filter(state=OfferState.OPEN, until__lt=today + timedelta(days=renewals.WARN_DAYS))
    for party_id, offer_id in ending.order_by("until", "id").values_list("party_id", "id"):
        with transaction.atomic():
            row = _locked(party_id, offer_id)
            if row.state != OfferState.OPEN or row.until is None:
                continue
            gone = facts.gone(people={row.party_id, row.applicant_id}, purpose=people.PURPOSE, reader=people.READER)
            if row.party_id in gone:
                telling.become(row, OfferState.WITHDRAWN, reason=facts.stopped_by())
            elif row.until < today:
                telling.become(row, OfferState.WITHDRAWN, reason=TOO_LATE, failing=[TOO_LATE])
            elif row.applicant_id not in gone:
                telling.ends(row)


def on_case_change(change: CaseChange) -> None:
    """Somebody applied, at whatever door: what was offered is accepted. Called by `cases`."""
    if change.what == "submitted":
        rows = models.Offer.objects.select_for_update().filter(
            party_id=change.case.subject_id, service=change.case.service, state=OfferState.OPEN
        )
        for row in rows:
            _accepted(row, change.case)


def _accepted(row: models.Offer, case: Case) -> None:
    row.case_id = case.case_id
    telling.become(row, OfferState.ACCEPTED, reason=f"case {case.number}")


def accept(*, offer_id: UUID, by: UUID, data: Mapping[str, Any] | None = None, signature: str = "") -> Offer:
    """The person says yes: their application is made. Accepting twice makes one case. `signature`: who did it for them, when it
    was not they.

    Raises NotFound when the offer is not theirs to accept, Refused when it is not open, and as `applications.apply` does.
    """
    row = _mine(offer_id, by)
    if row.state == OfferState.ACCEPTED:
        return _data(row)
    if row.state != OfferState.OPEN:
        raise Refused(f"{row.service} is not on offer now: it was {row.state}", remedy="apply for it, if it is due")
    with transaction.atomic():
        try:
            case = applications.apply(
                service=row.service,
                subject_id=row.party_id,
                applicant_id=by,
                key=f"offer:{row.id}",
                by=signature or f"resident {by}",
                data=data,
            )
        except Conflict as conflict:
            # somebody applied a moment ago: that case is what the offer came to
            case = cases.by_number(number=conflict.extra["number"])
        row = _locked(row.party_id, row.id)
        if row.state != OfferState.ACCEPTED:
            _accepted(row, case)
    return _data(row)


def decline(*, offer_id: UUID, by: UUID, reason: str = "") -> Offer:
    """The person says no. It stays no until they resume it: the same right is not offered again. Raises NotFound, Refused."""
    with transaction.atomic():
        row = _mine(offer_id, by)
        row = _locked(row.party_id, row.id)
        if row.state == OfferState.DECLINED:
            return _data(row)
        if row.state != OfferState.OPEN:
            raise Refused(f"{row.service} was {row.state}", remedy="withdraw the application instead, if there is one")
        telling.become(row, OfferState.DECLINED, reason=reason or "declined")
    return _data(row)


def resume(*, offer_id: UUID, by: UUID) -> Offer:
    """The person thinks again about an offer they declined: it is open as it was. Whether it is still due is asked when they
    accept it. Raises NotFound, Refused."""
    with transaction.atomic():
        row = _mine(offer_id, by)
        people.take_turns(row.party_id)
        row = _locked(row.party_id, row.id)
        if row.state == OfferState.OPEN:
            return _data(row)
        others = models.Offer.objects.filter(party_id=row.party_id, service=row.service, state=OfferState.OPEN)
        if row.state != OfferState.DECLINED or others.exists():
            raise Refused(f"{row.service} waits for no answer: it was {row.state}", remedy="apply for it, if it is due")
        if row.until is not None and row.until < clock.today():
            raise Refused(
                f"the time to apply for {row.service} is over", remedy="nothing to resume", failing=[TOO_LATE]
            )
        telling.become(row, OfferState.OPEN, reason="resumed")
    return _data(row)


def offer(*, offer_id: UUID, by: UUID) -> Offer:
    """One offer of a resident, or of somebody they act for. Raises NotFound for every other one: that it exists stays unsaid."""
    return _data(_mine(offer_id, by))


def open_for(*, party_id: UUID) -> list[Offer]:
    """What a resident may say yes or no to now, oldest first: for themselves and those they act for; not what they have switched
    off, what is applied for already, or what a life event offers."""
    subjects = applications.people_acted_for(party_id=party_id)
    rows = models.Offer.objects.filter(party_id__in=subjects, state=OfferState.OPEN).order_by("id")
    services = set(dues.rule_set().services)  # one that has left the city can be applied for no more
    return [
        _data(row)
        for row in rows
        if row.service in services
        and _may_answer(row, party_id, subjects)
        and people.allows(party_id, row.service)
        and not applications.standing_cases(services=[row.service], subjects=[row.party_id])
        and not any(
            step.state in SHOWN_BY_STEP for step in journeys.steps_about(subject_id=row.party_id, service=row.service)
        )
    ]


def offers_of(*, party_id: UUID) -> list[Offer]:
    """Everything that was ever offered because of what is known of a person, oldest first."""
    return [_data(row) for row in models.Offer.objects.filter(party_id=party_id).order_by("id")]


def history(*, offer: Offer) -> list[OfferChange]:
    """Everything that happened to an offer, in order."""
    rows = models.Change.objects.filter(party_id=offer.subject_id, offer_id=offer.offer_id).order_by("id")
    return [OfferChange(at=row.at, state=row.state, amount=row.amount, reason=row.reason) for row in rows]


def _may_answer(row: models.Offer, by: UUID, subjects: Collection[UUID]) -> bool:
    return row.party_id in applications.may_concern(service=row.service, party_id=by, people=list(subjects))


def _mine(offer_id: UUID, by: UUID) -> models.Offer:
    row = models.Offer.objects.filter(id=offer_id).first()
    if row is None or not _may_answer(row, by, applications.people_acted_for(party_id=by)):
        raise NotFound(f"no offer {offer_id}", remedy="check the address")
    return row


def _locked(party_id: UUID, offer_id: UUID) -> models.Offer:
    return models.Offer.objects.select_for_update().get(party_id=party_id, id=offer_id)


def _data(row: models.Offer) -> Offer:
    return Offer(
        offer_id=row.id,
        service=row.service,
        subject_id=row.party_id,
        applicant_id=row.applicant_id,
        state=OfferState(row.state),
        state_at=row.state_at,
        made_at=row.made_at,
        amount=row.amount,
        until=row.until,
        sweep=row.sweep,
        found_on=row.found_on,
        conditions=tuple(row.conditions),
        failing=tuple(row.failing),
        reason=row.reason,
        assessment_id=row.assessment_id,
        case_id=row.case_id,
    )
