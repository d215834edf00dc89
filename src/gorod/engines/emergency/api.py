"""The door of emergency."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.emergency import models
from gorod.engines.emergency.data import Opening
from gorod.engines.messages import api as messages
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, NotFound, Refused
from gorod.records.facts import api as facts
from gorod.records.facts.data import Fact
from gorod.records.officials.data import Official, Role

OPEN_FOR = timedelta(minutes=30)
SHORTEST_REASON = 20  # letters


def break_glass(*, official: Official, agency: str, party_id: UUID, reason: str) -> Opening:
    """Open what is known of a resident, now and for OPEN_FOR. The resident is told, the agency's supervisors must look at it.

    Raises Forbidden for who is no officer or clerk of the agency, Refused without a reason in words.
    """
    if agency not in official.agencies(Role.OFFICER, Role.CLERK, Role.SUPERVISOR):
        raise Forbidden("you do not work at this agency", remedy="choose the one for which you act")
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            "the reason is too short to be judged",
            remedy=f"say in {SHORTEST_REASON} letters or more why it cannot wait",
        )
    with transaction.atomic():
        at = clock.now()
        row = models.Opening.objects.create(
            party_id=party_id,
            official_id=official.official_id,
            agency=agency,
            reason=reason,
            opened_at=at,
            ends_at=at + OPEN_FOR,
        )
        messages.tell(
            party_id=party_id,
            key=f"opening:{row.id}",
            kind="opened",
            about=f"opening:{row.id}",
            values={"reason": reason},
        )
    return _data(row)


def facts_of(*, official: Official, opening_id: UUID) -> tuple[Opening, list[Fact]]:
    """What registers state of the resident, but for what is hidden from everybody else (a protected address). Recorded.

    Raises NotFound for another's opening, and when its time is over.
    """
    row = models.Opening.objects.filter(
        id=opening_id, official_id=official.official_id, ends_at__gt=clock.now()
    ).first()
    if row is None:
        raise NotFound("this is not open to you now", remedy="give a reason anew")
    read = facts.read(
        people=[row.party_id],
        names=facts.stated_names(),
        purpose=f"emergency: {row.reason}"[:300],
        reader=official.reader(row.agency),
    )
    hidden = facts.hidden_names(known=read)
    return _data(row), [fact for fact in read if fact.name not in hidden and (fact.provenance or fact.disputed)]


def openings_of(*, party_id: UUID) -> list[Opening]:
    """Who opened a resident's facts without an application, why, and what came of it, oldest first."""
    return [_data(row) for row in models.Opening.objects.filter(party_id=party_id).order_by("id")]


def to_review(*, official: Official) -> list[Opening]:
    """What somebody opened at the agencies this supervisor answers for and nobody has looked at, oldest first."""
    rows = models.Opening.objects.filter(agency__in=official.agencies(Role.SUPERVISOR), reviewed_at=None)
    return [_data(row) for row in rows.order_by("id")]


def review(*, official: Official, opening_id: UUID, justified: bool, remark: str) -> Opening:
    """A supervisor has looked: it was justified, or it was not. Raises NotFound, Refused for one's own or when it was looked at."""
    with transaction.atomic():
        known = models.Opening.objects.filter(id=opening_id, agency__in=official.agencies(Role.SUPERVISOR)).first()
        if known is None:
            raise NotFound(f"no opening {opening_id}", remedy="check the address")
        row = models.Opening.objects.select_for_update().get(id=opening_id, party_id=known.party_id)
        if row.official_id == official.official_id:
            raise Refused("nobody judges their own", remedy="another supervisor of the agency looks at it")
        if row.reviewed_at is not None:
            raise Refused("somebody has looked at it already", remedy="nothing is left to do")
        row.reviewed_by, row.reviewed_at = official.official_id, clock.now()
        row.justified, row.remark = justified, remark
        row.save()
    return _data(row)


def _data(row: models.Opening) -> Opening:
    return Opening(
        opening_id=row.id,
        party_id=row.party_id,
        official_id=row.official_id,
        agency=row.agency,
        reason=row.reason,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        justified=row.justified,
        remark=row.remark,
    )
