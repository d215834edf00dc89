"""What must be fetched to know certain facts: stated names, relations, how far out, and the order of derivation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from gorod.kernel.canonical import digest
from gorod.kernel.errors import ContentError
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Expression, Name, Type
from gorod.records.facts.data import Aggregate, FactDefinition, Kind, RelationDefinition, Vocabulary

_INT_MAX = 2**40


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Errors of a definition say where it stands."""
    try:
        yield
    except ContentError as error:
        error.place = error.place or place
        raise


class Lexicon:
    """A vocabulary made ready for work: parsed expressions, dependencies, types of derived facts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.facts = vocabulary.facts
        self.relations = vocabulary.relations
        self.stopped_by = vocabulary.stopped_by
        self._names: dict[str, Name] = {}
        self._parsed: dict[str, Expression] = {}
        self._where: dict[str, Expression] = {}
        for name, definition in vocabulary.facts.items():
            with _placed(definition.place):
                self._resolve(name, ())
        for relation in vocabulary.relations.values():
            with _placed(relation.place):
                self._check(relation)
        self.facts = {name: self._whole(definition) for name, definition in vocabulary.facts.items()}

    def _whole(self, definition: FactDefinition) -> FactDefinition:
        """A derived fact with the type, range, codes, their names and the unit that follow from what it is made of."""
        if definition.kind is Kind.STATED:
            return definition
        known = self._names[definition.name]
        last = definition
        while last.kind in (Kind.VIA, Kind.AGGREGATE) and last.fact and not last.unit:
            last = self.facts[last.fact]
        return replace(
            definition,
            type=known.type,
            low=known.low,
            high=known.high,
            codes=definition.codes or tuple(sorted(known.codes or ())),
            code_names=definition.code_names or last.code_names,
            unit=last.unit,
        )

    def _check(self, relation: RelationDefinition) -> None:
        for kind in {kind for path in relation.paths for kind in path if kind != "self"}:
            if kind not in self.relations or self.relations[kind].paths:
                raise ContentError(
                    f"{relation.name} follows {kind}, which is no stated relation", remedy="define it in relations.yaml"
                )
        if relation.where:
            self._where[relation.name] = expressions.parse(
                text=relation.where, vocabulary=self._names, expect=Type.BOOLEAN
            )

    @cached_property
    def many(self) -> frozenset[str]:
        """Stated relations that hold several others."""
        return frozenset(r.name for r in self.relations.values() if r.many and not r.paths)

    def form(self, stated: Collection[str]) -> str:
        """A digest of all that says how rows of the registers are read as these facts."""
        facts = [self.facts[name] for name in stated]
        return digest([(one.name, one.type, one.low, one.high, one.codes, one.absent) for one in facts])

    @property
    def names(self) -> dict[str, Name]:
        """Every fact as a name of the rule language."""
        return self._names

    def expression(self, name: str) -> Expression:
        """The parsed text of an `sql` fact."""
        return self._parsed[name]

    def where(self, relation: str) -> Expression | None:
        """The parsed membership condition of a derived relation."""
        return self._where.get(relation)

    def _resolve(self, name: str, path: tuple[str, ...]) -> Name:
        if name in self._names:
            return self._names[name]
        definition = self.facts.get(name)
        if definition is None:
            raise ContentError(
                f"{' → '.join(path)} uses the fact {name}, which is not defined", remedy="define it in facts/"
            )
        if name in path:
            raise ContentError(
                f"the fact {name} is derived from itself: {' → '.join((*path, name))}", remedy="break the circle"
            )
        path = (*path, name)
        if definition.relation and definition.relation not in self.relations:
            raise ContentError(
                f"{name} is over {definition.relation}, which is no relation", remedy="define it in relations.yaml"
            )
        match definition.kind:
            case Kind.SQL:
                used = {n: self._resolve(n, path) for n in expressions.names_in(definition.sql)}
                parsed = expressions.parse(text=definition.sql, vocabulary=used)
                self._parsed[name] = parsed
                resolved = Name(name=name, type=parsed.type, low=parsed.low, high=parsed.high)
            case Kind.VIA:
                of = self._resolve(definition.fact, path)
                resolved = Name(name=name, type=of.type, low=of.low, high=of.high, codes=of.codes)
            case Kind.AGGREGATE:
                resolved = self._aggregate(definition, path)
            case Kind.AGE:
                self._resolve(definition.of, path)
                high = {"years": 200, "months": 2400, "days": 73000}[definition.age_unit]
                resolved = Name(name=name, type=Type.INT, low=0, high=high)
            case Kind.STATED:
                codes = frozenset(definition.codes) if definition.codes else None
                resolved = Name(name=name, type=definition.type, low=definition.low, high=definition.high, codes=codes)
        self._names[name] = resolved
        return resolved

    def _aggregate(self, definition: FactDefinition, path: tuple[str, ...]) -> Name:
        if definition.aggregate is Aggregate.COUNT:
            return Name(name=definition.name, type=Type.INT, low=0, high=definition.high or 100)
        of = self._resolve(definition.fact, path)
        if definition.aggregate is Aggregate.SUM:
            # a relation has at most 100 members here: the sum of that many stays far inside 64 bits
            low, high = (of.low or 0) * 100, (of.high if of.high is not None else _INT_MAX) * 100
            return Name(name=definition.name, type=Type.INT, low=min(low, 0), high=high)
        return Name(name=definition.name, type=of.type, low=of.low, high=of.high)

    def dependencies(self, name: str) -> frozenset[str]:
        """Facts of the same or another person that this fact is made of, one step down."""
        definition = self.facts[name]
        match definition.kind:
            case Kind.SQL:
                return self._parsed[name].names
            case Kind.AGE:
                return frozenset({definition.of})
            case Kind.VIA | Kind.AGGREGATE:
                used = {definition.fact} if definition.fact else set()
                if (where := self._where.get(definition.relation)) is not None:
                    used |= where.names
                return frozenset(used)
            case Kind.STATED:
                return frozenset()

    def own_basis(self, names: Collection[str]) -> list[str]:
        """The stated facts of a person themself that these facts of theirs are made of, in order."""
        found: set[str] = set()
        left = list(names)
        while left:
            known = self.facts[left.pop()]
            match known.kind:
                case Kind.STATED:
                    found.add(known.name)
                case Kind.SQL:
                    left += self._parsed[known.name].names
                case Kind.AGE:
                    left.append(known.of)
                case Kind.VIA | Kind.AGGREGATE:
                    pass
        return sorted(found)

    def stated_relations(self, relation: str) -> frozenset[str]:
        """The stated relations a relation is made of."""
        definition = self.relations[relation]
        if not definition.paths:
            return frozenset({relation})
        return frozenset(kind for path in definition.paths for kind in path if kind != "self")

    def hops(self, relation: RelationDefinition) -> int:
        """How many relations a path of this relation follows at the most."""
        return max((len([k for k in path if k != "self"]) for path in relation.paths), default=1)


@dataclass(frozen=True)
class Plan:
    """What to fetch and the order in which to derive. `levels` are derived facts that need only earlier levels; `beyond` those that
    are used of somebody else, and what these are made of."""

    stated: tuple[str, ...]
    relations: frozenset[str]
    hops: int
    levels: tuple[tuple[str, ...], ...]
    beyond: frozenset[str]


def make_plan(lexicon: Lexicon, names: Collection[str]) -> Plan:
    """The plan for a set of names; remembered, because every request of a service asks for the same ones."""
    return _make_plan(lexicon, tuple(sorted(names)))


@lru_cache(maxsize=512)
def _make_plan(lexicon: Lexicon, names: tuple[str, ...]) -> Plan:
    level: dict[str, int] = {}
    hops: dict[str, int] = {}

    def visit(name: str) -> None:
        if name in level:
            return
        definition = lexicon.facts[name]
        below = lexicon.dependencies(name)
        for dependency in below:
            visit(dependency)
        level[name] = 0 if definition.kind is Kind.STATED else 1 + max((level[d] for d in below), default=0)
        out = lexicon.hops(lexicon.relations[definition.relation]) if definition.relation else 0
        hops[name] = out + max((hops[d] for d in below), default=0)

    for name in names:
        visit(name)
    top = max(level.values(), default=0)
    relations = {
        kind
        for name in level
        if lexicon.facts[name].relation
        for kind in lexicon.stated_relations(lexicon.facts[name].relation)
    }
    return Plan(
        stated=tuple(sorted(n for n, at in level.items() if at == 0)),
        relations=frozenset(relations),
        hops=max(hops.values(), default=0),
        levels=tuple(tuple(sorted(n for n, at in level.items() if at == i)) for i in range(1, top + 1)),
        beyond=_beyond(lexicon, level),
    )


def _beyond(lexicon: Lexicon, names: Collection[str]) -> frozenset[str]:
    """Facts used over a relation by some of these, and all that they are made of."""
    left = [used for name in names if lexicon.facts[name].relation for used in lexicon.dependencies(name)]
    found: set[str] = set()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += lexicon.dependencies(name)
    return frozenset(found)
