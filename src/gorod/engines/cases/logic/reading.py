"""What is asked about cases and decisions; nothing here changes any."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from gorod.engines.cases import models
from gorod.engines.cases.data import (
    LIVE,
    PLATFORM,
    Case,
    Decision,
    Figures,
    HistoryEntry,
    MonthFigures,
    Phase,
    Queue,
    ServiceFigures,
)
from gorod.engines.cases.logic import transitions
from gorod.kernel import clock
from gorod.kernel.errors import NotFound

_DECIDED = """
SELECT {by}, count(*), count(*) FILTER (WHERE d.decided_by = %(platform)s), count(*) FILTER (WHERE NOT d.approved),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.decided_at - c.opened_at) / 86400)
FROM cases_decision d JOIN cases_case c ON c.party_id = d.party_id AND c.id = d.case_id
WHERE c.owner = ANY(%(owners)s) AND d.decided_at >= %(since)s AND d.decided_at < %(before)s
GROUP BY 1 ORDER BY 1
"""
_OPENED = """
SELECT to_char(opened_at AT TIME ZONE %(zone)s, 'YYYY-MM'), count(*) FROM cases_case
WHERE owner = ANY(%(owners)s) AND opened_at >= %(since)s AND opened_at < %(before)s GROUP BY 1
"""
_REASONS = """
SELECT unnest(d.reasons), count(*) FROM cases_decision d JOIN cases_case c ON c.party_id = d.party_id AND c.id = d.case_id
WHERE c.owner = ANY(%(owners)s) AND d.decided_at >= %(since)s AND d.decided_at < %(before)s AND NOT d.approved
GROUP BY 1 ORDER BY 2 DESC, 1
"""


def case(*, case_id: UUID) -> Case:
    """One case. Raises NotFound."""
    row = models.Case.objects.filter(id=case_id).first()
    if row is None:
        raise NotFound(f"no case {case_id}", remedy="check the id")
    return transitions.case_data(row)


def by_number(*, number: str) -> Case:
    """One case by the number people say. Raises NotFound."""
    row = models.CaseNumber.objects.filter(number=number).first()
    if row is None:
        raise NotFound(f"no case {number}", remedy="check the number")
    return case(case_id=row.case_id)


def cases_of(*, subjects: Collection[UUID] = (), applicants: Collection[UUID] = ()) -> list[Case]:
    """Cases about these people or applied for by them, oldest first."""
    rows = models.Case.objects.filter(party_id__in=list(subjects)) | models.Case.objects.filter(
        applicant_id__in=list(applicants)
    )
    return [transitions.case_data(row) for row in rows.order_by("id")]


def queue(
    *,
    owners: Collection[str],
    handler_id: UUID | None = None,
    unassigned: bool = False,
    limit: int,
    offset: int = 0,
) -> Queue:
    """Live cases of these agencies, the nearest deadline first; those that wait for the person come last.

    `handler_id`: those that one official works on; `unassigned`: those that nobody does. `limit` of them after `offset`.
    """
    rows = models.Case.objects.filter(owner__in=list(owners), phase__in=list(LIVE))
    if handler_id is not None:
        rows = rows.filter(handler_id=handler_id)
    if unassigned:
        rows = rows.filter(handler_id=None)
    listed = rows.order_by(models.WAITS_FOR_THE_PERSON, "deadline", "id")[offset : offset + limit]
    return Queue(cases=tuple(transitions.case_data(row) for row in listed), count=rows.count())


def under_review(*, owner: str | None = None) -> list[Case]:
    """Reopened cases that a person must look at."""
    rows = models.Case.objects.filter(status="reopened")
    if owner is not None:
        rows = rows.filter(owner=owner)
    return [transitions.case_data(row) for row in rows.order_by("deadline", "id")]


def history(*, case_id: UUID) -> list[HistoryEntry]:
    """Everything the case did, in order. Raises NotFound."""
    rows = models.Entry.objects.filter(party_id=case(case_id=case_id).subject_id, case_id=case_id).order_by("id")
    return [HistoryEntry(at=row.at, what=row.what, by=row.by, status=row.status, detail=row.detail) for row in rows]


def submitted_under(*, case_id: UUID) -> str:
    """The idempotency key a case was submitted under: it says what made it. Raises NotFound."""
    return str(history(case_id=case_id)[0].detail["key"])


def decision(*, decision_id: UUID) -> Decision:
    """One decision. Raises NotFound."""
    row = models.Decision.objects.filter(id=decision_id).first()
    if row is None:
        raise NotFound(f"no decision {decision_id}", remedy="check the id")
    return transitions.decision_data(row)


def ended(*, cases: Collection[Case]) -> frozenset[UUID]:
    """Ids of those of these cases that gave a right which has ended."""
    given = [case.decision_id for case in cases if case.phase is Phase.APPROVED and case.decision_id]
    rows = models.Decision.objects.filter(id__in=given, approved=True, valid_to__lte=clock.today())
    return frozenset(rows.values_list("case_id", flat=True))


def decisions_of(*, party_id: UUID, standing: bool = True) -> list[Decision]:
    """Decisions about a person, oldest first; those taken back too when `standing` is false."""
    rows = models.Decision.objects.filter(party_id=party_id)
    if standing:
        rows = rows.filter(revoked_at=None)
    return [transitions.decision_data(row) for row in rows.order_by("id")]


def rights_ending(*, since: date, before: date) -> list[Decision]:
    """Standing approvals whose right ends (or ended) on `since` or later and before a date, earliest end first."""
    rows = models.Decision.objects.filter(approved=True, revoked_at=None, valid_to__gte=since, valid_to__lt=before)
    return [transitions.decision_data(row) for row in rows.order_by("valid_to", "id")]


def standing_rights(*, on: date) -> Iterator[Decision]:
    """Standing approvals with an amount whose right holds on a date, one by one: for the payments of a month."""
    rows = models.Decision.objects.filter(approved=True, revoked_at=None, amount__gt=0, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )
    for row in rows.order_by("id").iterator(chunk_size=500):
        yield transitions.decision_data(row)


def subjects_of_opened(*, owners: Collection[str], since: datetime, before: datetime) -> list[UUID]:
    """Whom the cases were about that were opened in a period: one entry a case."""
    rows = models.Case.objects.filter(owner__in=list(owners), opened_at__gte=since, opened_at__lt=before)
    return list(rows.order_by("id").values_list("party_id", flat=True))


def most_used(*, since: datetime, before: datetime, limit: int) -> list[str]:
    """The services with the most new cases in a closed period, the most used first."""
    rows = models.Case.objects.filter(opened_at__gte=since, opened_at__lt=before).values("service")
    return list(
        rows.annotate(count=Count("id")).order_by("-count", "service").values_list("service", flat=True)[:limit]
    )


def figures(*, owners: Collection[str], since: datetime, before: datetime) -> Figures:
    """How much work these agencies had and how they did it, in a closed period: by month of the city's time zone, by service,
    and the reasons of refusals."""
    asked: dict[str, Any] = {
        "owners": sorted(owners),
        "since": since,
        "before": before,
        "platform": PLATFORM,
        "zone": str(clock.time_zone()),
    }
    month = "to_char(d.decided_at AT TIME ZONE %(zone)s, 'YYYY-MM')"
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, asked)
        opened: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(_DECIDED.format(by=month), asked)
        decided = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_DECIDED.format(by="c.service"), asked)
        services = cursor.fetchall()
        cursor.execute(_REASONS, asked)
        reasons = cursor.fetchall()
    return Figures(
        months=tuple(
            MonthFigures(
                month=name,
                opened=opened.get(name, 0),
                decided=(row := decided.get(name, (0, 0, 0, None)))[0],
                by_platform=row[1],
                refused=row[2],
                median_days=row[3],
            )
            for name in sorted(opened.keys() | decided.keys())
        ),
        services=tuple(
            ServiceFigures(service=row[0], decided=row[1], by_platform=row[2], refused=row[3], median_days=row[4])
            for row in services
        ),
        reasons=dict(reasons),
    )
