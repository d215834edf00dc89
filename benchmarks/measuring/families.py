"""Families of a made-up city, found in its frames."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl

from gorod.catalogue.data import City
from gorod.kernel.errors import NotFound
from gorod.records.synthetic.data import Kin, Population, Trait

SCHEME = "snils"  # the strong identifier by which agencies name people here
CHILD_YEARS, MOTHER_YEARS = (0, 17), (20, 44)
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who can be named in an event."""

    party_id: UUID
    identifiers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A living mother and father of an age to have another child, and those of their children who are under age."""

    mother: Person
    father: Person
    children: tuple[UUID, ...]

    @property
    def members(self) -> tuple[UUID, ...]:
        """The youngest child first, the parents last."""
        return (*self.children, self.mother.party_id, self.father.party_id)


def families(*, population: Population, city: City, seed: int) -> list[Family]:
    """All such families in an order drawn by seed. Raises NotFound when there are none: the city is too small."""
    profile = city.synthetic
    assert profile is not None
    born = _dates(population, profile.facts[Trait.BIRTH_DATE].fact)
    dead = set(_dates(population, profile.facts[Trait.DEATH_DATE].fact))
    mother_of = _ends(population, profile.relations[Kin.MOTHER].kind)
    father_of = _ends(population, profile.relations[Kin.FATHER].kind)
    identifiers = population.identifiers.filter(pl.col("scheme") == SCHEME)
    numbers = dict(identifiers.select("party_id", "value").iter_rows())

    def years(party: str) -> float:
        return (_days(population.as_of) - born[party]) / DAYS_A_YEAR

    of_couple: dict[tuple[str, str], list[str]] = {}
    for child, mother in mother_of.items():
        father = father_of.get(child)
        if father is None or {child, mother, father} & dead or mother not in numbers or father not in numbers:
            continue
        if CHILD_YEARS[0] <= years(child) <= CHILD_YEARS[1] and MOTHER_YEARS[0] <= years(mother) <= MOTHER_YEARS[1]:
            of_couple.setdefault((mother, father), []).append(child)
    found = [
        Family(
            mother=Person(party_id=UUID(mother), identifiers={SCHEME: numbers[mother]}),
            father=Person(party_id=UUID(father), identifiers={SCHEME: numbers[father]}),
            children=tuple(UUID(child) for child in sorted(children, key=years)),
        )
        for (mother, father), children in sorted(of_couple.items())
    ]
    if not found:
        raise NotFound("no family of this city fits", remedy="make up more residents")
    random.Random(seed).shuffle(found)
    return found


def named_people(*, population: Population) -> list[Person]:
    """Everybody who carries the identifier, in order."""
    rows = population.identifiers.filter(pl.col("scheme") == SCHEME).select("party_id", "value").iter_rows()
    return [Person(party_id=UUID(party), identifiers={SCHEME: value}) for party, value in rows]


def _days(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _dates(population: Population, fact: str) -> dict[str, int]:
    """party → day since 1970-01-01, as registers keep it."""
    return dict(population.statements.filter(pl.col("fact") == fact).select("party_id", "number").iter_rows())


def _ends(population: Population, kind: str) -> dict[str, str]:
    """party → the one at the other end of a to-one relation, where it is known who."""
    rows = population.relations.filter((pl.col("kind") == kind) & pl.col("other_id").is_not_null())
    return dict(rows.select("party_id", "other_id").iter_rows())
