"""A small vocabulary and the shortest way to state things."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gorod.kernel.expressions.data import Scalar, Type
from gorod.records.facts.data import Aggregate, FactDefinition, Kind, Reader, RelationDefinition, Vocabulary
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement

READER = Reader(kind="platform", name="test")
LONG_AGO = date(2000, 1, 1)


def stated(name: str, of: Type, **more: object) -> FactDefinition:
    return FactDefinition(name=name, type=of, kind=Kind.STATED, owner="registry", **more)  # type: ignore[arg-type]


def over(name: str, relation: str, fact: str, aggregate: Aggregate | None, **more: object) -> FactDefinition:
    kind = Kind.AGGREGATE if aggregate else Kind.VIA
    return FactDefinition(
        name=name,
        type=Type.INT,
        kind=kind,
        relation=relation,
        fact=fact,
        aggregate=aggregate,
        **more,  # type: ignore[arg-type]
    )


_FACTS = [
    stated("birth_date", Type.DATE),
    stated("income", Type.INT, low=0, high=10**11, ask={"en": "Your income?"}, sensitive=True),
    stated("registered", Type.BOOLEAN, absent=False),
    stated("status", Type.CODE, codes=("none", "i", "ii"), absent="none"),
    FactDefinition(name="age_years", type=Type.INT, kind=Kind.AGE, of="birth_date", age_unit="years"),
    FactDefinition(name="age_months", type=Type.INT, kind=Kind.AGE, of="birth_date", age_unit="months"),
    FactDefinition(name="age_days", type=Type.INT, kind=Kind.AGE, of="birth_date", age_unit="days"),
    FactDefinition(name="settled", type=Type.BOOLEAN, kind=Kind.SQL, sql="registered and status <> 'ii'"),
    over("mother_age_years", "mother", "age_years", None),
    over("mother_registered", "mother", "registered", None),
    over("father_registered", "father", "registered", None, if_none=False),
    over("children_count", "children", "", Aggregate.COUNT),
    over("youngest_age", "children", "age_years", Aggregate.MIN),
    over("household_income", "household", "income", Aggregate.SUM),
    over("household_size", "household", "", Aggregate.COUNT),
]
_RELATIONS = [
    RelationDefinition(name="mother", many=False, inverse="children", owner="registry"),
    RelationDefinition(name="father", many=False, inverse="children", owner="registry", ask={"en": "The father?"}),
    RelationDefinition(name="children", many=True, complete=True, owner="registry"),
    RelationDefinition(
        name="household",
        many=True,
        paths=(("self",), ("mother",), ("father",), ("mother", "children"), ("father", "children")),
        where="age_years < 18 or children_count > 0",
    ),
]
VOCABULARY = Vocabulary(facts={f.name: f for f in _FACTS}, relations={r.name: r for r in _RELATIONS})


def state(
    party_id: UUID,
    fact: str,
    value: Scalar | None,
    *,
    since: date = LONG_AGO,
    until: date | None = None,
    by: UUID | None = None,
) -> UUID:
    statement = Statement(party_id=party_id, fact=fact, value=value, valid_from=since, valid_to=until)
    origin = Origin(source="test", owner="registry", event_id=by)
    return registers.record(statements=[statement], origin=origin).statement_ids[0]


def link(party_id: UUID, kind: str, other_id: UUID | None, *, present: bool = True, by: UUID | None = None) -> None:
    row = Link(party_id=party_id, kind=kind, other_id=other_id, valid_from=LONG_AGO, present=present)
    registers.record(links=[row], origin=Origin(source="test", owner="registry", event_id=by))
