"""The file of a problem: canonical JSON (RFC 8785), read strictly. docs/reference/allotment.md describes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from gorod.kernel.canonical import canonical_json
from gorod.verify.allotment import strict
from gorod.verify.allotment.problem import (
    MOST_APPLICANTS,
    MOST_CRITERIA,
    MOST_PLACES,
    MOST_PRIORITIES,
    MOST_RESERVES,
    MOST_ROUNDS,
    MOST_SEATS,
    MOST_TOGETHER,
    MOST_WISHES,
    Applicant,
    Place,
    Problem,
    Reserve,
    Seat,
)
from gorod.verify.allotment.strict import wrong


def written(problem: Problem) -> bytes:
    """The file. Everything in it that has no order of its own is sorted, so one problem has one file."""
    return canonical_json(
        {
            "allotment": problem.allotment,
            "round": problem.round,
            "title": dict(problem.title),
            "previous": problem.previous,
            "criteria": {code: dict(words) for code, words in problem.criteria.items()},
            "places": [_written_place(one) for one in sorted(problem.places, key=_id)],
            "applicants": [_written_applicant(one) for one in sorted(problem.applicants, key=_number)],
        }
    )


def digest(problem: Problem) -> str:
    """SHA-256 of its file, hexadecimal."""
    return sha256(written(problem)).hexdigest()


def _id(place: Place) -> str:
    return place.id


def _number(applicant: Applicant) -> str:
    return applicant.number


def _written_place(place: Place) -> dict[str, Any]:
    reserves = [{"name": one.name, "seats": one.seats, "criterion": one.criterion} for one in place.reserves]
    return {
        "id": place.id,
        "names": dict(place.names),
        "seats": place.seats,
        "reserves": reserves,
        "priorities": [*place.priorities],
    }


def _written_applicant(applicant: Applicant) -> dict[str, Any]:
    found: dict[str, Any] = {"number": applicant.number, "wishes": [*applicant.wishes]}
    if applicant.criteria:
        found["criteria"] = sorted(applicant.criteria)
    if any(applicant.here.values()):
        found["here"] = {place: sorted(codes) for place, codes in applicant.here.items() if codes}
    if applicant.together is not None:
        found["together"] = applicant.together
    if applicant.holds is not None:
        found["holds"] = {"place": applicant.holds.place, "group": applicant.holds.group}
    return found


def read(raw: bytes) -> Problem:
    """The problem of a file. Raises BadInput with the place in the file and what to do."""
    content = strict.members(
        strict.loaded(raw, what="the input"),
        "the input",
        ("allotment", "round", "title", "criteria", "places", "applicants"),
        ("previous",),
    )
    criteria = {
        strict.name(code, "a code of criteria"): strict.words(words, f"criterion {code}")
        for code, words in strict.mapped(content["criteria"], "criteria", MOST_CRITERIA).items()
    }
    lines = strict.listed(content["places"], "places", MOST_PLACES)
    places = [_place(one, f"place {number}", criteria) for number, one in enumerate(lines, 1)]
    strict.distinct([place.id for place in places], "places")
    known = {place.id: place for place in places}
    lines = strict.listed(content["applicants"], "applicants", MOST_APPLICANTS)
    applicants = [_applicant(one, f"applicant on line {at}", known, criteria) for at, one in enumerate(lines, 1)]
    strict.distinct([one.number for one in applicants], "applicants")
    previous = content.get("previous")
    found = Problem(
        allotment=strict.name(content["allotment"], "allotment"),
        round=strict.whole(content["round"], "round", 1, MOST_ROUNDS),
        title=strict.words(content["title"], "title"),
        previous=None if previous is None else strict.digest_of(previous, "previous"),
        criteria=criteria,
        places=tuple(sorted(places, key=_id)),
        applicants=tuple(sorted(applicants, key=_number)),
    )
    check(found)
    return found


def check(problem: Problem) -> None:
    """See that what concerns several applicants at once fits together. Raises BadInput."""
    groups: dict[str, list[Applicant]] = defaultdict(list)
    held: Counter[str] = Counter()
    for applicant in problem.applicants:
        if applicant.together is not None:
            groups[applicant.together].append(applicant)
        if applicant.holds is not None:
            held[applicant.holds.place] += 1
    for place in problem.places:
        if held[place.id] > place.seats:
            wrong(
                f"place {place.id}",
                f"{held[place.id]:,} hold seats there already, and it has {place.seats:,}",
                "give it as many seats as are held at least",
            )
    numbers = {applicant.number for applicant in problem.applicants}
    for group, members in groups.items():
        _check_group(group, members, numbers)


def _check_group(group: str, members: Sequence[Applicant], numbers: Collection[str]) -> None:
    where = f"group {group}"
    if group in numbers:
        wrong(where, "an applicant has the same number", "name the group otherwise: each of them has a lot of its own")
    if not 2 <= len(members) <= MOST_TOGETHER:
        wrong(where, f"has {len(members)} members", f"2 to {MOST_TOGETHER} stay together")
    first, *others = members
    for other in others:
        if other.wishes != first.wishes:
            wrong(
                where,
                f"applicants {first.number} and {other.number} have other wishes",
                "give all members the same wishes in the same order",
            )
        if (other.holds and other.holds.place) != (first.holds and first.holds.place):
            wrong(
                where,
                f"applicants {first.number} and {other.number} do not hold seats at the same place",
                "leave out `together` of both, or let both hold seats there",
            )


def _place(content: Any, where: str, criteria: Mapping[str, Any]) -> Place:
    said = strict.members(content, where, ("id", "names", "seats"), ("reserves", "priorities"))
    where = f"place {strict.name(said['id'], f'{where}, id')}"
    seats = strict.whole(said["seats"], f"{where}, seats", 0, MOST_SEATS)
    lines = strict.listed(said.get("reserves", []), f"{where}, reserves", MOST_RESERVES)
    reserves = tuple(_reserve(one, f"{where}, reserve {at}", criteria) for at, one in enumerate(lines, 1))
    strict.distinct([one.name for one in reserves], f"{where}, reserves")
    reserved = sum(one.seats for one in reserves)
    if reserved > seats:
        wrong(f"{where}, reserves", f"{reserved:,} of {seats:,} seats are reserved", "reserve no more than there are")
    priorities = strict.listed(said.get("priorities", []), f"{where}, priorities", MOST_PRIORITIES)
    return Place(
        id=said["id"],
        names=strict.words(said["names"], f"{where}, names"),
        seats=seats,
        reserves=reserves,
        priorities=_codes(priorities, f"{where}, priorities", criteria),
    )


def _reserve(content: Any, where: str, criteria: Mapping[str, Any]) -> Reserve:
    said = strict.members(content, where, ("name", "seats", "criterion"))
    (criterion,) = _codes([said["criterion"]], f"{where}, criterion", criteria)
    return Reserve(
        name=strict.name(said["name"], f"{where}, name"),
        seats=strict.whole(said["seats"], f"{where}, seats", 0, MOST_SEATS),
        criterion=criterion,
    )


def _applicant(content: Any, where: str, places: Mapping[str, Place], criteria: Mapping[str, Any]) -> Applicant:
    said = strict.members(content, where, ("number", "wishes"), ("criteria", "here", "together", "holds"))
    where = f"applicant {strict.name(said['number'], f'{where}, number')}"
    wishes = strict.listed(said["wishes"], f"{where}, wishes", MOST_WISHES)
    for wish in wishes:
        if not isinstance(wish, str) or wish not in places:
            wrong(f"{where}, wishes", f"there is no place {_shown(wish)}", "wish for places of this file")
    strict.distinct(wishes, f"{where}, wishes")
    everywhere = strict.listed(said.get("criteria", []), f"{where}, criteria", MOST_CRITERIA)
    here = strict.mapped(said.get("here", {}), f"{where}, here", MOST_PLACES)
    for place in here:
        if place not in places:
            wrong(f"{where}, here", f"there is no place {_shown(place)}", "name places of this file")
    together, holds = said.get("together"), said.get("holds")
    return Applicant(
        number=said["number"],
        wishes=tuple(wishes),
        criteria=frozenset(_codes(everywhere, f"{where}, criteria", criteria)),
        here={
            place: frozenset(_codes(strict.listed(codes, f"{where}, here", MOST_CRITERIA), f"{where}, here", criteria))
            for place, codes in here.items()
        },
        together=None if together is None else strict.name(together, f"{where}, together"),
        holds=None if holds is None else _held(holds, f"{where}, holds", wishes, places),
    )


def _held(content: Any, where: str, wishes: Collection[str], places: Mapping[str, Place]) -> Seat:
    said = strict.members(content, where, ("place", "group"))
    place, group = said["place"], said["group"]
    if place not in wishes:
        wrong(where, f"they do not wish for {_shown(place)}", "put the place they hold among their wishes")
    if group is not None and group not in [one.name for one in places[place].reserves]:
        wrong(
            where, f"place {place} has no reserve {_shown(group)}", "name one of its reserves, or null for an open seat"
        )
    return Seat(place=place, group=group)


def _codes(content: Sequence[Any], where: str, criteria: Mapping[str, Any]) -> tuple[str, ...]:
    for code in content:
        if not isinstance(code, str) or code not in criteria:
            wrong(where, f"there is no criterion {_shown(code)}", "name criteria of this file")
    strict.distinct(content, where)
    return tuple(content)


def _shown(content: Any) -> str:
    return repr(content)[:80]
