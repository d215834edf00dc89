"""What must hold in every made-up city, whatever its size and seed: people fit together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gorod.records.synthetic.api import generate
from gorod.records.synthetic.data import Population, Profile
from gorod.records.synthetic.tests.factories import PROFILE, TODAY, both, pairs, related, stated

pytestmark = pytest.mark.slow

YEAR = 365.25


def city(residents: int = 4000, seed: int = 7) -> Population:
    return generate(profile=PROFILE, residents=residents, seed=seed, as_of=TODAY)


@pytest.fixture(scope="module")
def town() -> Population:
    return city()


def births(population: Population) -> dict[str, int]:
    return dict(stated(population, "born").iter_rows())


cities = given(residents=st.integers(1, 1500), seed=st.integers(0, 10**6))
few = settings(max_examples=25, deadline=None)


@few
@cities
def test_every_relation_stands_at_both_people(residents: int, seed: int) -> None:
    made = city(residents, seed)
    parents = pairs(related(made, "mother")) | pairs(related(made, "father"))
    assert {(parent, child) for child, parent in parents} == pairs(related(made, "children"))
    spouses = pairs(related(made, "spouse"))
    assert spouses == {(other, person) for person, other in spouses}
    wards = pairs(related(made, "wards"))
    assert {(guardian, ward) for ward, guardian in pairs(related(made, "guardian"))} == wards


@few
@cities
def test_parents_are_of_an_age_to_be_parents(residents: int, seed: int) -> None:
    made = city(residents, seed)
    born = births(made)
    for kind, oldest in (("mother", 51), ("father", 73)):
        for child, parent in pairs(related(made, kind)):
            assert 13 * YEAR < born[child] - born[parent] < oldest * YEAR


@few
@cities
def test_brothers_and_sisters_are_born_a_pregnancy_apart_or_on_one_day(residents: int, seed: int) -> None:
    made = city(residents, seed)
    born = births(made)
    of_mother: dict[str, list[int]] = {}
    for child, mother in pairs(related(made, "mother")):
        of_mother.setdefault(mother, []).append(born[child])
    for days in of_mother.values():
        days.sort()
        for first, second in pairwise(days):
            assert second == first or second - first >= 280


@few
@cities
def test_nobody_has_two_of_what_one_has_once(residents: int, seed: int) -> None:
    made = city(residents, seed)
    for kind in ("mother", "father", "spouse", "guardian"):
        assert related(made, kind)["person"].is_unique().all()
    assert made.residents["party_id"].n_unique() == residents
    assert made.identifiers.select("scheme", "value").is_unique().all()
    assert made.statements.select("party_id", "fact").is_unique().all()


VILLAGE = replace(
    PROFILE,
    ages=(both(20, 0.35), both(26, 0.0), both(42, 0.15), both(60, 0.0)),
    families=replace(
        PROFILE.families,
        parents_known=(both(0, 1.0), both(30, 0.0)),
        mother_age_at_first_birth=((0, 20), (1, 30)),
        children_per_mother={4: 1.0},
        months_between_births=((0, 10), (1, 24)),
        married_without_children=(both(18, 1.0),),
    ),
)
"""Two generations; everybody young has three brothers and sisters and marries: so it happens easily that two of them would."""


EARLY = replace(
    PROFILE,
    ages=(both(0, 0.5), both(60, 0.0)),
    families=replace(
        PROFILE.families,
        parents_known=(both(0, 1.0),),
        mother_age_at_first_birth=((0, 17), (1, 18)),
        father_older_by=((0, 0), (0.5, 1), (0.51, 18), (1, 21)),
    ),
)
"""Mothers are young and half of the fathers a generation older: so it happens easily that it would be her own father."""


@few
@given(profile=st.sampled_from([VILLAGE, EARLY]), residents=st.integers(2, 300), seed=st.integers(0, 10**6))
def test_relatives_never_marry_and_have_no_children(profile: Profile, residents: int, seed: int) -> None:
    made = generate(profile=profile, residents=residents, seed=seed, as_of=TODAY)
    mother, father = (dict(related(made, kind).drop_nulls().iter_rows()) for kind in ("mother", "father"))
    couples = pairs(related(made, "spouse")) | {(mother[child], father[child]) for child in father}
    for one, other in couples:
        assert one not in (mother.get(other), father.get(other))
        assert other not in (mother.get(one), father.get(one))
        for parents in (mother, father):
            assert parents.get(one) is None or parents.get(one) != parents.get(other)


@few
@cities
@example(residents=267, seed=29484)  # a guardian had died before her ward was born
def test_every_row_is_of_a_resident_and_of_the_past(residents: int, seed: int) -> None:
    made = city(residents, seed)
    known = set(made.residents["party_id"])
    for frame in (made.identifiers, made.statements, made.relations):
        assert set(frame["party_id"]) <= known
    assert set(made.relations["other_id"].drop_nulls()) <= known
    for frame in (made.statements, made.relations):
        assert frame.filter((pl.col("valid_from") > TODAY) | (pl.col("valid_to") < pl.col("valid_from"))).is_empty()


@few
@cities
def test_of_the_dead_only_birth_and_death_are_stated(residents: int, seed: int) -> None:
    made = city(residents, seed)
    dead = set(stated(made, "dead")["person"])
    facts = made.statements.filter(pl.col("party_id").is_in(dead))
    assert set(facts["fact"]) <= {"born", "dead", "died"}
    died = dict(stated(made, "died").iter_rows())
    assert died.keys() == dead
    born = births(made)
    assert all(born[person] < day for person, day in died.items() if born[person] < max(born.values()))
    ended = made.relations.filter((pl.col("kind") == "spouse") & pl.col("valid_to").is_not_null())
    assert set(ended["party_id"]) | set(ended["other_id"]) >= {
        person for person, _ in pairs(related(made, "spouse")) if person in dead
    }


def test_ids_are_uuids_of_version_7_that_grow(town: Population) -> None:
    ids = [UUID(text) for text in town.residents["party_id"]]
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert ids == sorted(ids)


def test_a_child_without_a_father_says_so_and_a_child_of_an_unknown_one_does_not(town: Population) -> None:
    father = related(town, "father")
    fatherless = set(father.filter(pl.col("other").is_null())["person"])
    with_mother = set(related(town, "mother")["person"])
    assert fatherless
    assert fatherless <= with_mother
    assert with_mother - set(father["person"])  # unknown: no row at all


def test_children_carry_the_names_of_their_fathers(town: Population) -> None:
    columns = ("family_name", "given_name", "patronymic")
    names = {row[0]: row[1:] for row in town.residents.select("party_id", *columns).iter_rows()}
    surname = {form: pair for pair in PROFILE.names.surnames for form in pair}
    fathers = pairs(related(town, "father"))
    married = {person for person, _ in pairs(related(town, "spouse"))}
    for child, father in fathers:
        assert names[child][2] in PROFILE.names.patronymics[names[father][1]]
        assert child in married or surname[names[child][0]] == surname[names[father][0]]
    grandfathers = {child for child, _ in fathers} & {father for _, father in fathers}
    assert grandfathers, "three generations are among them"


def test_most_wives_have_the_surname_of_the_husband_in_their_own_form(town: Population) -> None:
    surname = {form: pair for pair in PROFILE.names.surnames for form in pair}
    names = dict(town.residents.select("party_id", "family_name").iter_rows())
    couples = [sorted((names[a], names[b])) for a, b in pairs(related(town, "spouse"))]
    shared = sum(surname[a] == surname[b] for a, b in couples) / len(couples)
    one_has_own = 1 - PROFILE.families.keeps_own_surname
    assert shared > one_has_own - 0.03
    assert any(a != b and surname[a] == surname[b] for a, b in couples)


def test_children_live_with_their_mother(town: Population) -> None:
    homes = stated(town, "house").join(stated(town, "flat"), on="person", suffix="_flat")
    home = {person: (house, flat) for person, house, flat in homes.iter_rows()}
    minor = {
        person for person, day in births(town).items() if (TODAY - TODAY.replace(1970, 1, 1)).days - day < 17 * YEAR
    }
    both = [(c, m) for c, m in pairs(related(town, "mother")) if c in minor and c in home and m in home]
    assert both
    assert all(home[child] == home[mother] for child, mother in both)


def test_no_flat_is_given_to_two_families(town: Population) -> None:
    """Those who share a flat are all related to one of them."""
    homes = stated(town, "house").join(stated(town, "flat"), on="person", suffix="_flat")
    near: dict[str, set[str]] = {}
    for kind in ("mother", "children", "spouse", "guardian", "wards"):
        for one, other in pairs(related(town, kind)):
            near.setdefault(one, {one}).add(other)
    for (people,) in homes.group_by("value", "value_flat").agg("person").select("person").iter_rows():
        reached, edge = set(), {people[0]}
        while edge:
            reached |= edge
            edge = {other for one in edge for other in near.get(one, set())} - reached
        assert set(people) <= reached


def test_families_of_every_size_can_expect_a_child(town: Population) -> None:
    born = births(town)
    today = max(born.values())
    women = {p for p, surname in town.residents.select("party_id", "patronymic").iter_rows() if surname.endswith("na")}
    fertile = {p for p in women if 20 * YEAR < today - born[p] < 42 * YEAR}
    married = fertile & {person for person, _ in pairs(related(town, "spouse"))}
    count: dict[str, int] = dict.fromkeys(married, 0)
    for mother, _ in pairs(related(town, "children")):
        if mother in count:
            count[mother] += 1
    sizes = {min(number, 3) for number in count.values()}
    assert sizes == {0, 1, 2, 3}


def test_a_city_without_patronymics_has_none() -> None:
    plain = replace(PROFILE, names=replace(PROFILE.names, patronymics={}))
    made = generate(profile=plain, residents=50, seed=1, as_of=TODAY)
    assert set(made.residents["patronymic"]) == {""}
