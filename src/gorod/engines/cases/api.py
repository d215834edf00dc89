"""The door of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gorod.engines.cases import models
from gorod.engines.cases.data import (
    FINAL,
    LIVE,
    PLATFORM,
    Case,
    CaseType,
    IncomingStatus,
    Lineage,
    Phase,
    StatusReceipt,
)
from gorod.engines.cases.logic import incoming, submitting, telling, transitions
from gorod.engines.cases.logic.reading import (
    by_number,
    case,
    cases_of,
    decision,
    decisions_of,
    ended,
    figures,
    history,
    most_used,
    queue,
    rights_ending,
    standing_rights,
    subjects_of_opened,
    submitted_under,
    under_review,
)
from gorod.engines.dues.data import Assessment
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import WorkingCalendar

__all__ = [
    "answer",
    "appeal",
    "apply",
    "apply_status",
    "ask",
    "assign",
    "by_number",
    "case",
    "case_type",
    "cases_of",
    "configure",
    "decide",
    "decision",
    "decisions_of",
    "ended",
    "figures",
    "history",
    "keep_decision",
    "most_used",
    "queue",
    "reopen",
    "rights_ending",
    "standing_rights",
    "stop",
    "subjects_of_opened",
    "submit",
    "submitted_under",
    "take_turns",
    "under_review",
    "withdraw",
]


def configure(
    *, types: Mapping[str, CaseType], calendar: WorkingCalendar, listeners: Sequence[transitions.Listener] = ()
) -> None:
    """Set the city's case types, its working days, and who is told of changes (in the transaction of the change)."""
    transitions.setting.types = types
    transitions.setting.calendar = calendar
    transitions.setting.listeners = tuple(listeners)


def case_type(*, service: str) -> CaseType:
    """The case type of a service. Raises NotFound."""
    return transitions.setting.type_of(service)


def submit(
    *,
    service: str,
    subject_id: UUID,
    applicant_id: UUID,
    key: str,
    by: str,
    data: Mapping[str, Any] | None = None,
    amount: int | None = None,
    lineage: Lineage | None = None,
) -> Case:
    """Open a case. The same `key` gives the same case for ever.

    Raises Conflict (with the `number` of the live case in `extra`) when one is live already, NotFound on an unknown service.
    """
    known = transitions.setting.type_of(service)
    lineage = lineage or Lineage()
    try:
        with transaction.atomic():
            done = models.Submission.objects.filter(key=key).first()
            if done is not None:
                return case(case_id=done.case_id)
            at = clock.now()
            row = models.Case(
                party_id=subject_id,
                applicant_id=applicant_id,
                service=service,
                owner=known.owner,
                round_at=at,
                opened_at=at,
                deadline=transitions.setting.calendar.add(clock.city_date(at), known.within_working_days),
                data=plain(dict(data or {})),
                applied_amount=amount,
                amount=amount,
                assessment_id=lineage.assessment_id,
                statement_ids=list(lineage.statement_ids),
                values=list(lineage.values),
                rule_version=lineage.rule_version,
            )
            transitions.move(row, known.initial, at=at)
            row.number = submitting.number(row, clock.city_date(at))
            row.save(force_insert=True)
            models.Submission.objects.create(key=key, case_id=row.id, party_id=subject_id)
            transitions.note(row, "submitted", by=by, detail={"key": key})
            return transitions.tell(row, "submitted")
    except IntegrityError as error:
        return case(case_id=submitting.submitted_meanwhile(key, service, subject_id, row, error))


def apply(
    *,
    assessed: Assessment,
    applicant_id: UUID,
    key: str,
    by: str,
    data: Mapping[str, Any] | None = None,
    valid_from: date | None = None,
    message: str = "approved",
) -> Case:
    """Submit what an answer says is due, and approve it at once where the law lets the platform decide.

    `valid_from` and `message` are of that approval. Raises as `submit` does.
    """
    with transaction.atomic():
        opened = submit(
            service=assessed.service,
            subject_id=assessed.party_id,
            applicant_id=applicant_id,
            key=key,
            by=by,
            data=data,
            amount=assessed.amount,
            lineage=Lineage.of(assessed),
        )
        if case_type(service=opened.service).decides_by != "automatic" or opened.phase not in LIVE:
            return opened
        if opened.decision_id is not None:  # decided once and looked at again: that is for a person
            return opened
        return decide(case_id=opened.case_id, approved=True, by=PLATFORM, valid_from=valid_from, message=message)


def take_turns(*, numbers: Collection[str]) -> None:
    """Wait, inside the caller's transaction, until nobody else brings several statuses of these cases.

    Whoever brings several calls this first: all take the cases in the same order, so two of them never wait for each other
    and are never ended as a deadlock. Numbers that nobody has are passed over.
    """
    rows = models.CaseNumber.objects.select_for_update().filter(number__in=list(numbers)).order_by("serial")
    list(rows.values_list("serial", flat=True))


def apply_status(*, status: IncomingStatus) -> StatusReceipt:
    """Take in a status of an agency: late, twice and out of order as they come. `at` may lie CLOCK_SKEW ahead, no more.

    The state that results depends only on the set of statuses, not on their order. Raises NotFound or Refused on what cannot be
    applied now (unknown case or status, not from the owner): the caller parks it.
    """
    with transaction.atomic():
        return incoming.apply(status)


def decide(
    *,
    case_id: UUID,
    approved: bool,
    by: str,
    reasons: tuple[str, ...] = (),
    text: str = "",
    amount: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    values: Mapping[str, Any] | None = None,
    message: str = "approved",
) -> Case:
    """Decide a live case: an officer, or the platform where the law lets it. What is left out is as it was applied for (see
    `IncomingStatus`). `message`: the text an approval sends.

    Raises Refused, NotFound.
    """
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.phase not in LIVE:
            raise Refused(f"case {row.number} is {row.status}", remedy="reopen it first")
        return transitions.decide(
            row,
            approved=approved,
            by=by,
            at=clock.now(),
            reasons=reasons,
            text=text,
            amount=amount,
            valid_from=valid_from,
            valid_to=valid_to,
            values=values,
            message=message,
        )


def ask(*, case_id: UUID, by: str, text: str) -> Case:
    """An official asks the applicant something. Raises Refused when the case is not open, or nothing is said."""
    if not text.strip():
        raise Refused("nothing is asked", remedy="write a sentence")
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.phase != Phase.OPEN:
            raise Refused(f"case {row.number} is {row.status}", remedy="one asks while it is open")
        # like a message of its own: each question is told once
        key = f"asked:{new_id()}"
        transitions.move(row, transitions.first_status(row.service, Phase.ASKS), at=clock.now(), key=key)
        transitions.note(row, "status", by=by, key=key, detail={"text": text})
        return transitions.tell(row, "status")


def assign(*, case_id: UUID, handler_id: UUID | None, by: str, reason: str = "") -> Case:
    """Say which official works on a live case; None: nobody does. Raises Refused when it has ended."""
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.phase not in LIVE:
            raise Refused(f"case {row.number} is {row.status}", remedy="only a live case is worked on")
        if row.handler_id != handler_id:
            row.handler_id = handler_id
            row.save(update_fields=["handler_id"])
            transitions.note(row, "assigned", by=by, detail={"to": handler_id, "reason": reason})
        return transitions.case_data(row)


def appeal(*, case_id: UUID, by: str, text: str) -> Case:
    """The person does not agree with a decision: it is looked at again, and stands until then. Raises Refused when the
    status allows no appeal, or nothing is said."""
    if not text.strip():
        raise Refused("an appeal says what is wrong", remedy="write a sentence")
    with transaction.atomic():
        row = transitions.locked(case_id)
        if "appeal" not in transitions.case_data(row).actions:
            raise Refused(f"case {row.number} is {row.status}", remedy="only a decision is appealed against")
        row.handler_id = None  # whoever worked on it may have decided it: another one looks at the appeal
        return _open_again(row, "appealed", by=by, reason=text)


def answer(*, case_id: UUID, by: str, data: Mapping[str, Any]) -> Case:
    """The person answers what the agency asked. Raises Refused when nothing was asked."""
    with transaction.atomic():
        row = transitions.locked(case_id)
        if "answer" not in transitions.case_data(row).actions:
            raise Refused(f"case {row.number} is {row.status}: nothing is asked", remedy="wait for the agency")
        row.data = {**row.data, **plain(dict(data))}
        transitions.move(row, transitions.setting.type_of(row.service).initial, at=clock.now())
        transitions.note(row, "answered", by=by, detail={"names": sorted(data)})
        return transitions.tell(row, "answered")


def withdraw(*, case_id: UUID, by: str, reason: str = "") -> Case:
    """The applicant takes the application back. Raises Refused when the status does not allow it, or it was decided once."""
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.decision_id is not None:
            raise Refused(
                f"case {row.number} was decided and is looked at again", remedy="wait for the person's decision"
            )
        if "withdraw" not in transitions.case_data(row).actions:
            raise Refused(f"case {row.number} is {row.status} and cannot be withdrawn", remedy="ask its owner")
        return _end(row, Phase.WITHDRAWN, "withdrawn", by=by, reason=reason)


def stop(*, case_id: UUID, reason: str, failing: Collection[str] = (), told: bool = True) -> Case:
    """The platform ends a live case because what it rested on is no longer so; ended ones stay as they are.

    The applicant is told, with the conditions that fail in words, unless nobody is there to be `told`. Raises Refused when a
    person decided it once.
    """
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.phase not in LIVE:
            return transitions.case_data(row)
        if row.decision_id is not None:
            raise Refused(
                f"case {row.number} was decided once and is open for a person's review", remedy="a person decides it"
            )
        if told:
            telling.stopped(row, failing)
        return _end(row, Phase.STOPPED, "stopped", by=PLATFORM, reason=reason)


def _end(row: models.Case, phase: Phase, what: str, *, by: str, reason: str) -> Case:
    transitions.move(row, transitions.first_status(row.service, phase), at=clock.now())
    transitions.note(row, what, by=by, detail={"reason": reason})
    return transitions.tell(row, what)


def reopen(*, case_id: UUID, by: str, reason: str) -> Case:
    """Open a decided case for a person to look at. Its decision stands until that person decides.

    A case that is open already only gets the reason into its history.
    """
    with transaction.atomic():
        row = transitions.locked(case_id)
        if row.phase in LIVE:
            transitions.note(row, "review", by=by, detail={"reason": reason})
            return transitions.case_data(row)
        if row.phase not in FINAL:
            raise Refused(f"case {row.number} is {row.status}", remedy="only a decided case is reopened")
        return _open_again(row, "reopened", by=by, reason=reason)


def _open_again(row: models.Case, what: str, *, by: str, reason: str) -> Case:
    at = clock.now()
    row.round, row.round_at = row.round + 1, at
    row.deadline = transitions.setting.calendar.add(
        clock.city_date(at), transitions.setting.type_of(row.service).within_working_days
    )
    transitions.move(row, "reopened", at=at)
    transitions.block_again(row)
    transitions.note(row, what, by=by, detail={"reason": reason})
    telling.reopened(row, what)
    return transitions.tell(row, "reopened")


def keep_decision(*, case_id: UUID, by: str, reason: str) -> Case:
    """A person has looked at a reopened case and its decision stays. Raises Refused when nothing was reopened."""
    with transaction.atomic():
        row = transitions.locked(case_id)
        standing = models.Decision.objects.filter(party_id=row.party_id, case_id=row.id, revoked_at=None).first()
        if row.phase not in LIVE or standing is None:
            raise Refused(f"case {row.number} has no decision under review", remedy="decide it")
        phase = Phase.APPROVED if standing.approved else Phase.REFUSED
        transitions.move(row, transitions.first_status(row.service, phase), at=clock.now())
        transitions.note(row, "kept", by=by, detail={"reason": reason})
        return transitions.tell(row, "kept")
