"""The door of allotment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from gorod.engines.allotment import models
from gorod.engines.allotment.data import PUBLIC, Allotment, Application, Held, Known, Numbers, Plan, State
from gorod.engines.allotment.logic import criteria, dealing, documents, lifecycle, passing, rows, secret, wishing
from gorod.engines.applications import api as actors
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound
from gorod.records.parties import api as parties
from gorod.verify.allotment import secret_file

LISTED = 200  # allotments


def configure(*, key: str) -> None:
    """Set the key (32 bytes in base64) of which the one is made that keeps secrets of lotteries. Raises BadInput for another."""
    secret.configure(key)


# --- at the desk


def draft(*, document: str, official_id: UUID) -> UUID:
    """Keep a new plan that nobody sees yet. Returns its id. Raises BadInput with the line or the rule that is wrong."""
    plan = _checked(document)
    return models.Allotment.objects.create(
        state=State.DRAFT,
        document=document,
        opens=plan.opens,
        closes=plan.closes,
        official_id=official_id,
        at=clock.now(),
    ).id


def change(*, allotment_id: UUID, document: str) -> None:
    """Change what is not announced yet. Raises as `draft`, Conflict once it is announced."""
    plan = _checked(document)
    with transaction.atomic():
        row = rows.locked(allotment_id, State.DRAFT)
        row.document, row.opens, row.closes, row.problem = document, plan.opens, plan.closes, ""
        row.save()


def remove(*, allotment_id: UUID) -> None:
    """Throw a draft away. Raises Conflict once it is announced."""
    with transaction.atomic():
        rows.locked(allotment_id, State.DRAFT).delete()


def announce(*, allotment_id: UUID) -> None:
    """Fix a draft for good: rules, places, times and the commitment to the lottery's secret go onto the ledger. Raises Conflict
    when it is announced already, BadInput when its end has passed or the city's content has no such rule any more."""
    with transaction.atomic():
        lifecycle.announce(allotment_id)


def _checked(document: str) -> Plan:
    plan = documents.read(document)
    if plan.closes <= clock.now():
        raise BadInput("it would have closed already", remedy="choose a later time", field="document")
    criteria.compiled(plan)
    dealing.must_be_readable(plan)
    return plan


# --- going on


def go_on() -> int:
    """Do what is due for every allotment. Idempotent. Returns how many steps were done."""
    return lifecycle.turn()


# --- taking part


def apply(*, allotment_id: UUID, party_id: UUID, about_id: UUID, wishes: Sequence[str]) -> UUID:
    """A resident applies for somebody they act for, or themselves. `wishes`: ids of places, the best first. Returns the
    application's id. Raises Refused when none are taken or it is not for them (`why`), Forbidden for whom they do not act,
    Conflict when there is one, BadInput for wishes that are none."""
    with transaction.atomic():
        return wishing.apply(allotment_id, party_id=party_id, about_id=about_id, wishes=wishes)


def wish(*, application_id: UUID, party_id: UUID, wishes: Sequence[str]) -> None:
    """Change the wishes, of everybody in the group. Raises NotFound, Refused after the closing, Conflict when it is withdrawn,
    BadInput."""
    with transaction.atomic():
        wishing.wish(application_id, party_id=party_id, wishes=wishes)


def withdraw(*, application_id: UUID, party_id: UUID) -> None:
    """Take an application back. Raises as `wish`."""
    with transaction.atomic():
        wishing.withdraw(application_id, party_id=party_id)


def stay_together(*, application_id: UUID, party_id: UUID, other_id: UUID) -> None:
    """Have two applications of whom the resident acts for seated at one place or not at it: the other takes over the wishes of the
    first. Raises as `wish`, Refused for more than may stay together."""
    with transaction.atomic():
        wishing.stay_together(application_id, party_id=party_id, other_id=other_id)


def go_apart(*, application_id: UUID, party_id: UUID) -> None:
    """Take an application out of its group. Raises as `wish`."""
    with transaction.atomic():
        wishing.go_apart(application_id, party_id=party_id)


def answer(*, application_id: UUID, party_id: UUID, seat_id: UUID, accepts: bool) -> None:
    """Accept a seat, decline it, or give up one that was accepted: whoever is next gets it. Raises NotFound, Refused when the day
    is over, Conflict when it is somebody else's already."""
    with transaction.atomic():
        passing.answer(application_id, party_id=party_id, seat_id=seat_id, accepts=accepts)


def known(*, allotment_id: UUID, about_id: UUID, party_id: UUID) -> list[Known]:
    """What the city knows of somebody whom the resident acts for, criterion by criterion, who may have a place first. Raises
    NotFound, Forbidden."""
    actors.must_act_for(party_id=party_id, about_id=about_id)
    return criteria.known(rows.plan_of(_row(allotment_id)), about_id)


# --- looking


def allotment(*, allotment_id: UUID) -> Allotment:
    """One of them, drafts too. Raises NotFound."""
    return rows.allotment(_row(allotment_id))


def allotments(*, states: Collection[State] = PUBLIC) -> list[Allotment]:
    """Those in these states, the one that closes last first."""
    found = rows.light().filter(state__in=list(states)).order_by("-closes", "-id")
    return [rows.allotment(row) for row in found[:LISTED]]


def application(*, application_id: UUID, party_id: UUID) -> Application:
    """One of somebody whom the resident acts for. Raises NotFound for every other one."""
    return rows.applications([wishing.own(application_id, party_id)])[0]


def applications_of(*, party_id: UUID, allotment_id: UUID | None = None) -> list[Application]:
    """Those of the resident and of whomever they act for, newest first."""
    people = actors.people_acted_for(party_id=party_id)
    every = [one for ids in parties.identities(party_ids=people).values() for one in ids]
    found = models.Application.objects.filter(party_id__in=every).order_by("-at", "-id")
    return rows.applications(list(found.filter(allotment=allotment_id) if allotment_id else found))


def numbers(*, allotment_id: UUID) -> Numbers:
    """How many applied, for which places, and how the seats stand. Raises NotFound."""
    row = _row(allotment_id)
    wished: Counter[str] = Counter()
    first: Counter[str] = Counter()
    everything = models.Application.objects.filter(allotment=row, withdrawn=False).values_list("wishes", flat=True)
    for wishes in everything:
        wished.update(wishes)
        first.update(wishes[:1])
    held = models.Seat.objects.filter(application__allotment=row).values_list("place", "held")
    return Numbers(
        applications=len(everything),
        wished=wished,
        first=first,
        given=Counter(place for place, how in held if how in passing.HAS),
        accepted=Counter(place for place, how in held if how == Held.ACCEPTED),
        waiting=passing.waiting(row) if row.state == State.DEALT else {},
    )


# --- what anybody may have


def rules_file(*, allotment_id: UUID) -> bytes:
    """The published plan, as JSON; its hash stands on the ledger. Raises NotFound before it is announced."""
    row = _row(allotment_id)
    if row.state == State.DRAFT:
        raise _not_yet()
    return rows.rules_file(rows.plan_of(row))


def input_of(*, allotment_id: UUID) -> bytes:
    """The file that is dealt from. Raises NotFound before it is fixed."""
    return _file(_row(allotment_id).input_file)


def result_of(*, allotment_id: UUID) -> bytes:
    """The file of who got what, by number. Raises NotFound before it is dealt."""
    return _file(_row(allotment_id).result_file)


def secret_of(*, allotment_id: UUID) -> bytes:
    """The file of the lottery's secret and beacon. Raises NotFound before it is dealt."""
    row = _row(allotment_id)
    if row.state != State.DEALT:
        raise _not_yet()
    revealed = secret_file.Revealed(secret=secret.shown(row.secret or b""), beacon=row.beacon)
    return secret_file.written(revealed)


def _file(kept: bytes | memoryview | None) -> bytes:
    if kept is None:
        raise _not_yet()
    return bytes(kept)


def _not_yet() -> NotFound:
    return NotFound("this is not published yet", remedy="see on its page when it will be")


def _row(allotment_id: UUID) -> models.Allotment:
    row = rows.light().filter(id=allotment_id).first()
    if row is None:
        raise NotFound(f"no allotment {allotment_id}", remedy="see the list of allotments")
    return row
