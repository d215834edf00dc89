"""Random families for the oracle: a vocabulary with every kind of derived fact, and people of whom much is not known.

The families need not make sense: a person may be their own mother. The definitions say what holds all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from gorod.kernel.expressions.data import Scalar, Type
from gorod.kernel.identifiers import new_id
from gorod.records.facts.data import Aggregate, FactDefinition, Kind, RelationDefinition, Vocabulary
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement

LONG_AGO = date(1900, 1, 1)


def _stated(name: str, of: Type, **more: Any) -> FactDefinition:
    return FactDefinition(name=name, type=of, kind=Kind.STATED, owner="registry", **more)


def _age(name: str, unit: str) -> FactDefinition:
    return FactDefinition(name=name, type=Type.INT, kind=Kind.AGE, of="birth_date", age_unit=unit)


def _sql(name: str, text: str) -> FactDefinition:
    return FactDefinition(name=name, type=Type.BOOLEAN, kind=Kind.SQL, sql=text)


def _via(name: str, relation: str, fact: str, if_none: Scalar | None = None) -> FactDefinition:
    return FactDefinition(name=name, type=Type.INT, kind=Kind.VIA, relation=relation, fact=fact, if_none=if_none)


def _over(name: str, how: str, relation: str, fact: str = "", if_none: Scalar | None = None) -> FactDefinition:
    return FactDefinition(
        name=name,
        type=Type.INT,
        kind=Kind.AGGREGATE,
        aggregate=Aggregate(how),
        relation=relation,
        fact=fact,
        if_none=if_none,
    )


STATED = {
    "birth_date": _stated("birth_date", Type.DATE),
    "income": _stated("income", Type.INT, low=0, high=10**11, ask={"en": "Your income?"}),
    "registered": _stated("registered", Type.BOOLEAN, absent=False),
    "employed": _stated("employed", Type.BOOLEAN),
    "status": _stated("status", Type.CODE, codes=("none", "i", "ii"), absent="none"),
}
DERIVED = [
    _age("age_years", "years"),
    _age("age_months", "months"),
    _age("age_days", "days"),
    _sql("settled", "registered and status <> 'ii'"),
    _sql("poor", "income < 20 or (status in ('i', 'ii') and not employed)"),
    _sql("adult", "age_years >= 18"),
    _via("mother_age_years", "mother", "age_years"),
    _via("mother_settled", "mother", "settled"),
    _via("father_registered", "father", "registered", if_none=False),
    _via("father_status", "father", "status", if_none="none"),
    _via("spouse_employed", "spouse", "employed", if_none=False),
    _via("mother_income", "mother", "income", if_none=0),
    _via("grandmother_income", "mother", "mother_income", if_none=-1),
    _over("children_count", "count", "children"),
    _over("children_income", "sum", "children", "income"),
    _over("youngest_age", "min", "children", "age_years"),
    _over("last_birth", "max", "children", "birth_date"),
    _over("dearest_child", "max", "children", "income", if_none=7),
    _over("some_child_employed", "any", "children", "employed", if_none=False),
    _over("all_children_settled", "all", "children", "settled", if_none=True),
    _over("wards_count", "count", "wards"),
    _over("wards_income", "sum", "wards", "income", if_none=5),
    _over("parents_income", "sum", "parents", "income", if_none=0),
    _over("grandparents_count", "count", "grandparents"),
    _over("grown_siblings", "count", "grown_siblings"),
    _over("household_size", "count", "household"),
    _over("household_income", "sum", "household", "income"),
    _over("household_works", "all", "household", "employed", if_none=False),
    _via("mother_household_income", "mother", "household_income", if_none=0),
    _sql("needs_help", "household_income < household_size * 15 and children_count > 0"),
]
_RELATIONS = [
    RelationDefinition(name="mother", many=False, owner="registry"),
    RelationDefinition(name="father", many=False, owner="registry", ask={"en": "The father?"}),
    RelationDefinition(name="spouse", many=False, complete=True, owner="registry"),
    RelationDefinition(name="children", many=True, complete=True, owner="registry"),
    RelationDefinition(name="wards", many=True, owner="registry"),
    RelationDefinition(name="parents", many=True, paths=(("mother",), ("father",))),
    RelationDefinition(name="grandparents", many=True, paths=(("mother", "mother"), ("mother", "father"))),
    RelationDefinition(name="grown_siblings", many=True, paths=(("mother", "children"),), where="adult"),
    RelationDefinition(
        name="household",
        many=True,
        paths=(("self",), ("mother",), ("father",), ("mother", "children"), ("father", "children")),
        where="age_years < 18 or children_count > 0",
    ),
]
TO_ONE = ("mother", "father", "spouse")
TO_MANY = ("children", "wards")
VOCABULARY = Vocabulary(facts={**STATED, **{f.name: f for f in DERIVED}}, relations={r.name: r for r in _RELATIONS})
NAMES = sorted(VOCABULARY.facts)

EDGES = [date(2026, 2, 28), date(2024, 2, 29), date(2008, 2, 29), date(2026, 1, 31), date(2025, 12, 31)]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "birth_date": st.sampled_from(EDGES) | st.dates(date(1990, 1, 1), date(2027, 12, 31)),
    "income": st.integers(0, 40),
    "registered": st.booleans(),
    "employed": st.booleans(),
    "status": st.sampled_from(["none", "i", "ii"]),
}
days = st.sampled_from([*EDGES, date(2026, 3, 1)]) | st.dates(date(2024, 1, 1), date(2027, 12, 31))


@dataclass(frozen=True)
class Person:
    """`said`: fact → value of its row (None: a row without value). `links`: kind → the others by their place in the
    family; an empty tuple: a row that says there is none. `disputed`: facts under dispute."""

    said: dict[str, Scalar | None]
    links: dict[str, tuple[int, ...]]
    disputed: frozenset[str]


@st.composite
def families(draw: st.DrawFn, *, disputes: bool = True) -> list[Person]:
    size = draw(st.integers(1, 6))
    anybody = st.integers(0, size - 1)

    def rows() -> Person:
        said = {}
        for name, values in VALUES.items():
            # known more often than not, or strict aggregates would nearly always be unknown
            match draw(st.sampled_from(["value"] * 6 + ["row without value", "no row"])):
                case "value":
                    said[name] = draw(values)
                case "row without value":
                    said[name] = None
        links: dict[str, tuple[int, ...]] = {}
        for kind in TO_ONE:
            match draw(st.sampled_from(["one", "one", "one", "none", "no row"])):
                case "one":
                    links[kind] = (draw(anybody),)
                case "none":
                    links[kind] = ()
        for kind in TO_MANY:
            match draw(st.sampled_from(["several", "several", "none", "no row"])):
                case "several":
                    links[kind] = tuple(sorted(draw(st.sets(anybody, min_size=1, max_size=3))))
                case "none":
                    links[kind] = ()
        open_ones = draw(st.sets(st.sampled_from(sorted(STATED)), max_size=1)) if disputes else set()
        return Person(said=said, links=links, disputed=frozenset(open_ones))

    return [rows() for _ in range(size)]


def enter(family: list[Person]) -> list[UUID]:
    """Write a family into the registers. Returns the ids in its order."""
    ids = [new_id() for _ in family]
    statements, links = [], []
    for person_id, person in zip(ids, family, strict=True):
        statements += [statement(person_id, name, value) for name, value in person.said.items()]
        for kind, others in person.links.items():
            links += [link(person_id, kind, ids[other]) for other in others] or [link(person_id, kind, None)]
        for name in person.disputed:
            registers.open_dispute(party_id=person_id, fact=name, reason="wrong", by="resident")
    write(statements, links)
    return ids


def statement(person_id: UUID, name: str, value: Scalar | None) -> Statement:
    return Statement(party_id=person_id, fact=name, value=value, valid_from=LONG_AGO)


def link(person_id: UUID, kind: str, other_id: UUID | None) -> Link:
    return Link(party_id=person_id, kind=kind, other_id=other_id, valid_from=LONG_AGO)


def write(statements: list[Statement], links: list[Link]) -> None:
    registers.record(statements=statements, links=links, origin=Origin(source="oracle", owner="registry"))
