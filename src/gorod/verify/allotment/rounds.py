"""What comes after a round: who is next when a seat becomes free, and the next round.

In a next round whoever holds a seat is asked first by its place, before any reserve: nobody loses a seat by taking part. They may
still get one of their better wishes; then the seat they held is dealt out in the same round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from gorod.kernel.errors import BadInput, NotFound
from gorod.verify.allotment import input_file, result
from gorod.verify.allotment.matching import Filling, Outcome, eligible, stage_of
from gorod.verify.allotment.problem import Applicant, Problem, Seat
from gorod.verify.allotment.result import Result


def next_in_line(
    outcome: Outcome,
    place: str,
    *,
    now: Mapping[str, Seat | None],
    seats: int | None = None,
    passed_over: Collection[str] = (),
) -> tuple[str, Seat] | None:
    """Who gets a seat that is free at a place outside of rounds, and which: by number. None: no seat is free, or nobody waits.

    `now`: the seats as they are, of everybody who still takes part; after a round `outcome.seats` without those who went, and
    with None for who gave up their seat and waits for another. `seats`: of the place, if it has another number of them now.
    `passed_over`: who gave up a seat there, or did not want it when it was their turn.
    Everybody who sits there stays on the seat they have. A seat of a reserve goes to the first on the reserve list who may have
    it, else to the first of all, as in a round. Groups that stay together are passed over: this is about one seat. Raises
    NotFound for a place that there is not.
    """
    of = outcome.places.get(place)
    if of is None:
        raise NotFound(f"there is no place {place}", remedy="name a place of this round")
    taking_part = [one for one in outcome.order if one.number in now]
    sitting = [(one, seat) for one in taking_part if (seat := now[one.number]) is not None and seat.place == place]
    if len(sitting) >= (of.seats if seats is None else seats):
        return None
    filling = Filling(replace(of, seats=len(sitting) + 1))
    for one, seat in sitting:
        filling.offer(outcome.rank(one, place), kept=stage_of(of, seat.group))
    for one in taking_part:
        alone = one.together is None and one.number not in passed_over
        if alone and _wants(one, place, now[one.number]):
            filling.offer(outcome.rank(one, place), eligible(one, of))
    names = [*(reserve.name for reserve in of.reserves), None]
    for stage, ranks in enumerate(filling.stages):
        for rank in ranks:
            return outcome.of(-rank).number, Seat(place=place, group=names[stage])
    return None


def _wants(one: Applicant, place: str, seat: Seat | None) -> bool:
    """Whether they wish for a place more than for what they have."""
    wishes = one.wishes if seat is None else one.wishes[: one.wishes.index(seat.place)]
    return place in wishes


def next_round(
    *,
    problem: Problem,
    result_before: Result,
    withdrawn: Collection[str] = (),
    declined: Collection[str] = (),
    given: Mapping[str, Seat] | None = None,
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
    now: dict[str, Seat | None] = {**result_before.seats, **(given or {})}
    for number in sorted({*withdrawn, *declined, *(given or ())}):
        if number not in numbers:
            raise BadInput(f"there is no applicant {number}", remedy="take numbers of the round before")
        if number in declined and (number in withdrawn or now.get(number) is None):
            raise BadInput(f"applicant {number} has no seat to decline", remedy="leave the number out of the declined")
    apart = _apart(problem, withdrawn, declined)
    stay = (
        _after(one, now.get(one.number), one.number in declined)
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
        return replace(applicant, holds=None)
    if seat.place not in applicant.wishes:
        raise BadInput(
            f"applicant {applicant.number} does not wish for {seat.place}",
            remedy="give seats at places of their wishes",
        )
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
    """What in a round does not follow from the result before it: another result, or a seat that was given and that its applicant
    neither holds nor gave up, for they still wish for it. Each in words."""
    if problem.previous != result.digest(before):
        yield "the input names another result as the one before it"
    for one in problem.applicants:
        given = before.seats.get(one.number)
        if given is not None and one.holds is None and given.place in one.wishes:
            yield f"applicant {one.number} was given a seat at {given.place}, still wishes for it and does not hold it"


def given_since(problem: Problem, before: Result) -> list[str]:
    """Who holds a seat that the round before did not give them: from the reserve list, so the city's records must have each."""
    return [one.number for one in problem.applicants if one.holds and one.holds != before.seats.get(one.number)]
