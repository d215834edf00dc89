"""The door of the waiting room."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from gorod.engines.waitingroom import models
from gorod.engines.waitingroom.data import (
    KEEP_DAYS,
    STAY_SECONDS,
    TOUCH_SECONDS,
    Answer,
    Drawn,
    Opening,
    Place,
    Record,
    Shown,
    State,
    Verdict,
)
from gorod.engines.waitingroom.logic import draw, pace, rows, turns
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused

SHOWN_SECONDS = 1  # a process reads what it shows everybody at most so often
LISTED = 100  # openings
SHORTEST_STAY = 60

# one query for who comes for the first time: in the minute before an opening that is nearly everybody
_ARRIVE = (
    "INSERT INTO waitingroom_arrival (opening_id, party_id, arrived_at) VALUES (%s, %s, %s) "
    "ON CONFLICT (opening_id, party_id) DO NOTHING RETURNING id"
)

_shown: dict[UUID, Shown] = {}

# --- announcing


def announce(
    *,
    service: str,
    title: Mapping[str, str],
    gathers_at: datetime,
    opens_at: datetime,
    closes_at: datetime,
    capacity: int,
    stay_seconds: int = STAY_SECONDS,
) -> UUID:
    """Announce an opening of a service (any code) and return its id. The same announced again is the same.

    Times are aware: from `gathers_at` people may come and wait, at `opens_at` places are drawn, from `closes_at` on the service has
    no door. `capacity`: how many people may be inside at once; `stay_seconds`: how long somebody may stay away before their
    place inside goes to the next. Raises BadInput; Conflict when the service has another opening at that time.
    """
    times = (gathers_at, opens_at, closes_at)
    if any(one.tzinfo is None for one in times) or not gathers_at <= opens_at < closes_at or closes_at <= clock.now():
        raise BadInput(
            "people gather, then it opens, then it closes, in the future", remedy="give aware times in this order"
        )
    if capacity < 1 or stay_seconds < SHORTEST_STAY:
        raise BadInput(
            "nobody could come in, or stay", remedy=f"a capacity from 1, a stay from {SHORTEST_STAY} seconds"
        )
    if not service or not title or not all(text.strip() for text in title.values()):
        raise BadInput("an opening needs a service and a title in every language", remedy="write them")
    with transaction.atomic():
        with connection.cursor() as cursor:  # two announced at the same moment must see each other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"waitingroom:{service}"])
        others = models.Opening.objects.filter(service=service, gathers_at__lt=closes_at, closes_at__gt=gathers_at)
        for other in others:
            if (other.gathers_at, other.opens_at, other.closes_at) == times:
                return other.id
            raise Conflict(
                "the service has an opening at this time", remedy="close one before the next", opening=str(other.id)
            )
        return models.Opening.objects.create(
            service=service,
            title=dict(title),
            gathers_at=gathers_at,
            opens_at=opens_at,
            closes_at=closes_at,
            capacity=capacity,
            allowed=capacity,
            stay_seconds=stay_seconds,
        ).id


def withdraw(*, opening_id: UUID) -> None:
    """Take an opening back, with all who wait for it. Raises NotFound, Conflict once places are drawn."""
    with transaction.atomic():
        row = models.Opening.objects.select_for_update().filter(id=opening_id).first()
        if row is None:
            raise _unknown(opening_id)
        if row.seed is not None:
            raise Conflict("people have places already", remedy="let it run until it closes")
        models.Arrival.objects.filter(opening_id=opening_id).delete()
        row.delete()
    _shown.pop(opening_id, None)


def openings(*, service: str | None = None) -> list[Opening]:
    """Openings that are not over, the next first; of one service if named."""
    now = clock.now()
    found = models.Opening.objects.filter(closes_at__gt=now).order_by("opens_at", "id")
    return [rows.opening(row, now) for row in (found.filter(service=service) if service else found)[:LISTED]]


def current(*, service: str) -> Opening | None:
    """The opening of a service that gathers or is open now; None: one may go in freely."""
    now = clock.now()
    row = _current(service, now)
    return rows.opening(row, now) if row else None


# --- waiting and going in


def arrive(*, opening_id: UUID, party_id: UUID) -> Place:
    """A resident is there. The same resident, from whatever device and however often, has one place. Raises NotFound, Refused
    before people gather and after the end."""
    now, known = clock.now(), public_state(opening_id=opening_id)
    # what is shown may be a second old; its times are not
    if not (known.opening.gathers_at <= now or known.given) or now >= known.opening.closes_at:
        raise Refused(f"this opening is {known.opening.state}", remedy="see its times", state=known.opening.state)
    row = _arrived(opening_id, party_id, now)
    if row.place is None and known.opening.state is State.OPEN:
        turns.lazily(opening_id, at_once=known.let_in == known.given)  # nobody waits: neither must this one
        row.refresh_from_db()
    return rows.place(row, now)


def may_enter(*, service: str, party_id: UUID) -> Verdict:
    """Whether a resident may go in now; asking while one may is being inside, and keeps one's place there for `stay_seconds`.

    Who had their turn, stayed away too long and comes again goes in before all who wait, as soon as there is room.
    """
    now = clock.now()
    found = _current(service, now)
    if found is None:
        return Verdict(answer=Answer.FREE)
    row = models.Arrival.objects.filter(opening_id=found.id, party_id=party_id).first()
    if row is not None and not _is_inside(row, now):
        again = row.place is not None and row.place <= found.let_in
        if again and row.back_at is None:
            models.Arrival.objects.filter(id=row.id).update(back_at=now)
        turns.lazily(found.id, at_once=again)
        row.refresh_from_db()
    inside = row is not None and _is_inside(row, now) and _seen(row, now, timedelta(seconds=found.stay_seconds))
    return Verdict(
        answer=Answer.INSIDE if inside else Answer.WAITING,
        opening=rows.opening(found, now),
        place=rows.place(row, now) if row else None,
    )


def leave(*, service: str, party_id: UUID) -> None:
    """A resident is done: the next may come in. Nothing happens for who is not inside."""
    found = _current(service, clock.now())
    if found is not None:
        models.Arrival.objects.filter(opening_id=found.id, party_id=party_id).update(inside_until=None, back_at=None)


def place_of(*, opening_id: UUID, ticket: str) -> Place:
    """The place that a ticket proves, whoever shows it. Raises BadInput for a ticket that the city has not signed, NotFound."""
    row = models.Arrival.objects.filter(opening_id=opening_id, id=rows.arrival_of(opening_id, ticket)).first()
    if row is None:
        raise NotFound("nothing is known of this place any more", remedy="open the waiting page again")
    return rows.place(row, clock.now())


def public_state(*, opening_id: UUID) -> Shown:
    """What everybody may know; at most a second old. Raises NotFound."""
    now = clock.now()
    known = _shown.get(opening_id)
    if known is None or abs(now - known.now) >= timedelta(seconds=SHOWN_SECONDS):
        row = models.Opening.objects.filter(id=opening_id).first()
        if row is None:
            raise _unknown(opening_id)
        if now < row.closes_at and turns.lazily(opening_id):
            row.refresh_from_db()
        known = _shown[opening_id] = rows.shown(row, now)
    return known


def before(*, shown: Shown, number: int) -> tuple[int, int | None]:
    """How many people are before a place, and how many minutes that takes; None while that is not known."""
    people = max(number - shown.let_in - 1, 0)
    return people, math.ceil((people + 1) / shown.rate) if shown.rate else None


# --- keeping it going


def report(*, opening_id: UUID, seconds: float) -> None:
    """Say how long a request behind the door took; when many are slow, fewer are let in. Raises BadInput for less than nothing."""
    if not seconds >= 0:
        raise BadInput(f"{seconds} is no time that a request takes", remedy="give seconds from 0")
    pace.report(opening_id, seconds)


def take_turns() -> int:
    """Bring every opening that gathers or is open up to date. Idempotent. Returns how many."""
    now = clock.now()
    due = models.Opening.objects.filter(closes_at__gt=now, gathers_at__lte=now).values_list("id", flat=True)
    return sum(turns.turn(opening_id) for opening_id in list(due))


def forget() -> int:
    """Remove who had which place in openings that closed more than KEEP_DAYS ago. Returns how many arrivals. Idempotent."""
    past = clock.now() - timedelta(days=KEEP_DAYS)
    old = models.Opening.objects.filter(closes_at__lt=past).values("id")
    withdrawn = ~Exists(models.Opening.objects.filter(id=OuterRef("opening_id")))
    return models.Arrival.objects.filter(Q(opening_id__in=old) | withdrawn).delete()[0]


# --- checking


def record(*, opening_id: UUID) -> Record:
    """How places were given, to be checked by anybody. Raises NotFound, also while none are."""
    row = models.Opening.objects.filter(id=opening_id).first()
    if row is None or row.seed is None or row.drawn_at is None:
        raise NotFound(f"no places of an opening {opening_id}", remedy="ask again after it has opened")
    placed = models.Arrival.objects.filter(opening_id=opening_id, place__isnull=False).order_by("place")
    return Record(
        opening_id=row.id,
        service=row.service,
        opens_at=row.opens_at,
        drawn_at=row.drawn_at,
        seed=bytes(row.seed),
        arrivals=tuple(
            Drawn(arrival_id=arrival_id, batch=batch or 0, place=place or 0)
            for arrival_id, batch, place in placed.values_list("id", "batch", "place")
        ),
    )


def audit(*, record: Record) -> list[str]:
    """What is wrong with a record: nothing, if everybody has the place that follows from the seed and the order of arrival."""
    return draw.problems(record)


def _current(service: str, now: datetime) -> models.Opening | None:
    begun = Q(gathers_at__lte=now) | Q(seed__isnull=False)
    return models.Opening.objects.filter(begun, service=service, closes_at__gt=now).order_by("opens_at").first()


def _arrived(opening_id: UUID, party_id: UUID, now: datetime) -> models.Arrival:
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE, [opening_id, party_id, now])
        made = cursor.fetchone()
    if made:
        return models.Arrival(id=made[0], opening_id=opening_id, party_id=party_id, arrived_at=now)
    return models.Arrival.objects.get(opening_id=opening_id, party_id=party_id)


def _is_inside(row: models.Arrival, now: datetime) -> bool:
    return row.inside_until is not None and row.inside_until > now


def _seen(row: models.Arrival, now: datetime, stay: timedelta) -> bool:
    """Note that somebody inside is there, not at every request. False: their time was over in the same moment."""
    assert row.inside_until is not None
    if now + stay - row.inside_until < timedelta(seconds=TOUCH_SECONDS):
        return True
    still = models.Arrival.objects.filter(id=row.id, inside_until__gt=now)
    return bool(still.update(inside_until=now + stay, back_at=None))


def _unknown(opening_id: UUID) -> NotFound:
    return NotFound(f"no opening {opening_id}", remedy="see the list of openings")
