"""Who the persons of an event are: by strong identifiers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from gorod.engines.intake import models
from gorod.engines.intake.data import EventType, Fate, PersonRule
from gorod.engines.intake.logic.schemas import at
from gorod.kernel.errors import Conflict, Refused
from gorod.records.parties import api as parties


class Unmatched(Refused):
    """A person of an event was not found, or several were: the event waits for a clerk."""

    code = "unmatched"


def find(
    known: EventType, data: Mapping[str, Any], *, event_id: UUID, said: Mapping[str, UUID]
) -> dict[str, UUID | None]:
    """Role → party for every person of the event; None for one who is left out. `said` are a clerk's answers.

    Enters those who are new, writes their new identifiers and names. Raises Unmatched, Conflict.
    """
    found: dict[str, UUID | None] = {}
    for rule in known.persons:
        person = at(data, rule.at)
        if person is None:
            found[rule.role] = None
            continue
        party_id = said.get(rule.role) or _match(rule, person)
        if party_id is None:
            party_id = _taken_back(known, rule, data)
        if party_id is None:
            party_id = _enter(rule, person, provisional=known.provisional, event_id=event_id)
        identifiers = _identifiers(rule, person)
        if rule.role in said:
            identifiers = _free(identifiers, party_id)
        parties.identify(party_id=party_id, identifiers=identifiers, event_id=event_id)
        if rule.otherwise == "create":
            _name(party_id, person.get("names"), provisional=known.provisional, correct=rule.role not in said)
        found[rule.role] = party_id
    return found


def _taken_back(known: EventType, rule: PersonRule, data: Mapping[str, Any]) -> UUID | None:
    """Whom a retracted event meant by the same identifiers, if somebody else of this event took part in that one too: the same
    birth sent again is the same child's. A number alone is not enough, it may have been the mistake that was taken back."""
    candidate = parties.former_carrier(identifiers=_identifiers(rule, at(data, rule.at) or {}))
    if candidate is None:
        return None
    others: set[str] = set()
    for other in known.persons:
        person = at(data, other.at)
        if other.role != rule.role and person is not None and (identifiers := _identifiers(other, person)):
            others |= {str(party_id) for party_id in parties.match(identifiers=identifiers).parties}
    before = models.Event.objects.filter(fate=Fate.RETRACTED, persons__contains={rule.role: str(candidate)})
    return candidate if any(others & set(event.persons.values()) for event in before) else None


def _enter(rule: PersonRule, person: Mapping[str, Any], *, provisional: bool, event_id: UUID) -> UUID:
    """A new person, unless another event has entered the same one at this moment."""
    try:
        return parties.create(provisional=provisional, identifiers=_identifiers(rule, person), event_id=event_id)
    except Conflict:
        found = _match(rule, person)
        if found is None:
            raise
        return found


def _free(identifiers: Mapping[str, str], party_id: UUID) -> dict[str, str]:
    """Those that nobody else carries: a clerk has said whose message it is, so a number of somebody else's is its mistake."""
    return {
        scheme: value
        for scheme, value in identifiers.items()
        if parties.match(identifiers={scheme: value}).parties in ((), (party_id,))
    }


def _identifiers(rule: PersonRule, person: Mapping[str, Any]) -> dict[str, str]:
    return {scheme: value for scheme, value in person.get("identifiers", {}).items() if scheme in rule.match}


def _match(rule: PersonRule, person: Mapping[str, Any]) -> UUID | None:
    identifiers = _identifiers(rule, person)
    if not identifiers:
        raise Unmatched(f"{rule.role}: no identifier of {', '.join(rule.match)}", remedy="a clerk names the person")
    match = parties.match(identifiers=identifiers)
    if len(match.parties) > 1:
        raise Unmatched(
            f"{rule.role}: the identifiers lead to {len(match.parties)} different persons",
            remedy="a clerk names the person, or merges duplicates",
        )
    if match.one is None and rule.otherwise == "park":
        schemes = ", ".join(sorted(identifiers))
        raise Unmatched(f"{rule.role}: nobody carries this {schemes}", remedy="a clerk names the person")
    return match.one


def _name(party_id: UUID, names: Mapping[str, str] | None, *, provisional: bool, correct: bool) -> None:
    """Name whom nobody has named, and a provisional person when the register itself speaks.

    Others keep their names unless the register corrects what it said (`correct`): a wrong match must leave nothing behind.
    """
    known = parties.party(party_id=party_id)
    if not known.names.full() or (not provisional and (known.provisional or correct)):
        parties.rename(
            party_id=party_id,
            names=replace(known.names, **(names or {})),
            provisional=known.provisional and provisional,
        )


def find_again(known: EventType, data: Mapping[str, Any], *, event_id: UUID, persons: Mapping[str, UUID]) -> None:
    """Identifiers that an event says too, after another one that brought them was taken back."""
    for rule in known.persons:
        person, party_id = at(data, rule.at), persons.get(rule.role)
        if person is not None and party_id is not None:
            identifiers = _free(_identifiers(rule, person), party_id)
            parties.identify(party_id=party_id, identifiers=identifiers, event_id=event_id)


def provisional_again(*, party_id: UUID) -> None:
    """What the register said about a person is taken back and only a notice is left; the row stays the person's row."""
    parties.rename(party_id=party_id, names=parties.party(party_id=party_id).names, provisional=True)
