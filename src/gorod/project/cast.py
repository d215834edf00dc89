"""Finding the family of a demonstration in a made-up city."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import polars as pl

from gorod.faces.demo.scenario import PersonWanted, Scenario
from gorod.faces.demo.story import Cast
from gorod.kernel.errors import NotFound
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.parties import api as parties

READER = Reader(kind="platform", name="demonstration")
PURPOSE = "demonstration"
AT_A_TIME = 500


def find(*, scenario: Scenario) -> Mapping[str, UUID]:
    """Role → resident of the first family that fits and that the story can begin with. Raises NotFound when none does."""
    first, *others = scenario.people
    after: UUID | None = None
    while page := parties.residents_after(party_id=after, limit=AT_A_TIME):
        after = page[-1]
        for person in _fitting(page, scenario.people[first]):
            cast = {first: person}
            for role in others:
                wanted = scenario.people[role]
                related = facts.related(
                    party_id=person, relations=[wanted.relation], purpose=PURPOSE, reader=READER
                ).get(wanted.relation, ())
                if found := _fitting(related, wanted):
                    cast[role] = found[0]
            if len(cast) == len(scenario.people):
                return cast
    raise NotFound(
        "no family of this city fits the demonstration", remedy="make up more residents, or change demo.yaml"
    )


def _fitting(people: list[UUID] | tuple[UUID, ...], wanted: PersonWanted) -> list[UUID]:
    if not people:
        return []
    condition = expressions.parse(text=wanted.where, vocabulary=facts.names(), expect=Type.BOOLEAN)
    found = facts.frame(people=people, names=[*condition.names, *wanted.unknown], purpose=PURPOSE, reader=READER).frame
    keep = expressions.to_polars(condition, constants={})
    for name in wanted.unknown:
        keep = keep & pl.col(name).is_null()
    return [UUID(party) for party in found.filter(keep)["party_id"]]


def described(*, party_id: UUID, scenario: Scenario) -> Cast:
    """One person of the family as the story knows them."""
    carried = parties.identifiers(party_id=party_id)
    return Cast(
        identifiers={scheme: carried[scheme] for scheme in scenario.identifiers if scheme in carried},
        name=parties.party(party_id=party_id).names.full(),
    )
