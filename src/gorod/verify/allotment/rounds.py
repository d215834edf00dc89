"""What comes after a round: who is next when a seat becomes free, and the next round.

In a next round whoever holds a seat is asked first by its place, before any reserve: nobody loses a seat by taking part. They may
still get one of their better wishes; then the seat they held is dealt out in the same round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from gorod.kernel.errors import BadInput
from gorod.verify.allotment import input_file, result
from gorod.verify.allotment.matching import Filling, Outcome, eligible, stage_of
from gorod.verify.allotment.problem import Applicant, Problem, Seat
from gorod.verify.allotment.result import Result


def next_in_line(outcome: Outcome, place: str, *, leaving: str | None = None) -> str | None:
    """Who gets a seat that becomes free outside of rounds: the number of the one whom the place would choose from its reserve
    list. None: nobody waits.

    `leaving`: who goes away from it; None: one open seat more was set up. It is not always the first of the list: a seat of a
    reserve goes to somebody who may have it; and somebody on an open seat may move on to it, then theirs is the free one.
    Groups that stay together are passed over, for there is one seat. Raises BadInput when `leaving` does not sit there.
    """
    of = outcome.places[place]
    seated = [rank for rank, _stage in outcome.fillings[place].seated()]
    if leaving is not None:
        seat = outcome.seats.get(leaving)
        if seat is None or seat.place != place:
            raise BadInput(f"{leaving} has no seat at {place}", remedy="name somebody who sits there")
        seated = [rank for rank in seated if outcome.of(rank).number != leaving]
    else:
        of = replace(of, seats=of.seats + 1)
    filling = Filling(of)
    for rank in seated:
        one = outcome.of(rank)
        kept = stage_of(of, one.holds.group) if one.holds is not None and one.holds.place == place else None
        filling.offer(rank, eligible(one, of), kept)
    alone = [rank for rank in outcome.waiting[place] if outcome.of(rank).together is None]
    for rank in alone:
        filling.offer(rank, eligible(outcome.of(rank), of))
    chosen = {rank for rank, _stage in filling.seated()}
    return next((outcome.of(rank).number for rank in alone if rank in chosen), None)


def next_round(
    *,
    problem: Problem,
    result_before: Result,
    withdrawn: Collection[str] = (),
    declined: Collection[str] = (),
    seats: Mapping[str, int] | None = None,
    joining: Sequence[Applicant] = (),
) -> Problem:
    """The next round of a problem after its result.

    `withdrawn`: numbers of those who go and give up what they have. `declined`: of those who give up the seat they got, and the
    wish for it, and stay with their other wishes. `seats`: places that have another number of seats now. `joining`: new
    applicants. Everybody else with a seat holds it and keeps the wishes before it; everybody else without one keeps all wishes,
    those struck from a group's too. A group whose members do different things comes apart. Whoever has no wishes left is no
    longer part of it. Raises BadInput for a number that is not there, a seat declined that nobody gave, fewer seats than are
    held.
    """
    numbers = {one.number for one in problem.applicants}
    for number in {*withdrawn, *declined}:
        if number not in numbers:
            raise BadInput(f"there is no applicant {number}", remedy="take numbers of the round before")
        if number in declined and (number in withdrawn or result_before.seats.get(number) is None):
            raise BadInput(f"applicant {number} has no seat to decline", remedy="leave the number out of the declined")
    apart = _apart(problem, withdrawn, declined)
    stay = (
        _after(one, result_before.seats.get(one.number), one.number in declined)
        for one in problem.applicants
        if one.number not in withdrawn
    )
    new = seats or {}
    if unknown := sorted(new.keys() - {place.id for place in problem.places}):
        raise BadInput(f"there is no place {unknown[0]}", remedy="name places of the round before")
    found = replace(
        problem,
        round=problem.round + 1,
        previous=result.digest(result_before),
        places=tuple(replace(place, seats=new.get(place.id, place.seats)) for place in problem.places),
        applicants=(
            *(replace(one, together=None) if one.number in apart else one for one in stay if one.wishes),
            *joining,
        ),
    )
    return input_file.read(input_file.written(found))


def _after(applicant: Applicant, seat: Seat | None, declined: bool) -> Applicant:
    if seat is None:
        return applicant
    if declined:
        return replace(applicant, wishes=tuple(one for one in applicant.wishes if one != seat.place), holds=None)
    return replace(applicant, wishes=applicant.wishes[: applicant.wishes.index(seat.place) + 1], holds=seat)


def _apart(problem: Problem, withdrawn: Collection[str], declined: Collection[str]) -> set[str]:
    """The members of groups whose members do different things."""
    done: dict[str, list[tuple[str, tuple[bool, bool]]]] = {}
    for one in problem.applicants:
        if one.together is not None:
            done.setdefault(one.together, []).append((one.number, (one.number in withdrawn, one.number in declined)))
    different = [members for members in done.values() if len({what for _number, what in members}) > 1]
    return {number for members in different for number, _what in members}


def unfounded(problem: Problem, before: Result) -> Iterator[str]:
    """What in a round does not follow from the result before it: seats that are said to be held and were not given, seats that
    were given and are held by nobody though the applicant still wishes for them; another result. Each in words."""
    if problem.previous != result.digest(before):
        yield "the input names another result as the one before it"
    for one in problem.applicants:
        given = before.seats.get(one.number)
        if one.holds is not None and one.holds != given:
            yield f"applicant {one.number} holds a seat at {one.holds.place} that the round before did not give them"
        if one.holds is None and given is not None and given.place in one.wishes:
            yield f"applicant {one.number} was given a seat at {given.place}, still wishes for it and does not hold it"
