"""Why somebody did not get what they wished for more, in data; `words` says it in a language.

What would change it is said of the end: who sits at the place in the end, and the lots as they are. "With this criterion there
would be a seat for you" means: the place would choose you before somebody who sits there now. That is exactly true. It is no
promise about a round that is dealt anew with the criterion: there whoever you put out asks elsewhere and puts out others in
turn, and in rare cases one of them comes to this place with a better claim than yours. Then at least one of those who sit there
is new; and nobody ever fares worse by holding one criterion more at a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gorod.kernel.errors import NotFound
from gorod.verify.allotment import result
from gorod.verify.allotment.matching import Outcome, eligible
from gorod.verify.allotment.problem import Applicant, Place, Seat, tier
from gorod.verify.allotment.result import Cut, Rank


class Why(StrEnum):
    """Why there was no seat."""

    TIER = "tier"  # the open seats went to tiers before theirs
    LOT = "lot"  # the open seats went as far as their tier, to better lots
    NONE_OPEN = "none_open"  # there were no open seats: all are reserved, or kept from before
    SPLIT = "split"  # there was no room for the whole group: the place was struck from its wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Where somebody stands on a place's reserve list, by (tier, lot). `group`: among those who may have the seats of this
    reserve, None: among all. `position`: from 1, of `length`."""

    group: str | None
    position: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there was no seat at a place. `wish`: which it was, from 1. `cut`: how far its seats went. `yours`: where they stand.
    `would_help`: criteria each of which alone would have given them a seat, as things ended, in the order in which the place
    names them. `another_lot`: whether the best of all lots would have. Of a group that stays together both are said of the whole
    group: all of them with that criterion, with the best lots. `waiting`: the whole reserve list, then the reserves that are
    theirs too."""

    place: str
    wish: int
    why: Why
    cut: Cut
    yours: Rank
    would_help: tuple[str, ...]
    another_lot: bool
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What somebody got and why no better. `wish`: which wish it was, from 1; None without a seat. `lot`: their place in the
    lottery, from 1, of `lots`. `reasons`: of the wishes before what they got, of all without a seat."""

    number: str
    seat: Seat | None
    wish: int | None
    wishes: int
    lot: int
    lots: int
    reasons: tuple[Reason, ...]


def explain(outcome: Outcome, number: str) -> Explained:
    """Why an applicant got what they got. Raises NotFound."""
    if number not in outcome.lots:
        raise NotFound(f"there is no applicant {number}", remedy="take the number as it stands on the application")
    lot = outcome.lots[number]
    applicant, seat = outcome.order[lot], outcome.seats[number]
    wish = applicant.wishes.index(seat.place) if seat else None
    missed = applicant.wishes[:wish]
    return Explained(
        number=number,
        seat=seat,
        wish=None if wish is None else wish + 1,
        wishes=len(applicant.wishes),
        lot=lot + 1,
        lots=len(outcome.order),
        reasons=tuple(_reason(outcome, applicant, outcome.places[place], at) for at, place in enumerate(missed, 1)),
    )


def _reason(outcome: Outcome, applicant: Applicant, place: Place, wish: int) -> Reason:
    members = [applicant] if applicant.together is None else outcome.groups[applicant.together]
    cut = result.cut(outcome, place)
    yours = Rank(tier=tier(applicant, place), lot=outcome.lots[applicant.number] + 1)
    named = [*place.priorities, *(reserve.criterion for reserve in place.reserves)]
    would_help = [code for code in dict.fromkeys(named) if _admitted(outcome, place, _with(code, members, place))]
    struck = applicant.together is not None and place.id in outcome.struck.get(applicant.together, ())
    return Reason(
        place=place.id,
        wish=wish,
        why=Why.SPLIT if struck else _why(cut, yours),
        cut=cut,
        yours=yours,
        would_help=() if _admitted(outcome, place, members) else tuple(would_help),
        another_lot=_admitted(outcome, place, members, best=True),
        waiting=tuple(_waiting(outcome, applicant, place)),
    )


def _why(cut: Cut, yours: Rank) -> Why:
    last = cut.lines[-1].last
    if last is None:
        return Why.NONE_OPEN
    return Why.TIER if last.tier < yours.tier else Why.LOT


def _with(code: str, members: Sequence[Applicant], place: Place) -> list[Applicant]:
    """The same people who hold one criterion more, at this place."""
    return [replace(one, here={**one.here, place.id: one.here.get(place.id, frozenset()) | {code}}) for one in members]


def _admitted(outcome: Outcome, place: Place, members: Sequence[Applicant], *, best: bool = False) -> bool:
    """Whether the place would choose all of them besides those who sit there in the end. `best`: with lots better than the
    best."""
    filling = outcome.fillings[place.id].copy()
    ranks = {
        tier(one, place) * outcome.span - at if best else outcome.rank(one, place.id): one
        for at, one in enumerate(members, 1)
    }
    out = [filling.offer(rank, eligible(one, place)) for rank, one in ranks.items()]
    return not ranks.keys() & set(out)


def _waiting(outcome: Outcome, applicant: Applicant, place: Place) -> list[Waiting]:
    ranks, own = outcome.waiting[place.id], outcome.rank(applicant, place.id)
    found = [Waiting(group=None, position=ranks.index(own) + 1, length=len(ranks))]
    for number in eligible(applicant, place):
        reserve = place.reserves[number]
        theirs = [rank for rank in ranks if outcome.of(rank).holds_criterion(reserve.criterion, place.id)]
        found.append(Waiting(group=reserve.name, position=theirs.index(own) + 1, length=len(theirs)))
    return found
