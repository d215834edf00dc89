"""Seats after the dealing: accepted, declined, or not answered in time; then whoever is next on the reserve list is asked. Each
seat that moves is an entry of the ledger, by number."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.allotment import models
from gorod.engines.allotment.data import SEAT, Held, State
from gorod.engines.allotment.logic import dealing, rows, telling, wishing
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.records.ledger import api as ledger
from gorod.verify.allotment import problem, rounds

LATE_AT_ONCE, PASSED_AT_ONCE = 200, 20  # seats in one transaction
HAS = (Held.OFFERED, Held.ACCEPTED)  # the seat is not free

Given = dict[str, list[models.Seat]]
"""Every seat that was given to each, by number."""


def give(row: models.Allotment) -> None:
    """The seats of the dealing, offered to whom it gave them."""
    ids = dict(models.Application.objects.filter(allotment=row).values_list("number", "id"))
    until = rows.answer_until(row)
    models.Seat.objects.bulk_create(
        models.Seat(
            application_id=ids[number],
            place=seat.place,
            group=seat.group,
            held=Held.OFFERED,
            until=until,
            from_list=False,
            at=clock.now(),
        )
        for number, seat in dealing.outcome(row).seats.items()
        if seat is not None
    )


def answer(application_id: UUID, *, party_id: UUID, seat_id: UUID, accepts: bool) -> None:
    """Accept or decline a seat that waits for an answer, or give up one that was accepted. Raises NotFound, Conflict when it does
    not wait any more, Refused after its day."""
    allotment_id = wishing.own(application_id, party_id).allotment_id
    row = rows.locked(allotment_id, State.DEALT)
    seat = models.Seat.objects.select_related("application").filter(id=seat_id, application=application_id).first()
    if seat is None:
        raise NotFound(f"no seat {seat_id}", remedy="see the application")
    wanted = Held.ACCEPTED if accepts else Held.DECLINED
    if seat.held == wanted:
        return
    if seat.held not in HAS:
        raise Conflict(f"this seat is {seat.held}", remedy="see the application", state=seat.held)
    if seat.held == Held.OFFERED and seat.until < clock.today():
        raise Refused("the time to answer is over", remedy="see the application", why="late")
    if accepts:
        _give_up_for(row, seat)
    _move(row, seat, wanted)


def _give_up_for(row: models.Allotment, accepted: models.Seat) -> None:
    """Give up the seat that was accepted before, and offers of what is wanted less; an offer of something better stays."""
    wishes = accepted.application.wishes
    others = models.Seat.objects.filter(application=accepted.application_id, held__in=HAS).exclude(id=accepted.id)
    for other in others.select_related("application"):
        if other.held == Held.ACCEPTED or wishes.index(other.place) > wishes.index(accepted.place):
            _move(row, other, Held.GIVEN_UP)


def go_on(row: models.Allotment) -> bool:
    """Let pass some that were not answered in time; when there are none, ask whoever is next for some of what is free. Returns
    whether there was anything: the rest is the next step's, so that nobody who answers waits for long."""
    of_it = models.Seat.objects.filter(application__allotment=row).select_related("application")
    knowing = of_it.filter(application__told_at__isnull=False)  # whoever was not told yet cannot have answered
    late = list(knowing.filter(held=Held.OFFERED, until__lt=clock.today()).order_by("id")[:LATE_AT_ONCE])
    for seat in late:
        _move(row, seat, Held.LAPSED)
        telling.lapsed(row, seat)
    if late:
        return True
    freed = {seat.id: _touched(seat) for seat in of_it.exclude(held__in=HAS).filter(passed_on=False)}
    given, left = _given(row) if freed else {}, PASSED_AT_ONCE
    done: set[str] = set()
    for place in sorted(set().union(*freed.values())):
        left -= _pass_on(row, place, given, most=left)
        if not left:
            break
        done.add(place)
    models.Seat.objects.filter(id__in=[seat_id for seat_id, places in freed.items() if places <= done]).update(
        passed_on=True
    )
    return bool(freed)


def _touched(seat: models.Seat) -> set[str]:
    """Where somebody may be next because of a seat that is free again: there, and wherever its owner wants a place, who may be next
    now where there was room all the time."""
    return {seat.place, *seat.application.wishes}


def waiting(row: models.Allotment) -> dict[str, tuple[str, ...]]:
    """The reserve list of each place as it was dealt: numbers, the first is next."""
    outcome = dealing.outcome(row)
    return {place: tuple(outcome.of(rank).number for rank in ranks) for place, ranks in outcome.waiting.items()}


def _pass_on(row: models.Allotment, place: str, given: Given, *, most: int) -> int:
    """Offer what is free at a place to whoever is next, one after another. Returns how many seats it were."""
    outcome = dealing.outcome(row)
    passed_over = {number for number, seats in given.items() if any(_left(one, place) for one in seats)}
    for passed in range(most):
        found = rounds.next_in_line(outcome, place, now=_now(row, place, given), passed_over=passed_over)
        if found is None:
            return passed
        number, seat = found
        made = models.Seat.objects.create(
            application=models.Application.objects.get(allotment=row, number=number),
            place=seat.place,
            group=seat.group,
            held=Held.OFFERED,
            until=rows.answer_until(row),
            from_list=True,
            at=clock.now(),
        )
        given.setdefault(number, []).append(made)
        _declare(row, number, made, Held.OFFERED)
        telling.offered(row, made)
    return most


def _left(seat: models.Seat, place: str) -> bool:
    return seat.place == place and seat.held not in HAS


def _now(row: models.Allotment, place: str, given: Given) -> dict[str, problem.Seat | None]:
    """The seats as this place sees them, of everybody who still takes part. Whoever has one here and is asked whether they want a
    better one keeps it until they answer; elsewhere they stand at the best that they have or are asked about. Whoever did not
    answer and has nothing takes no part any more, as they were told."""
    outcome = dealing.outcome(row)
    now: dict[str, problem.Seat | None] = {}
    for one in outcome.order:
        seats = given.get(one.number, [])
        has = sorted((seat for seat in seats if seat.held in HAS), key=lambda seat: one.wishes.index(seat.place))
        if not has and any(seat.held == Held.LAPSED for seat in seats):
            continue
        seen = next((seat for seat in has if seat.place == place), has[0] if has else None)
        now[one.number] = problem.Seat(place=seen.place, group=seen.group) if seen else None
    return now


def _given(row: models.Allotment) -> Given:
    found: Given = {}
    for seat in (
        models.Seat.objects.filter(application__allotment=row).select_related("application").order_by("at", "id")
    ):
        found.setdefault(seat.application.number, []).append(seat)
    return found


def _move(row: models.Allotment, seat: models.Seat, held: Held) -> None:
    seat.held = held
    seat.save(update_fields=["held"])
    _declare(row, seat.application.number, seat, held)


def _declare(row: models.Allotment, number: str, seat: models.Seat, held: Held) -> None:
    ledger.declare(
        kind=SEAT,
        content={
            "allotment": str(row.id),
            "round": dealing.ROUND,
            "number": number,
            "place": seat.place,
            "group": seat.group,
            "is": held,
        },
        about=row.id,
        once=f"{SEAT}:{seat.id}:{held}",
    )
