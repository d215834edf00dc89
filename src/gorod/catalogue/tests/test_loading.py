"""What a city is loaded to, and what stops it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gorod.catalogue import api
from gorod.catalogue.data import CityRefused, Severity
from gorod.catalogue.tests.factories import EMPTY, MOSCOW, TINY, CityCopy, install
from gorod.engines.cases import api as cases
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import Mode
from gorod.kernel import clock
from gorod.kernel.errors import NotFound
from gorod.records.facts import api as facts


def test_the_tiny_city_has_no_problem_at_all() -> None:
    assert api.check(folder=TINY) == []


def test_an_empty_city_has_no_problem_and_offers_nothing(engines: None) -> None:
    assert api.check(folder=EMPTY) == []
    city = install(EMPTY)
    assert (city.services, city.life_events, city.event_types, facts.names()) == ({}, {}, {}, {})
    with pytest.raises(NotFound):
        cases.case_type(service="child_allowance")


def test_moscow_has_no_error_and_loads_whole() -> None:
    assert [str(problem) for problem in api.check(folder=MOSCOW) if problem.severity is Severity.ERROR] == []
    city = api.load(folder=MOSCOW)
    folders = {path.parent.name for path in MOSCOW.glob("services/*/*/service.yaml")}
    assert city.services.keys() == folders
    assert city.case_types.keys() == set(city.rules.services) == folders - city.bookables.keys()
    assert set(city.booking_rules.services) == city.bookables.keys()
    assert len(city.life_events["birth"].steps) >= 14
    assert len(city.event_types) == len(list(MOSCOW.glob("events/*.yaml")))
    assert {language: set(texts) for language, texts in city.texts.names.items()} == dict.fromkeys(
        ("ru", "en"), folders
    )


def test_what_the_engines_are_told_is_what_the_files_say() -> None:
    city = api.load(folder=TINY)
    assert (city.languages, city.time_zone, city.currency, city.treasury) == (
        ("de", "en"),
        "Europe/Berlin",
        "EUR",
        "town_treasury",
    )
    allowance = city.case_types["child_allowance"]
    assert (allowance.owner, allowance.right_months, allowance.renewal) == ("family_office", 12, "automatic")
    assert allowance.law == ("Kindergeldsatzung Kleinau, §§ 1 bis 4",)
    assert allowance.statuses["granted"].label == {"de": "bewilligt", "en": "granted"}
    assert city.rules.facts_of("child_allowance") == ("age_years", "mother_lives_here", "parents_income")
    assert city.rules.rule("child_allowance").values == ("allowance_per_month", "income_limit")
    assert city.values["allowance_per_month"].at(date(2025, 12, 31)).figure == 20000
    assert city.agencies["clinic"].sends == ("case.status", "child.born", "event.retracted")
    assert city.texts.services["de"]["child_allowance"]["offered"].subject.startswith("Ihnen steht Kindergeld zu")
    assert city.texts.reasons["de"]["no_free_places"] == "Zurzeit ist kein Platz frei"
    assert city.services["day_care_place"].asks == ("care_begins_on",)
    assert not city.calendar.is_working(date(2026, 10, 3))
    assert city.calendar.is_working(date(2026, 12, 19))


def test_the_steps_of_a_life_event_stand_in_an_order_that_respects_their_needs() -> None:
    steps = api.load(folder=TINY).life_events["new_child"].steps
    order = list(steps)
    assert all(order.index(need) < order.index(name) for name, step in steps.items() for need in step.needs)
    assert steps["free_day_care"].needs == ("child_allowance",)
    assert (steps["parents_letter"].subject, steps["parents_letter"].applicants) == ("mother", ("mother",))
    assert steps["birth_certificate"].mode is Mode.AUTOMATIC
    assert (steps["child_allowance"].expires_months, steps["child_allowance"].expires_after) == (6, "date_of_birth")


def test_a_city_with_errors_is_refused_with_all_of_them(tiny: CityCopy) -> None:
    """And the engines keep the city they have."""
    tiny.change("services/family/child_allowance/service.yaml", "age_years < 18", "age < 18")
    tiny.change("texts/de.yaml", "  granted: bewilligt\n", "")
    with pytest.raises(CityRefused) as caught:
        api.load(folder=tiny.folder)
    assert [problem.place for problem in caught.value.problems] == [
        tiny.place("services/family/child_allowance/service.yaml", "young:"),
        tiny.place("texts/de.yaml", "statuses:"),
    ]
    assert "no word for the status 'granted'; add it in de" in str(caught.value)


def test_warnings_do_not_stop_a_city(tiny: CityCopy) -> None:
    tiny.change("services/register/birth_record/service.yaml", "§ 21", "§ 21, assumed: true")
    (problem,) = tiny.problems()
    assert problem.severity is Severity.WARNING
    assert str(problem).endswith("(warning)")
    assert "birth_record" in api.load(folder=tiny.folder).services


@pytest.mark.parametrize(("days", "warned"), [(59, True), (60, True), (61, False)])
def test_a_figure_that_ends_within_60_days_is_warned_of(tiny: CityCopy, days: int, warned: bool) -> None:
    ends = clock.today() + timedelta(days=days)
    tiny.change(
        "values/family.yaml",
        "{since: 2025-01-01, figure: 6000000,",
        f"{{since: 2025-01-01, until: {ends}, figure: 6000000,",
    )
    said = [str(problem) for problem in tiny.problems()]
    soon = clock.today() + timedelta(days=60)
    expected = (
        f"{tiny.place('values/family.yaml', 'income_limit:')}: income_limit has no figure on {soon}; "
        "add it when it is published; services that need it will wait for it (warning)"
    )
    assert said == ([expected] if warned else [])


def test_a_language_without_texts_is_refused(tiny: CityCopy) -> None:
    tiny.remove("services/family/free_day_care/texts/de.yaml")
    tiny.remove("texts/en.yaml")
    assert [str(problem) for problem in tiny.errors()] == [
        "services/family/free_day_care/service.yaml:1: free_day_care has no texts/de.yaml; write it: the city speaks it",
        "texts/en.yaml:1: no texts in en; write statuses and messages",
    ]


@pytest.mark.parametrize("verdict", ["due", "not_due", "unknown"])
def test_a_rule_shows_a_yes_a_no_and_an_unknown(tiny: CityCopy, verdict: str) -> None:
    file = "services/family/day_care_place/cases.yaml"
    lines = (tiny.folder / file).read_text().split("\n")
    tiny.write(file, "\n".join(line for line in lines if f"verdict: {verdict}" not in line))
    (problem,) = tiny.errors()
    assert str(problem) == f"{file}:1: no example of day_care_place is {verdict}; add one"


def test_a_service_without_examples_is_refused(tiny: CityCopy) -> None:
    tiny.remove("services/family/day_care_place/cases.yaml")
    (problem,) = tiny.errors()
    assert (
        str(problem)
        == "services/family/day_care_place/service.yaml:1: day_care_place has no cases.yaml; write examples"
    )


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "services/family/child_allowance/service.yaml",
            "parents_income < income_limit",
            "parents_income <= income_limit",
        ),
        ("facts/residents.yaml", "via: mother", "via: other_parent"),
        ("facts/residents.yaml", "if_none: false", "if_none: true"),
        ("facts/income.yaml", "aggregate: sum", "aggregate: max"),
        ("relations.yaml", "[[mother], [other_parent]]", "[[mother]]"),
        ("relations.yaml", "[[mother], [other_parent]],", "[[mother], [other_parent]], where: not dead,"),
        ("relations.yaml", "mother: {kind: one,", "mother: {kind: one, complete: true,"),
    ],
)
def test_whatever_can_change_an_answer_changes_the_version_of_the_rule(
    tiny: CityCopy, file: str, old: str, new: str
) -> None:
    """Decisions keep the version: it must tell whether they were made by the rule of today."""
    before = api.load(folder=TINY).rules
    if "<=" in new:
        tiny.change("services/family/child_allowance/cases.yaml", "parents_income: 6000000", "parents_income: 6000001")
    tiny.change(file, old, new)
    after = api.load(folder=tiny.folder).rules
    assert after.version_of("child_allowance") != before.version_of("child_allowance")
    assert after.version_of("parents_letter") == before.version_of("parents_letter")


def test_the_version_changes_when_a_relation_keeps_others_by_the_same_facts(tiny: CityCopy) -> None:
    tiny.change("relations.yaml", "[other_parent]],", "[other_parent]], where: not dead,")
    before = api.load(folder=tiny.folder).rules.version_of("child_allowance")
    tiny.change("relations.yaml", "where: not dead,", "where: dead,")
    assert api.load(folder=tiny.folder).rules.version_of("child_allowance") != before


def test_the_city_in_force_is_the_one_installed_last(engines: None) -> None:
    install(TINY)
    assert api.current().names["de"] == "Kleinau"
    assert clock.city_date(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == date(2026, 1, 2), "it lives by Berlin's time"
    assert journeys.life_event(name="new_child").about == "baby"
    install(EMPTY)
    assert api.current().names["en"] == "Nowhere"
    with pytest.raises(NotFound):
        journeys.life_event(name="new_child")
