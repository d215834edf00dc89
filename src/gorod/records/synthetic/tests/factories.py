"""A small profile that names facts of its own: no real city."""

from __future__ import annotations

from datetime import date

import polars as pl

from gorod.records.synthetic.data import (
    Band,
    Control,
    Families,
    Generation,
    Health,
    Homes,
    Income,
    Kin,
    NameBook,
    Population,
    Profile,
    Related,
    Scheme,
    Stated,
    Trait,
    Work,
)

TODAY = date(2026, 6, 15)


def both(age_from: int, share: float) -> Band:
    return Band(age_from=age_from, women=share, men=share)


AGES = (
    Band(age_from=0, women=0.09, men=0.09),
    Band(age_from=18, women=0.07, men=0.08),
    Band(age_from=30, women=0.16, men=0.15),
    Band(age_from=50, women=0.18, men=0.14),
    Band(age_from=80, women=0.03, men=0.01),
)
FAMILIES = Families(
    parents_known=(both(0, 0.98), both(18, 0.6), both(30, 0.2), both(50, 0.0)),
    children_per_mother={1: 0.5, 2: 0.35, 3: 0.11, 4: 0.04},
    months_between_births=((0, 12), (0.5, 40), (1, 130)),
    twins=0.02,
    mother_age_at_first_birth=((0, 18), (0.5, 26), (1, 41)),
    father_older_by=((0, -4), (0.5, 2), (1, 16)),
    father_none=0.1,
    father_unknown=0.05,
    parents_married=0.8,
    married_without_children=(both(20, 0.25), both(50, 0.4), both(80, 0.1)),
    keeps_own_surname=0.2,
    lives_with_parents=(both(18, 0.7), both(30, 0.2)),
    guardians=0.8,
)
NAMES = NameBook(
    generations=(
        Generation(born_before=1980, women={"Vera": 2, "Olga": 1}, men={"Ivan": 1}),
        Generation(born_before=None, women={"Mia": 1}, men={"Leo": 3, "Ivan": 1}),
    ),
    surnames=(("Orlov", "Orlova"), ("Kim", "Kim"), ("Belov", "Belova")),
    patronymics={"Ivan": ("Ivanovich", "Ivanovna"), "Leo": ("Leonovich", "Leonovna")},
)
INCOME = ((0.0, 0.0), (0.5, 9_000_000.0), (1.0, 90_000_000.0))
PROFILE = Profile(
    ages=AGES,
    deceased=(both(40, 0.01), both(70, 0.05)),
    age_of_majority=18,
    families=FAMILIES,
    names=NAMES,
    homes=Homes(
        districts={"north": 3, "south": 1},
        flats_per_building=40,
        registered=0.9,
        registered_grown_ups=0.95,
        registered_children=0.97,
        moved_within_years=20,
        protected=0.01,
    ),
    work=Work(
        employed=(both(18, 0.6), both(25, 0.85), both(65, 0.1)),
        employed_missing=0.04,
        pensioner=(Band(age_from=58, women=0.9, men=0.3), both(65, 0.97)),
        pupil=(both(7, 0.97), both(17, 0.4), both(18, 0.0)),
        leave_months=18,
        income_on_leave=Income(quantiles=((0.0, 1_000_000.0), (1.0, 5_000_000.0)), missing=0.1),
        income_employed=Income(quantiles=INCOME, missing=0.06),
        income_pensioner=Income(quantiles=((0.0, 2_000_000.0), (1.0, 4_000_000.0)), missing=0.02),
        income_neither=Income(quantiles=((0.0, 0.0), (1.0, 1_000_000.0)), missing=0.5),
    ),
    health=Health(
        disability={"child": (both(0, 0.03), both(18, 0.0)), "i": (both(18, 0.01),), "ii": (both(18, 0.03),)},
        attached=0.9,
        polyclinic="clinic",
        children_polyclinic="child_clinic",
        large_family_children=3,
        large_family_confirmed=0.9,
    ),
    facts={
        Trait.BIRTH_DATE: Stated(fact="born", owner="registry"),
        Trait.DECEASED: Stated(fact="dead", owner="registry", absent=False),
        Trait.DEATH_DATE: Stated(fact="died", owner="registry"),
        Trait.REGISTERED: Stated(fact="registered", owner="police", absent=False),
        Trait.DISTRICT: Stated(fact="area", owner="police"),
        Trait.BUILDING: Stated(fact="house", owner="police"),
        Trait.FLAT: Stated(fact="flat", owner="police"),
        Trait.PROTECTED_ADDRESS: Stated(fact="hidden", owner="police", absent=False),
        Trait.MONTHLY_INCOME: Stated(fact="income", owner="tax"),
        Trait.EMPLOYED: Stated(fact="works", owner="fund"),
        Trait.PENSIONER: Stated(fact="pension", owner="fund", absent=False),
        Trait.PUPIL: Stated(fact="at_school", owner="schools", absent=False),
        Trait.DISABILITY: Stated(fact="status", owner="fund", absent="none"),
        Trait.POLYCLINIC: Stated(fact="clinic", owner="health", absent="none"),
        Trait.LARGE_FAMILY: Stated(fact="large", owner="welfare", absent=False),
    },
    relations={
        Kin.MOTHER: Related(kind="mother", owner="registry"),
        Kin.FATHER: Related(kind="father", owner="registry"),
        Kin.CHILD: Related(kind="children", owner="registry"),
        Kin.SPOUSE: Related(kind="spouse", owner="registry"),
        Kin.GUARDIAN: Related(kind="guardian", owner="welfare"),
        Kin.WARD: Related(kind="wards", owner="welfare"),
    },
    identifiers=(
        Scheme(
            scheme="fund_number",
            digits=9,
            least=900_000_000,
            controls=(Control(weights=(9, 8, 7, 6, 5, 4, 3, 2, 1), moduli=(101, 100), digits=2),),
            share=0.98,
        ),
        Scheme(
            scheme="tax_number",
            prefix="00",
            digits=8,
            controls=(
                Control(weights=(7, 2, 4, 10, 3, 5, 9, 4, 6, 8), moduli=(11, 10), digits=1),
                Control(weights=(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8), moduli=(11, 10), digits=1),
            ),
            age_from=18,
        ),
        Scheme(scheme="passport", prefix="AB", digits=6, age_from=14),
    ),
)


def stated(population: Population, fact: str) -> pl.DataFrame:
    """person, value (number or code) of one fact."""
    rows = population.statements.filter(pl.col("fact") == fact)
    value = pl.col("code") if rows["number"].null_count() == rows.height else pl.col("number")
    return rows.select(person="party_id", value=value)


def related(population: Population, kind: str) -> pl.DataFrame:
    """person, other of one relation; other is null where none is known to be."""
    return population.relations.filter(pl.col("kind") == kind).select(person="party_id", other="other_id")


def pairs(frame: pl.DataFrame) -> set[tuple[str, str]]:
    """The rows of two columns."""
    return set(frame.drop_nulls().iter_rows())
