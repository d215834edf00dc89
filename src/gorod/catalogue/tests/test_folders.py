"""What lies where nothing reads it is no part of the city: the check says so."""

from __future__ import annotations

import pytest

from gorod.catalogue.tests.factories import CityCopy


@pytest.mark.parametrize(
    ("file", "place", "says"),
    [
        ("services/family/pram/texts/de.yaml", "services/family/pram/service.yaml:1", "the file is missing"),
        ("services/family/pram/servce.yaml", "services/family/pram/service.yaml:1", "the file is missing"),
        ("services/pram/service.yaml", "services/pram/service.yaml:1", "a file that is not read"),
        ("services/pram.yaml", "services/pram.yaml:1", "a file that is not read"),
        ("facts/prams.yml", "facts/prams.yml:1", "a file that is not read"),
        ("services/Family/README", "services/Family:1", "'Family' is not a name"),
    ],
)
def test_a_file_in_the_wrong_place_is_shown(tiny: CityCopy, file: str, place: str, says: str) -> None:
    tiny.write(file, "")
    problem = next(problem for problem in tiny.errors() if problem.place == place)
    assert (problem.what, bool(problem.remedy)) == (says, True)


def test_the_folder_of_a_service_and_a_life_event_have_names(tiny: CityCopy) -> None:
    source = tiny.folder / "services" / "register" / "birth_record"
    source.rename(source.with_name("Birth-Record"))
    (tiny.folder / "life_events" / "new_child.yaml").rename(tiny.folder / "life_events" / "New-Child.yaml")
    said = {problem.place: problem.what for problem in tiny.errors()}
    assert said["services/register/Birth-Record:1"] == "'Birth-Record' is not a name"
    assert said["life_events/New-Child.yaml:1"] == "'New-Child' is not a name"


def test_a_service_has_no_other_files(tiny: CityCopy) -> None:
    tiny.write("services/family/child_allowance/form.py", "")
    (problem,) = tiny.errors()
    assert str(problem) == (
        "services/family/child_allowance/form.py:1: a service has no form.py; "
        "it has cases.yaml, facts.yaml, notes.md, service.yaml, texts, values.yaml"
    )
