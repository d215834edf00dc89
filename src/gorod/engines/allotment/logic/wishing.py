"""Applications while they are taken: made, changed as often as one likes, withdrawn. Any number may do so at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gorod.engines.allotment import models
from gorod.engines.allotment.data import Plan, State
from gorod.engines.allotment.logic import criteria, rows
from gorod.engines.applications import api as actors
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused
from gorod.records.parties import api as parties
from gorod.verify.allotment.problem import MOST_TOGETHER, MOST_WISHES

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
LENGTH = 12  # 60 bits: no two are the same, and none can be guessed


def new_number(length: int = LENGTH) -> str:
    """Drawn by chance: it says nothing of whose it is or when they came."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def taken(allotment_id: UUID) -> Plan:
    """The plan of an allotment that takes applications now; keeps its closing waiting until this transaction ends. Raises NotFound,
    Refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM allotment_allotment WHERE id = %s FOR SHARE", [allotment_id])
    row = rows.light().filter(id=allotment_id).exclude(state=State.DRAFT).first()
    if row is None:
        raise NotFound(f"no allotment {allotment_id}", remedy="see the list of allotments")
    if row.state != State.OPEN or row.closes <= clock.now():
        raise Refused(
            "no applications are taken now", remedy="see on its page when they are", why="closed", state=row.state
        )
    return rows.plan_of(row)


def own(application_id: UUID, party_id: UUID, *, lock: bool = False) -> models.Application:
    """An application that a resident may see and change: of whomever they act for. Raises NotFound for every other one."""
    found = models.Application.objects.filter(id=application_id)
    row = (found.select_for_update() if lock else found).first()
    if row is None or not acts_for(party_id, row.party_id):
        raise NotFound(f"no application {application_id}", remedy="see your applications")
    return row


def acts_for(party_id: UUID, about_id: UUID) -> bool:
    """Whether a resident acts for somebody, under whichever id: two that were found to be one person are one."""
    people = actors.people_acted_for(party_id=party_id)
    person = parties.canonical(party_ids=[about_id, *people])
    return person[about_id] in {person[one] for one in people}


def apply(allotment_id: UUID, *, party_id: UUID, about_id: UUID, wishes: Sequence[str]) -> UUID:
    """Apply for somebody; one that was withdrawn is taken up again, with its number."""
    plan = taken(allotment_id)
    actors.must_act_for(party_id=party_id, about_id=about_id)
    _check(plan, wishes)
    criteria.must_be_for(plan, about_id)
    every = parties.identities(party_ids=[about_id])[about_id]
    theirs = models.Application.objects.filter(allotment_id=allotment_id, party_id__in=every)
    before = theirs.order_by("withdrawn", "at", "id").first()
    row, new = models.Application.objects.get_or_create(
        allotment_id=allotment_id,
        party_id=before.party_id if before else every[0],
        defaults={"by_id": party_id, "number": new_number(), "wishes": list(wishes), "at": clock.now()},
    )
    if not new:
        row = models.Application.objects.select_for_update().get(id=row.id)
        if not row.withdrawn:
            raise Conflict("there is an application for them already", remedy="change it", id=str(row.id))
        row.withdrawn, row.by_id, row.wishes, row.at = False, party_id, list(wishes), clock.now()
        row.save()
    return row.id


def wish(application_id: UUID, *, party_id: UUID, wishes: Sequence[str]) -> None:
    """Other wishes; of everybody in the group."""
    row = _changed(application_id, party_id)
    _check(rows.plan_of(row.allotment), wishes)
    _members(row).update(wishes=list(wishes))


def withdraw(application_id: UUID, *, party_id: UUID) -> None:
    """Take an application back while they are taken; the others of its group stay together."""
    row = _changed(application_id, party_id)
    _leave(row)
    row.withdrawn = True
    row.save()


def stay_together(application_id: UUID, *, party_id: UUID, other_id: UUID) -> None:
    """Seat two at one place or not at it. The other takes over the wishes. Raises Refused for too many."""
    row, other = _changed(application_id, party_id), own(other_id, party_id, lock=True)
    if other.allotment_id != row.allotment_id or other.id == row.id or other.withdrawn:
        raise BadInput("this is no other application here", remedy="choose one of the list", field="other")
    if row.together and row.together == other.together:
        return
    size = _members(row).count() + _members(other).count()
    if size > MOST_TOGETHER:
        raise Refused(f"{MOST_TOGETHER} stay together at most", remedy="leave somebody out", why="many")
    group = row.together or other.together or f"G{new_number()}"
    ids = [*_members(row).values_list("id", flat=True), *_members(other).values_list("id", flat=True)]
    models.Application.objects.filter(id__in=ids).update(together=group, wishes=row.wishes)


def once_each(found: Sequence[models.Application]) -> list[models.Application]:
    """Of these at the closing those that stay. Who applied under two ids and was found to be one person since has one chance as
    everybody: the application made first stays, the others are withdrawn."""
    every = parties.identities(party_ids=[row.party_id for row in found])
    stay = []
    for row in found:
        if len(every[row.party_id]) > 1:
            theirs = models.Application.objects.filter(allotment_id=row.allotment_id, withdrawn=False)
            first = theirs.filter(party_id__in=every[row.party_id]).order_by("at", "id")[0]
            if first.id != row.id:
                _leave(row)
                row.withdrawn = True
                row.save(update_fields=["together", "withdrawn"])
                continue
        stay.append(row)
    return stay


def go_apart(application_id: UUID, *, party_id: UUID) -> None:
    """Each is seated alone again."""
    row = _changed(application_id, party_id)
    _leave(row)
    row.save()


def _changed(application_id: UUID, party_id: UUID) -> models.Application:
    known = own(application_id, party_id)
    taken(known.allotment_id)
    row = own(application_id, party_id, lock=True)
    if row.withdrawn:
        raise Conflict("this application is withdrawn", remedy="apply again", state="withdrawn")
    return row


def _members(row: models.Application) -> QuerySet[models.Application]:
    """Everybody in its group, itself among them."""
    if not row.together:
        return models.Application.objects.filter(id=row.id)
    return models.Application.objects.filter(allotment_id=row.allotment_id, together=row.together, withdrawn=False)


def _leave(row: models.Application) -> None:
    """Take it out of its group, which one alone is not."""
    others = _members(row).exclude(id=row.id)
    if row.together and others.count() == 1:
        others.update(together="")
    row.together = ""


def _check(plan: Plan, wishes: Sequence[str]) -> None:
    known = {one.id for one in plan.places}
    if not 0 < len(wishes) <= MOST_WISHES:
        raise BadInput(f"1 to {MOST_WISHES} wishes", remedy="add or remove some", field="wishes", why="number")
    if len(set(wishes)) < len(wishes):
        raise BadInput("a place is wished for once", remedy="remove it", field="wishes", why="twice")
    if unknown := [one for one in wishes if one not in known]:
        raise BadInput(
            f"there is no place {unknown[0]}", remedy="choose one of the list", field="wishes", why="unknown"
        )
