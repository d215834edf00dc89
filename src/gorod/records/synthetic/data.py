"""What crosses the door of the synthetic city: what a city says about itself, and the frames that come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import polars as pl

from gorod.kernel.expressions.data import Scalar, Type


class Trait(StrEnum):
    """What can be made up about a person. A city maps each to a fact of its own, or leaves it out."""

    BIRTH_DATE = "birth_date"
    DECEASED = "deceased"
    DEATH_DATE = "death_date"
    REGISTERED = "registered"  # has a registered residence in the city
    DISTRICT = "district"
    BUILDING = "building"
    FLAT = "flat"
    PROTECTED_ADDRESS = "protected_address"
    MONTHLY_INCOME = "monthly_income"  # kopecks
    EMPLOYED = "employed"
    PENSIONER = "pensioner"
    PUPIL = "pupil"
    DISABILITY = "disability"
    POLYCLINIC = "polyclinic"
    LARGE_FAMILY = "large_family"


TYPES: Mapping[Trait, Type] = {
    Trait.BIRTH_DATE: Type.DATE,
    Trait.DECEASED: Type.BOOLEAN,
    Trait.DEATH_DATE: Type.DATE,
    Trait.REGISTERED: Type.BOOLEAN,
    Trait.DISTRICT: Type.CODE,
    Trait.BUILDING: Type.CODE,
    Trait.FLAT: Type.INT,
    Trait.PROTECTED_ADDRESS: Type.BOOLEAN,
    Trait.MONTHLY_INCOME: Type.INT,
    Trait.EMPLOYED: Type.BOOLEAN,
    Trait.PENSIONER: Type.BOOLEAN,
    Trait.PUPIL: Type.BOOLEAN,
    Trait.DISABILITY: Type.CODE,
    Trait.POLYCLINIC: Type.CODE,
    Trait.LARGE_FAMILY: Type.BOOLEAN,
}
"""The type that the city's fact must have to take a trait."""


class Kin(StrEnum):
    """The relations that are made up. Each has a row at both people."""

    MOTHER = "mother"
    FATHER = "father"
    CHILD = "child"
    SPOUSE = "spouse"
    GUARDIAN = "guardian"
    WARD = "ward"


@dataclass(frozen=True, kw_only=True)
class Stated:
    """The city's own name for a trait, who owns it, and what no row means (then no row is written for that value)."""

    fact: str
    owner: str
    absent: Scalar | None = None


@dataclass(frozen=True, kw_only=True)
class Related:
    """The city's own name for a relation, and who owns it."""

    kind: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """A share (0 to 1) of women and of men from an age in whole years to the beginning of the next band."""

    age_from: int
    women: float
    men: float


Bands = tuple[Band, ...]
Quantiles = tuple[tuple[float, float], ...]
"""A distribution as points (share of people at or below, value), from share 0 to share 1, linear between them."""


@dataclass(frozen=True, kw_only=True)
class Families:
    """How people belong together.

    `parents_known`: whose parents are in the city's registers. `children_per_mother`: how many children a mother has there, by
    number. Ages and differences are in years, `months_between_births` in months.
    """

    parents_known: Bands
    children_per_mother: Mapping[int, float]
    months_between_births: Quantiles
    twins: float
    mother_age_at_first_birth: Quantiles
    father_older_by: Quantiles
    father_none: float  # share of mothers whose children are known to have no father
    father_unknown: float  # share of mothers of whose children's father the registers know nothing
    parents_married: float  # share of mothers with a known father
    married_without_children: Bands  # of women without children in the registers
    keeps_own_surname: float  # of married women
    lives_with_parents: Bands  # of grown-up people without children, where the parents are known
    guardians: float  # share of children without known parents who have one


@dataclass(frozen=True, kw_only=True)
class Generation:
    """Given names and their weights of those born before a year; None: of everybody born later."""

    born_before: int | None
    women: Mapping[str, float]
    men: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class NameBook:
    """Names. Surnames (of men, of women) stand from the commonest to the rarest. Patronymics (of men, of women) are those made
    from a father's given name; a city without them leaves them empty."""

    generations: tuple[Generation, ...]
    surnames: tuple[tuple[str, str], ...]
    patronymics: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Where people live. `districts`: code → weight. The shares of registration are of homes; of grown-ups of such a home that are
    registered there; of children of a registered home that are. `moved_within_years`: since when at the most."""

    districts: Mapping[str, float]
    flats_per_building: int
    registered: float
    registered_grown_ups: float
    registered_children: float
    moved_within_years: int
    protected: float


@dataclass(frozen=True, kw_only=True)
class Income:
    """Monthly incomes in kopecks of a group, and the share of it whose income no register knows."""

    quantiles: Quantiles
    missing: float


@dataclass(frozen=True, kw_only=True)
class Work:
    """Work, pensions, school. The first group that fits gives a grown-up's income: parental leave (a mother of a child younger
    than `leave_months`), employed, pensioner, neither. `employed_missing`: share of grown-ups of whom work is not known."""

    employed: Bands
    employed_missing: float
    pensioner: Bands
    pupil: Bands
    leave_months: int
    income_on_leave: Income
    income_employed: Income
    income_pensioner: Income
    income_neither: Income


@dataclass(frozen=True, kw_only=True)
class Health:
    """`disability`: the city's code → share by age. `attached`: share with a polyclinic, whose code is the word for grown-ups or
    children, `_` and the code of the district."""

    disability: Mapping[str, Bands]
    attached: float
    polyclinic: str
    children_polyclinic: str
    large_family_children: int  # children under age that make a family large
    large_family_confirmed: float  # share of such families that have the status


@dataclass(frozen=True, kw_only=True)
class Control:
    """Digits at the end of a number that prove the rest: the sum of digit by weight, reduced by each modulus in turn."""

    weights: tuple[int, ...]
    moduli: tuple[int, ...]
    digits: int


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A strong identifier: `prefix`, then `digits` digits (a number of `least` or more), then the control digits.

    Carried by a share of people from `age_from` to `age_to` (whole years, both included).
    """

    scheme: str
    prefix: str = ""
    digits: int
    least: int = 0
    controls: tuple[Control, ...] = ()
    share: float = 1.0
    age_from: int = 0
    age_to: int = 200


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything a city says about itself. `ages`: share of all residents. `deceased`: share of the people of that age that have
    died and are still in the registers. `age_of_majority` parts children from grown-ups."""

    ages: Bands
    deceased: Bands
    age_of_majority: int
    families: Families
    names: NameBook
    homes: Homes
    work: Work
    health: Health
    facts: Mapping[Trait, Stated]
    relations: Mapping[Kin, Related]
    identifiers: tuple[Scheme, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Population:
    """A made-up city, as the copying functions of parties and registers take it.

    `residents`: party_id, given_name, patronymic, family_name. `identifiers`: party_id, scheme, value. `statements`: party_id,
    fact, number, code, valid_from, valid_to, source, owner, verified_on. `relations`: party_id, kind, other_id (null: known to
    have none), present, and the same dates and origin. What holds, holds on `as_of` (a city date).
    """

    as_of: date
    residents: pl.DataFrame
    identifiers: pl.DataFrame
    statements: pl.DataFrame
    relations: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many rows were loaded."""

    residents: int
    identifiers: int
    statements: int
    relations: int
