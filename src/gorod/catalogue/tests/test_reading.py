"""Files that cannot be read or have another shape are named with the line; nothing crashes and nothing is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from gorod.catalogue import api
from gorod.catalogue.data import CityRefused
from gorod.catalogue.tests.factories import CityCopy

SERVICE = "services/family/child_allowance/service.yaml"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("subject: baby", "subject: baby\nsubject: mother", "subject: mother", "duplicate key"),
        ("subject: baby", "subject: [baby", "life_events:", "not YAML"),
        ("subject: baby", "subject: baby\n\tright: 1", "right: 1", "not YAML"),
        ("subject: baby", "subject: ba\x07by", "ba\x07by", "U+0007 may not stand in a file"),
        ("since: 2025-01-01", "since: 2025-02-31", "2025-02-31", "day is out of range for month"),
        ("since: 2025-01-01", "since: in spring", "in spring", "law.0.since: Input should be a valid date"),
        ("within_working_days: 5", "within_working_days: !!int five", "five", "invalid literal for int()"),
        ("within_working_days: 5", "within_working_days: -5", "-5", "decides.within_working_days: Input should be"),
        ("within_working_days: 5", "within_days: 5", "within_days", "decides.within_days: Extra inputs"),
        ("subject: baby", "subjekt: baby", "subjekt", "subjekt: Extra inputs are not permitted"),
        ("mode: offered", "mode: sold", "mode: sold", "life_events.0.mode: Input should be 'automatic'"),
        ("  young:", "  Young:", "Young:", "should match pattern"),
        ("owner: family_office\n", "", "yaml-language-server", "owner: Field required"),
        ("months: 12", "months: 0", "months: 0", "right.months: Input should be greater than or equal to 1"),
        ("amount: allowance_per_month", "amount: {sql: '1', round: 0}", "round: 0", "greater than or equal to 1"),
        ("amount: allowance_per_month", "amount: {sql: '1', percent: -5}", "percent: -5", "greater than or equal to 0"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tiny: CityCopy, old: str, new: str, at: str, says: str) -> None:
    tiny.change(SERVICE, old, new)
    place = tiny.place(SERVICE, at)
    said = [problem for problem in tiny.errors() if problem.place == place]
    assert any(says in problem.what for problem in said), tiny.errors()
    assert all(problem.remedy for problem in said)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("calendar.yaml", "[6, 7]", "[0, 6]", "weekend.0: Input should be greater than or equal to 1"),
        ("calendar.yaml", "[6, 7]", "[1, 2, 3, 4, 5, 6, 7]", "weekend: List should have at most 6 items"),
        ("facts/income.yaml", "[0, 1000000000]", "[1000000000, 0]", "yearly_income.range: Value error, the least"),
        ("facts/income.yaml", "[0, 1000000000]", "[0, 10000000000000000000]", "yearly_income.range.1: Input should be"),
        ("city.yaml", "currency: EUR", "currency: euro", "currency: String should match pattern"),
        ("events/child_born.yaml", "type: child.born", "type: born", "type: String should match pattern"),
    ],
)
def test_a_value_that_no_city_can_have_is_refused(tiny: CityCopy, file: str, old: str, new: str, says: str) -> None:
    tiny.change(file, old, new)
    place = tiny.place(file, new)
    assert any(problem.place == place and says in problem.what for problem in tiny.errors()), tiny.errors()


def test_a_service_that_cannot_be_read_is_not_said_to_be_no_step(tiny: CityCopy) -> None:
    """One mistake, one problem: `free_day_care` waits for this service and has nothing to correct."""
    tiny.change(SERVICE, "subject: baby", "subject: [baby")
    (problem,) = tiny.errors()
    assert problem.place.startswith(SERVICE)


def test_an_empty_file_and_one_that_is_not_utf8_are_named(tiny: CityCopy) -> None:
    tiny.write("facts/more.yaml", "")
    (tiny.folder / "values" / "more.yaml").write_bytes("a: Größe".encode("latin-1"))
    assert [(problem.place, problem.what) for problem in tiny.errors()] == [
        ("facts/more.yaml:1", "Input should be a valid dictionary"),
        ("values/more.yaml:1", "not UTF-8"),
    ]


def test_a_name_defined_twice_is_named_with_the_other_place(tiny: CityCopy) -> None:
    tiny.write("facts/more.yaml", "dead: {type: boolean, owner: clinic, meaning: {de: tot, en: dead}}\n")
    (problem,) = tiny.errors()
    assert str(problem).startswith("facts/registry.yaml:")
    assert "dead is defined twice; it stands in facts/more.yaml:1 already" in str(problem)


def test_two_services_of_one_name_are_refused(tiny: CityCopy) -> None:
    tiny.write(
        "services/health/birth_record/service.yaml",
        (tiny.folder / "services/register/birth_record/service.yaml").read_text(),
    )
    assert any(problem.what == "birth_record exists already in health" for problem in tiny.errors())


def test_a_folder_without_city_yaml_is_no_city(tmp_path: Path) -> None:
    with pytest.raises(CityRefused, match=r"city\.yaml:1: the file is missing; write it"):
        api.load(folder=tmp_path)
