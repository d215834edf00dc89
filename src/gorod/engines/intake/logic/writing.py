"""What an event states, as rows of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from gorod.engines.intake.data import CloudEvent, EventType, PersonRule, StatementRule
from gorod.engines.intake.logic.schemas import at, date_at
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.records.facts import api as facts
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement, Written

_MISSING = object()


def write(
    known: EventType, event: CloudEvent, *, sender: str, event_id: UUID, persons: Mapping[str, UUID | None]
) -> Written:
    """Write all rows of an event with it as their origin. Raises BadInput when a value does not fit its fact."""
    day = clock.city_date(event.time)
    origin = Origin(
        source=f"{event.type} {event.id}"[:200],
        owner=sender,
        event_id=event_id,
        verified_on=day,
        provisional=known.provisional,
    )
    return registers.record(
        statements=_statements(known, event.data, day, persons),
        links=_links(known, event.data, day, persons),
        origin=origin,
    )


def _statements(
    known: EventType, data: Mapping[str, Any], day: date, persons: Mapping[str, UUID | None]
) -> list[Statement]:
    made = []
    for rule in known.states:
        party_id = persons.get(rule.about)
        value = _value(rule, data)
        if party_id is None or value is _MISSING:
            continue
        made.append(
            Statement(
                party_id=party_id,
                fact=rule.fact,
                value=facts.checked_value(name=rule.fact, value=value),
                valid_from=date_at(data, rule.from_at) or day,
                valid_to=date_at(data, rule.until_at),
            )
        )
    return made


def _value(rule: StatementRule, data: Mapping[str, Any]) -> object:
    if not rule.at:
        return rule.value
    value = at(data, rule.at)
    if value is None and rule.optional:
        return _MISSING
    if value is None:
        raise BadInput(f"data has nothing at {rule.at}", remedy=f"{rule.fact} is read from there")
    return value


def _links(known: EventType, data: Mapping[str, Any], day: date, persons: Mapping[str, UUID | None]) -> list[Link]:
    rules: dict[str, PersonRule] = {rule.role: rule for rule in known.persons}
    made = []
    for relation in known.relations:
        party_id, other_id = persons.get(relation.about), persons.get(relation.to)
        first = date_at(data, relation.from_at) or day
        if party_id is None or (other_id is None and rules[relation.to].absent != "none"):
            continue
        made.append(
            Link(
                party_id=party_id,
                kind=relation.relation,
                other_id=other_id,
                valid_from=first,
                present=not relation.ends,
            )
        )
        if relation.inverse and other_id is not None:
            made.append(
                Link(
                    party_id=other_id,
                    kind=relation.inverse,
                    other_id=party_id,
                    valid_from=first,
                    present=not relation.ends,
                )
            )
    return made
