"""Codes are for registers: people read words, in their own language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import CityCopy
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.rules.api import compile_rules
from gorod.engines.rules.data import DatedFigure, DatedValue, RuleSource
from gorod.faces.api.tests.factories import install, tiny
from gorod.faces.portal import wording
from gorod.faces.portal.tests.factories import Home
from gorod.kernel.expressions.data import Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import FactDefinition, Kind
from gorod.ui.pages.tests.client import PageClient

DISTRICTS = """\
columns: {code: code, name: {de: de, en: en}, kind: {de: kind, en: kind}, area: area, area_name: {de: area, en: area},
          lon: x, lat: y, area_km2: km2}
"""
TABLE = "code,de,en,kind,area,x,y,km2\n01,Mühle,Mill,district,L,13.1,52.1,2\n02,Furt,Ford,district,L,13.2,52.1,2\n"
HOMES = """\
part: {type: code, owner: residents_office, meaning: {de: Stadtteil, en: part of town}}
mothers_part: {via: mother, fact: part, meaning: {de: Stadtteil der Mutter, en: the mother's part of town}}
house:
  type: code
  owner: residents_office
  meaning: {de: Haus, en: house}
  names:
    none: {de: keines, en: none}
    '{district}-{number}': {de: 'Haus {number} in {district}', en: 'house {number} in {district}'}
"""


@pytest.mark.django_db
def test_a_code_is_asked_and_shown_in_words() -> None:
    cache.clear()
    home = Home()
    page = home.as_mother.open("/en/mine/questions/")
    options = {
        str(tag["value"]): tag.get_text(strip=True) for tag in page.soup.select("select[name=care_wanted] option")
    }
    assert options["mornings"] == "in the mornings only"
    home.as_mother.send(page, "Send", care_wanted="mornings")
    run_jobs()
    assert "in the mornings only" in home.as_mother.open(f"/en/mine/facts/?of={home.baby}").text
    assert "nur vormittags" in home.as_mother.open(f"/de/mine/facts/?of={home.baby}").text


def test_a_district_is_shown_by_its_name_also_inside_other_codes(tmp_path: Path) -> None:
    city = CityCopy(tmp_path)
    city.change("city.yaml", "stopped_by: dead\n", "stopped_by: dead\nlives_in: part\n")
    city.write("facts/homes.yaml", HOMES)
    city.write("districts.yaml", DISTRICTS)
    city.write("districts.csv", TABLE)
    city.install()
    try:
        with translation.override("de"):
            assert [wording.value(name, "02") for name in ("part", "mothers_part")] == ["Furt", "Furt"]
            assert wording.value("part", "77") == "77", "a code that no table knows"
            assert wording.value("house", "02-17") == "Haus 17 in Furt"
        with translation.override("en"):
            assert [wording.value("house", code) for code in ("01-3", "none", "x")] == ["house 3 in Mill", "none", "x"]
    finally:
        install()


DEATH = {"en": "Has the mother passed away?"}
LATE = DatedValue(name="late", type=Type.INT, low=0, high=100, figures=(DatedFigure(since=date(2020, 1, 1)),))


@pytest.fixture
def asking() -> Iterator[PageClient]:
    """A town whose allowance depends on deaths and on a figure that is late."""
    city = tiny()
    mother_dead = FactDefinition(
        name="mother_dead",
        type=Type.BOOLEAN,
        kind=Kind.VIA,
        relation="mother",
        fact="dead",
        if_none=False,
        what_if=DEATH,
    )
    vocabulary = replace(city.vocabulary, facts={**city.vocabulary.facts, "mother_dead": mother_dead})
    rule = RuleSource(
        service="child_allowance",
        conditions={
            "alive": "not dead and not mother_dead",
            "young": "age_years < late",
            "resident": "mother_lives_here",
        },
    )
    names = facts.names_of(vocabulary=vocabulary)
    rules = compile_rules(sources=[rule], facts=names, values={**city.values, "late": LATE})
    catalogue.install(city=replace(city, vocabulary=vocabulary, rules=rules))
    yield PageClient()
    install()


def test_a_death_is_asked_about_last_and_kindly_and_a_late_figure_stops_no_question(asking: PageClient) -> None:
    address, questions = "/en/services/child_allowance/what-if/?", []
    answers = {"age_years": "3", "mother_lives_here": "yes", "dead": "no", "mother_dead": "no"}
    page = asking.open(address)
    while form := page.soup.find("form", attrs={"method": "get"}):
        (name,) = {str(tag["name"]) for tag in form.find_all("input") if tag.get("type") != "hidden"}  # type: ignore[union-attr]
        questions.append(name)
        last = page.text
        address += f"{name}={answers[name]}&"
        page = asking.open(address)
    assert questions == list(answers), "what is plain comes first, although the rule names deaths first"
    assert DEATH["en"] in last
    assert "this year’s figure is not published" in page.text
    assert "it is not due" in asking.open(address.replace("here=yes", "here=no")).text


def test_an_answer_that_decides_leaves_deaths_alone(asking: PageClient) -> None:
    page = asking.open("/en/services/child_allowance/what-if/?age_years=3&mother_lives_here=no")
    assert "it is not due" in page.text
