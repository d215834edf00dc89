"""synthetic.yaml: read, judged with lines, joined into a profile that makes a city."""

from __future__ import annotations

from datetime import date

import pytest

from gorod.catalogue import api
from gorod.catalogue.checks import synthetic
from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import read
from gorod.catalogue.logic.joining import vocabulary
from gorod.catalogue.logic.population import profile
from gorod.catalogue.tests.factories import MOSCOW, CityCopy
from gorod.records.synthetic.api import generate
from gorod.records.synthetic.data import Kin, Stated, Trait

DISTRICTS = """\
code,name,bank,x,y,km2,census,guess
01,Mill,L,2.30,48.85,3.5,1200,
02,Ford,L,2.34,48.85,2.0,,300
03,Hill,R,2.32,48.88,4.0,,
"""
MEANING = """\
columns:
  {code: code, name: {de: name, en: name}, area: bank, area_name: {de: bank, en: bank}, lon: x, lat: y, area_km2: km2,
   population: census, residents_estimate: guess}
"""
SYNTHETIC = """\
age_of_majority: 18
ages: [{from: 0, share: 0.1}, {from: 18, women: 0.42, men: 0.38}]
deceased: [{from: 70, share: 0.02}]
families:
  parents_known: [{from: 0, share: 0.9}]
  children_per_mother: {1: 0.5, 2: 0.5}
  months_between_births: [[0, 12], [1, 90]]
  twins: 0.01
  mother_age_at_first_birth: [[0, 18], [1, 40]]
  father_older_by: [[0, -3], [1, 12]]
  father_none: 0.1
  father_unknown: 0.05
  parents_married: 0.7
  married_without_children: [{from: 20, share: 0.3}]
  keeps_own_surname: 0.5
  lives_with_parents: [{from: 18, share: 0.5}]
  guardians: 0.5
names:
  generations: [{born_before: 1990, women: {Ute: 1}, men: {Jens: 1}}, {women: {Mia: 2}, men: {Ben: 1}}]
  surnames: [[Bach, Bach], [Berg, Berg]]
homes:
  residents: {'03': 500}
  flats_per_building: 10
  registered: 1
  registered_grown_ups: 0.9
  registered_children: 1
  moved_within_years: 10
  protected: 0
work:
  employed: [{from: 18, share: 0.8}]
  employed_missing: 0.1
  pensioner: [{from: 65, share: 1}]
  pupil: [{from: 6, share: 1}, {from: 18, share: 0}]
  leave_months: 12
  monthly_income:
    on_leave: {kopecks: [[0, 1000], [1, 2000]], missing: 0}
    employed: {kopecks: [[0, 100000], [1, 900000]], missing: 0.1}
    pensioner: {kopecks: [[0, 1000], [1, 3000]], missing: 0}
    neither: {kopecks: [[0, 0], [1, 5000]], missing: 0.5}
polyclinic: {attached: 1, grown_ups: doctor, children: child_doctor}
large_family: {children: 3, confirmed: 1}
facts:
  birth_date: date_of_birth
  deceased: dead
  death_date: date_of_death
  registered: lives_here
  monthly_income: yearly_income
  disability: impairment
disability: {some: [{from: 0, share: 0.1}]}
relations: {mother: mother, father: other_parent, child: children}
identifiers:
  - {scheme: resident_number, digits: 6}
"""
MORE_FACTS = """\
date_of_death: {type: date, owner: registry_office, meaning: {de: Todestag, en: day of death}}
impairment: {type: code, codes: [none, some], owner: clinic, absent: none, meaning: {de: Behinderung, en: impairment}}
"""


@pytest.fixture
def town(tiny: CityCopy) -> CityCopy:
    """The tiny city with districts and made-up residents."""
    tiny.write("districts.csv", DISTRICTS)
    tiny.write("districts.yaml", MEANING)
    tiny.write("synthetic.yaml", SYNTHETIC)
    tiny.write("facts/more.yaml", MORE_FACTS)
    return tiny


def found(city: CityCopy) -> list[Problem]:
    """What is said of synthetic.yaml, by the file itself or by the check."""
    return [problem for problem in city.problems() if problem.place.startswith("synthetic.yaml")]


def test_a_city_without_the_file_has_no_profile(tiny: CityCopy) -> None:
    assert api.load(folder=tiny.folder).synthetic is None


def test_names_owners_and_what_silence_means_come_from_the_vocabulary(town: CityCopy) -> None:
    profile = api.load(folder=town.folder).synthetic
    assert profile is not None
    assert profile.facts[Trait.REGISTERED] == Stated(fact="lives_here", owner="residents_office", absent=False)
    assert profile.facts[Trait.BIRTH_DATE] == Stated(fact="date_of_birth", owner="registry_office", absent=None)
    assert (profile.relations[Kin.FATHER].kind, profile.relations[Kin.FATHER].owner) == (
        "other_parent",
        "registry_office",
    )
    assert [(band.women, band.men) for band in profile.ages] == [(0.1, 0.1), (0.42, 0.38)]


def test_residents_are_spread_by_count_then_own_figure_then_estimate(town: CityCopy) -> None:
    profile = api.load(folder=town.folder).synthetic
    assert profile is not None
    assert profile.homes.districts == {"01": 1200, "02": 300, "03": 500}


WRONG = [
    ("birth_date: date_of_birth", "birth_date: born", "no fact is called 'born'", ""),
    ("registered: lives_here", "registered: age_years", "age_years is derived and cannot be stated", ""),
    ("registered: lives_here", "registered: yearly_income", "yearly_income is int, and registered is boolean", ""),
    ("{some: [", "{heavy: [", "impairment is never 'heavy'", ""),
    ("  death_date: date_of_death\n", "", "people are deceased, and no fact says death_date", "deceased: ["),
    ("father: other_parent", "father: stepfather", "no relation is called 'stepfather'", ""),
    ("father: other_parent", "father: parents", "parents is derived and cannot be stated", ""),
    ("father: other_parent", "father: children", "children leads to many", ""),
    (", child: children}", "}", "mother has no inverse: child is not named", "relations:"),
    ("scheme: resident_number", "scheme: library_card", "no event finds anybody by library_card", ""),
    ("'03': 500", "'09': 500", "no district has the code '09'", ""),
    ("[1, 900000]", "[1, 9000000000]", "yearly_income is from 0 to 1000000000", ""),
    ("{from: 18, women: 0.42", "{from: 0, women: 0.42", "the ages do not ascend", ""),
    ("women: 0.42, men: 0.38", "women: 0.42, men: 0.39", "the shares make 1.0100", ""),
    ("{1: 0.5, 2: 0.5}", "{1: 0.5, 2: 0.4}", "the shares make 0.9000", ""),
    ("father_none: 0.1", "father_none: 0.97", "father_none and father_unknown make 1.0200", ""),
    (
        "{some: [{from: 0, share: 0.1}]}",
        "{some: [{from: 0, share: 0.6}], none: [{from: 9, share: 0.6}]}",
        "make 1.2",
        "",
    ),
    ("[[0, 12], [1, 90]]", "[[0.1, 12], [1, 90]]", "this is no distribution", ""),
    ("[[0, 12], [1, 90]]", "[[0, 90], [1, 12]]", "this is no distribution", ""),
    ("{born_before: 1990, women", "{women", "the generations do not follow each other", ""),
    ("  surnames:", "  patronymics: {Ben: [B, B]}\n  surnames:", "Jens has no patronymics", "patronymics:"),
    ("protected: 0", "protected: 2", "homes.protected: Input should be less than or equal to 1", ""),
    ("{from: 70, share: 0.02}", "{from: 70, share: 0.02, men: 0.1}", "say either share, or women and men", ""),
    ("digits: 6}", "digits: 6, least: 1000000}", "no number of 6 digits is 1000000 or more", ""),
    (
        "digits: 6}",
        "digits: 6, controls: [{weights: [1, 2], moduli: [10], digits: 1}]}",
        "a control of 6 digits needs 6 weights, not 2",
        "",
    ),
    (
        "digits: 6}",
        "digits: 1, controls: [{weights: [1], moduli: [11], digits: 1}]}",
        "the rest of a division by 11 has no place in 1 digits",
        "",
    ),
]


@pytest.mark.parametrize(("old", "new", "says", "at"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_line_is_named_with_what_to_do(town: CityCopy, old: str, new: str, says: str, at: str) -> None:
    town.change("synthetic.yaml", old, new)
    problems = [problem for problem in found(town) if says in problem.what]
    assert problems, found(town)
    assert problems[0].place == town.place("synthetic.yaml", at or new.split("\n")[0])
    assert problems[0].remedy


def test_the_file_is_right_as_it_stands(town: CityCopy) -> None:
    assert found(town) == []


def test_a_city_without_districts_cannot_be_made_up(town: CityCopy) -> None:
    town.remove("districts.csv")
    town.remove("districts.yaml")
    town.change("synthetic.yaml", "  residents: {'03': 500}\n", "")
    assert [problem.what for problem in found(town)] == ["no district has residents"]


def test_the_made_up_residents_of_moscow_say_only_what_its_agencies_own() -> None:
    content = read(MOSCOW)
    assert [str(problem) for problem in synthetic.check(content)] == []
    made_of = profile(content, vocabulary(content))
    assert made_of is not None
    assert content.city is not None
    assert made_of.facts.keys() == set(Trait)
    assert made_of.relations.keys() == set(Kin)
    made = generate(profile=made_of, residents=3000, seed=1, as_of=date(2026, 11, 24))
    assert set(made.statements["owner"]) | set(made.relations["owner"]) <= content.city.agencies.keys()
    assert set(made.statements["fact"]) <= {stated.fact for stated in made_of.facts.values()}
    assert not made.residents["patronymic"].str.len_chars().eq(0).any()
