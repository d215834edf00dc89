"""Who the persons of an event are: by strong identifiers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gorod.engines.intake.data import EventType, PersonRule
from gorod.engines.intake.logic.schemas import at
from gorod.kernel.errors import Refused
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names


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
            party_id = parties.create(provisional=known.provisional, event_id=event_id)
        parties.identify(party_id=party_id, identifiers=_identifiers(rule, person), event_id=event_id)
        _name(party_id, person.get("names"), provisional=known.provisional)
        found[rule.role] = party_id
    return found


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


def _name(party_id: UUID, names: Mapping[str, str] | None, *, provisional: bool) -> None:
    """The register's names go before those of a notice; a notice names only whom nobody has named."""
    if not names:
        return
    known = parties.party(party_id=party_id)
    if not provisional or not known.names.full():
        parties.rename(
            party_id=party_id,
            names=Names(**{"patronymic": known.names.patronymic, **names}),
            provisional=known.provisional and provisional,
        )
