"""From an unknown name back to what somebody can supply; from any name to the rows it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from uuid import UUID

import polars as pl

from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Scalar
from gorod.records.facts.data import Kind, Missing, RelationDefinition
from gorod.records.facts.logic.plan import Lexicon


class Tracer:
    """Walks the facts of a few people. Not for a whole city: one person at a time."""

    def __init__(self, lexicon: Lexicon, frame: pl.DataFrame, statements: pl.DataFrame, links: pl.DataFrame) -> None:
        self._lexicon = lexicon
        self._frame = frame
        self._statements = statements
        self._links = links
        self._found: dict[tuple[str, str], tuple[frozenset[UUID], frozenset[UUID]]] = {}

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, Scalar | None]]:
        return {row["person"]: row for row in self._frame.iter_rows(named=True)}

    @cached_property
    def _statement_ids(self) -> Mapping[tuple[str, str], str]:
        return {(row[0], row[1]): row[2] for row in self._statements.select("person", "fact", "statement").iter_rows()}

    @cached_property
    def _linked(self) -> Mapping[tuple[str, str], list[tuple[str | None, str]]]:
        result: dict[tuple[str, str], list[tuple[str | None, str]]] = {}
        for person, kind, other, relation in self._links.select("person", "kind", "other", "relation").iter_rows():
            result.setdefault((person, kind), []).append((other, relation))
        return result

    def missing(self, person: str, names: Iterable[str]) -> tuple[Missing, ...]:
        """The base facts and links that must be supplied before these names are known, without repeats, in order."""
        found: dict[tuple[str, str], Missing] = {}
        for name in sorted(names):
            self._missing(person, name, found)
        return tuple(found.values())

    def _missing(self, person: str, name: str, found: dict[tuple[str, str], Missing]) -> None:
        row = self._rows.get(person, {})
        if row.get(name) is not None:
            return
        definition = self._lexicon.facts[name]
        match definition.kind:
            case Kind.STATED:
                found.setdefault(
                    (person, name),
                    Missing(
                        party_id=UUID(person), name=name, owner=definition.owner, may_ask=definition.ask is not None
                    ),
                )
            case Kind.AGE:
                self._missing(person, definition.of, found)
            case Kind.SQL:
                for used in sorted(expressions.still_needed(self._lexicon.expression(name), row)):
                    self._missing(person, used, found)
            case Kind.VIA | Kind.AGGREGATE:
                relation = self._lexicon.relations[definition.relation]
                for other in self._members(person, relation, found):
                    if definition.fact:
                        self._missing(other, definition.fact, found)

    def _members(
        self, person: str, relation: RelationDefinition, found: dict[tuple[str, str], Missing] | None
    ) -> list[str]:
        members: dict[str, None] = {}
        for path in relation.paths or ((relation.name,),):
            reached = [person]
            for kind in path:
                if kind == "self":
                    continue
                following: list[str] = []
                for at in reached:
                    following += self._step(at, self._lexicon.relations[kind], found)
                reached = following
            members.update(dict.fromkeys(reached))
        where = self._lexicon.where(relation.name)
        if where is None:
            return list(members)
        kept = []
        for other in members:
            row = self._rows.get(other, {})
            answer = expressions.evaluate(where, row)
            if answer is None and found is not None:
                for used in sorted(expressions.still_needed(where, row)):
                    self._missing(other, used, found)
            if answer is not False:
                kept.append(other)
        return kept

    def _step(
        self, person: str, relation: RelationDefinition, found: dict[tuple[str, str], Missing] | None
    ) -> list[str]:
        links = self._linked.get((person, relation.name))
        if links is None:
            if not relation.complete and found is not None:
                found.setdefault(
                    (person, relation.name),
                    Missing(
                        party_id=UUID(person),
                        name=relation.name,
                        owner=relation.owner,
                        may_ask=relation.ask is not None,
                        relation=True,
                    ),
                )
            return []
        return [other for other, _ in links if other is not None]

    def sources(self, person: str, names: Iterable[str]) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """The statement and relation rows these names rest on, and the people whose facts were looked at."""
        found = [self._sources(person, name) for name in names]
        return frozenset[UUID]().union(*(rows for rows, _ in found)), frozenset[UUID]().union(
            *(who for _, who in found)
        )

    def _sources(self, person: str, name: str) -> tuple[frozenset[UUID], frozenset[UUID]]:
        key = (person, name)
        if key not in self._found:
            self._found[key] = self._look_up(person, name)
        return self._found[key]

    def _look_up(self, person: str, name: str) -> tuple[frozenset[UUID], frozenset[UUID]]:
        definition = self._lexicon.facts[name]
        rows: set[UUID] = set()
        people = {UUID(person)}
        if definition.kind is Kind.STATED:
            if (statement := self._statement_ids.get((person, name))) is not None:
                rows.add(UUID(statement))
            return frozenset(rows), frozenset(people)
        members = [person]
        if definition.relation:
            for kind in self._lexicon.stated_relations(definition.relation):
                rows.update(UUID(relation) for _, relation in self._linked.get((person, kind), ()))
            members = self._members(person, self._lexicon.relations[definition.relation], None)
            people.update(UUID(other) for other in members)
        for other in members:
            for used in self._lexicon.dependencies(name):
                found = self._sources(other, used)
                rows |= found[0]
                people |= found[1]
        return frozenset(rows), frozenset(people)
