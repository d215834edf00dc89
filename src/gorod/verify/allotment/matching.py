"""Who gets which seat: applicants propose, places hold the best and let go of the rest (deferred acceptance).

How a place chooses from those who ask for it:

0. whoever holds a seat there from an earlier round keeps it, and it is counted where it was (a reserve, or open);
1. each reserve, in the declared order, takes those who hold its criterion, by (tier, lot), until its seats are taken;
2. all other seats are open to everybody left, by (tier, lot): reserved seats that nobody claimed are among them.

Reserves first and the same people in both: a reserve is a guaranteed minimum (Hafalir, Yenmez, Yildirim, "Effective affirmative
action in school choice", 2013); seats of different kinds filled one after the other are slot-specific priorities (Kominers,
Sönmez, "Matching with slot-specific priorities: Theory", 2016), with unclaimed ones handed on (Aygün, Turhan, "Dynamic reserves
in matching markets", 2020).

Why it is stable and honest. With one more to choose from, each step above either does not notice, or hands exactly one person
more to the next step, or leaves it exactly one seat less, and never both. So nobody who was turned away is taken because one
more came (substitutes), and a place takes as many as it can (so the law of aggregate demand holds). Under these two conditions,
say Hatfield and Milgrom, "Matching with contracts" (2005), deferred acceptance by applicants is stable (nobody has a better
claim to a seat than who sits on it, no seat stays empty while somebody wants it), it is the best stable outcome for all
applicants at once, and it is strategy-proof for applicants: to state one's true wishes is never worse than anything else; nor,
say Hatfield and Kojima, "Group incentive compatibility for matching with contracts" (2009), can several gain all together by
agreeing on what to state.

Groups that stay together. If a group's members end at different places, the best place at which some but not all of them sit is
struck from the wishes of the whole group, and all is dealt again, with the same lots; for all such groups at once, until there
are none. Each time at least one wish is struck, so it ends after at most as many runs as all groups have wishes. What is lost
by that, and only where there are groups: a group may be struck from a place where there would be room for it in the end; a
group may therefore gain by stating other wishes, or by going apart; and since what is struck depends on everybody, honesty is a
theorem for the others only while what is struck stays the same. What holds all the same: the outcome is stable for everybody,
groups included, with respect to the wishes that were not struck; and a seat that was held is never lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush, heappushpop, heapreplace

from gorod.verify.allotment import lottery
from gorod.verify.allotment.problem import MOST_TOGETHER, Applicant, Place, Problem, Seat, tier

NOBODY = -1


class Filling:
    """Who sits at one place. Whoever asks is a rank: tier × span + place in the lottery; the lower is the better.

    `stages`: a heap for each reserve in the declared order and one for the open seats, the worst on top (so of negated ranks).
    """

    __slots__ = ("_reserves", "_seats", "eligible", "kept", "stages", "taken")

    def __init__(self, place: Place) -> None:
        self._seats = place.seats
        self._reserves = [reserve.seats for reserve in place.reserves]
        self.stages: list[list[int]] = [[] for _ in range(len(place.reserves) + 1)]
        self.kept: dict[int, int] = {}  # rank: stage of the seat that is held from an earlier round
        self.eligible: dict[int, Sequence[int]] = {}  # rank: the reserves whose criterion is held
        self.taken = 0

    def copy(self) -> Filling:
        """Another one with the same people."""
        other = Filling.__new__(Filling)
        other._seats, other._reserves, other.taken = self._seats, [*self._reserves], self.taken
        other.stages = [[*stage] for stage in self.stages]
        other.kept, other.eligible = dict(self.kept), dict(self.eligible)
        return other

    def offer(self, rank: int, eligible: Sequence[int] = (), kept: int | None = None) -> int:
        """Somebody asks. Returns the rank of whom there is no seat for now (perhaps of the one who asks), or NOBODY.

        `eligible`: numbers of the reserves whose criterion they hold, ascending. `kept`: the stage of the seat they hold already.
        """
        if kept is not None:
            self.kept[rank] = kept
            self._one_less(kept)
        else:
            if eligible:
                self.eligible[rank] = eligible
            elif self.taken == self._seats and self.stages[-1]:
                return -heappushpop(self.stages[-1], -rank)
            self._pass_on(rank, 0)
        if self.taken < self._seats:
            self.taken += 1
            return NOBODY
        for stage in reversed(self.stages):
            if stage:
                return -heappop(stage)
        raise AssertionError("more seats are held than there are: input_file lets no such input in")

    def _one_less(self, stage: int) -> None:
        """A seat of the stage is held; of a reserve that is used up it was an open one."""
        if stage < len(self._reserves) and self._reserves[stage] > 0:
            self._reserves[stage] -= 1
            if len(self.stages[stage]) > self._reserves[stage]:
                self._pass_on(-heappop(self.stages[stage]), stage + 1)

    def _pass_on(self, rank: int, first: int) -> None:
        """Seat somebody in the first stage, from `first` on, that takes them, and whoever that puts out in a later one."""
        for stage in range(first, len(self._reserves)):
            if stage in self.eligible.get(rank, ()):
                heap = self.stages[stage]
                if len(heap) < self._reserves[stage]:
                    heappush(heap, -rank)
                    return
                if heap and -heap[0] > rank:
                    rank = -heapreplace(heap, -rank)
        heappush(self.stages[-1], -rank)

    def seated(self) -> Iterator[tuple[int, int]]:
        """Rank and stage of everybody who sits here."""
        for number, stage in enumerate(self.stages):
            yield from ((-one, number) for one in stage)
        yield from self.kept.items()

    def room(self, stage: int) -> int:
        """How many seats a stage came to have for whom had no seat before: those of a reserve as far as there were seats left;
        open are all that were not taken before."""
        left = self._seats - len(self.kept) - sum(len(before) for before in self.stages[:stage])
        return left if stage == len(self._reserves) else min(self._reserves[stage], left)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a round came out, with all that its reasons follow from. `order`: applicants from the best lot to the worst;
    `fillings`: by place; `struck`: the places that were struck from a group's wishes, in the order in which they were."""

    problem: Problem
    order: Sequence[Applicant]
    fillings: Mapping[str, Filling]
    struck: Mapping[str, tuple[str, ...]]

    @property
    def span(self) -> int:
        """How many ranks a tier has: one for each lot, and some to try out lots that are better than the best."""
        return _span(self.order)

    @cached_property
    def places(self) -> dict[str, Place]:
        """By id."""
        return {place.id: place for place in self.problem.places}

    @cached_property
    def lots(self) -> dict[str, int]:
        """Who has which place in the lottery, by number: 0 is the best."""
        return {applicant.number: lot for lot, applicant in enumerate(self.order)}

    @cached_property
    def seats(self) -> dict[str, Seat | None]:
        """Who got what, by number, in the order of the input."""
        found: dict[str, Seat | None] = {applicant.number: None for applicant in self.problem.applicants}
        for place in self.problem.places:
            names = [*(reserve.name for reserve in place.reserves), None]
            for rank, stage in self.fillings[place.id].seated():
                found[self.of(rank).number] = Seat(place=place.id, group=names[stage])
        return found

    @cached_property
    def groups(self) -> dict[str, tuple[Applicant, ...]]:
        """The members of each group that stays together."""
        return together(self.problem.applicants)

    @cached_property
    def waiting(self) -> dict[str, list[int]]:
        """The reserve list of each place: the ranks of those who wished for it more than for what they got, the best first."""
        found: dict[str, list[int]] = {place: [] for place in self.places}
        for lot, applicant in enumerate(self.order):
            seat = self.seats[applicant.number]
            for wish in applicant.wishes:
                if seat is not None and wish == seat.place:
                    break
                found[wish].append(tier(applicant, self.places[wish]) * self.span + lot)
        for ranks in found.values():
            ranks.sort()
        return found

    def rank(self, applicant: Applicant, place: str) -> int:
        """Of an applicant at a place."""
        return tier(applicant, self.places[place]) * self.span + self.lots[applicant.number]

    def of(self, rank: int) -> Applicant:
        """Whose rank it is."""
        return self.order[rank % self.span]


def deal(problem: Problem, seed: bytes) -> Outcome:
    """Deal out the seats of a problem that `input_file.check` finds nothing wrong with. `seed`: of the lottery, see
    `lottery.seed`. The order in the input makes no difference."""
    lots = {one.number: lottery.lot(seed, one.together or one.number) for one in problem.applicants}
    order = sorted(problem.applicants, key=lambda one: (lots[one.number], one.number))
    groups = together(problem.applicants)
    struck: dict[str, tuple[str, ...]] = {}
    while True:
        outcome = Outcome(problem=problem, order=order, fillings=_dealt(problem, order, struck), struck=dict(struck))
        split = dict(_split(groups, outcome.seats)) if groups else {}
        if not split:
            return outcome
        for group, place in split.items():
            struck[group] = (*struck.get(group, ()), place)


def _span(order: Sequence[Applicant]) -> int:
    return len(order) + MOST_TOGETHER


def _dealt(problem: Problem, order: Sequence[Applicant], struck: Mapping[str, Sequence[str]]) -> dict[str, Filling]:
    """One run. Who is put out takes over at once: the outcome does not depend on the order in which people ask."""
    fillings = {place.id: Filling(place) for place in problem.places}
    known = {place.id: (place, fillings[place.id]) for place in problem.places}
    wishes = [iter(_left(applicant, struck)) for applicant in order]
    span = _span(order)
    for asking in range(len(order)):
        while asking != NOBODY:
            wish = next(wishes[asking], None)
            if wish is None:
                break
            place, filling = known[wish]
            applicant = order[asking]
            rank = tier(applicant, place) * span + asking if place.priorities else asking
            if applicant.holds is not None and applicant.holds.place == wish:
                out = filling.offer(rank, kept=stage_of(place, applicant.holds.group))
            else:
                out = filling.offer(rank, eligible(applicant, place) if place.reserves else ())
            asking = out if out == NOBODY else out % span
    return fillings


def eligible(applicant: Applicant, place: Place) -> list[int]:
    """The numbers of the reserves of a place whose criterion they hold."""
    found = enumerate(place.reserves)
    return [number for number, reserve in found if applicant.holds_criterion(reserve.criterion, place.id)]


def stage_of(place: Place, group: str | None) -> int:
    """In which stage a place fills seats of a reserve, or its open seats (None)."""
    names = [reserve.name for reserve in place.reserves]
    return len(names) if group is None else names.index(group)


def together(applicants: Sequence[Applicant]) -> dict[str, tuple[Applicant, ...]]:
    """The members of each group that stays together, in the order of their numbers."""
    found: dict[str, list[Applicant]] = {}
    for one in applicants:
        if one.together is not None:
            found.setdefault(one.together, []).append(one)
    return {group: tuple(sorted(members, key=lambda one: one.number)) for group, members in sorted(found.items())}


def _left(applicant: Applicant, struck: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The wishes that were not struck."""
    gone = struck.get(applicant.together, ()) if applicant.together is not None else ()
    return [wish for wish in applicant.wishes if wish not in gone] if gone else applicant.wishes


def _split(groups: Mapping[str, Sequence[Applicant]], seats: Mapping[str, Seat | None]) -> Iterator[tuple[str, str]]:
    """The groups whose members are apart, and the best place at which some of them sit."""
    for group, members in groups.items():
        found = {seat.place if seat else None for seat in (seats[one.number] for one in members)}
        if len(found) > 1:
            yield group, next(wish for wish in members[0].wishes if wish in found)
