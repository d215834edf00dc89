"""The city's file: what it may say, and what becomes of a birth by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from gorod.catalogue import api as catalogue
from gorod.faces.api.adapters.opencrvs import birth, content, mapping
from gorod.faces.api.adapters.opencrvs.tests.factories import (
    FATHER,
    MOTHER,
    NUMBER,
    SECRET,
    as_sent,
    ask,
    delivery,
    document,
    for_webhook_client,
    one,
    post,
)
from gorod.faces.api.tests.factories import TINY, install, tiny
from gorod.faces.api.wire import json_of
from gorod.kernel import clock
from gorod.kernel.errors import ContentError, NotFound

PROJECT = TINY.parents[2]
FILES = sorted(
    [*PROJECT.glob("cities/*/adapters/opencrvs.yaml"), *PROJECT.glob("tests/cities/*/adapters/opencrvs.yaml")]
)


def data(bundle: dict[str, Any], *, folder: Path = TINY, **changes: Any) -> Any:
    """The event's data by a city's file with changes."""
    file = content.of(catalogue.load(folder=folder) if folder != TINY else tiny()).model_copy(update=changes)
    clock.configure(time_zone="Europe/Berlin")
    return mapping.event(birth.read(json_of(delivery(bundle)), sections=file.sections), file).data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parents[1].name)
def test_every_city_here_makes_an_event_of_it_that_fits_its_schema(path: Path) -> None:
    city = catalogue.load(folder=path.parents[1])
    file = content.of(city)
    made = mapping.event(birth.read(json_of(delivery(as_sent(document()))), sections=file.sections), file)
    schema = dict(city.event_types[made.type].schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(made.data)


def test_names_come_in_the_first_language_that_the_record_has() -> None:
    assert data(document(), languages=["fr", "en"])["baby"]["names"] == {
        "family_name": "Summer",
        "given_name": "Lena Mary",
    }
    assert data(document(), languages=["fr"])["mother"]["names"] == {"family_name": "Summer", "given_name": "Carla"}


def test_further_given_names_may_be_a_part_of_their_own() -> None:
    names = {"family_name": "family", "given_name": "first_given", "patronymic": "other_given"}
    made = data(document(), names=names)
    assert made["baby"]["names"] == {"family_name": "Sommer", "given_name": "Lina", "patronymic": "Marie"}
    assert "patronymic" not in made["mother"]["names"]


def test_unavailable_details_mean_none_only_where_the_city_says_so() -> None:
    bundle = as_sent(document())
    one(bundle, "Patient", FATHER).update(active=False, name=[], identifier=[])
    assert "other_parent" in data(bundle)
    assert "other_parent" not in data(bundle, none_when_unavailable=["father"])


ALL = ["child-details", "mother-details", "father-details", "informant-details"]


@pytest.mark.parametrize(
    ("bundle", "sections", "mother", "father"),
    [
        (document(informant="FATHER"), ALL, MOTHER, FATHER),
        (document(father=False), ALL, MOTHER, None),
        (document(), ["child-details", "mother-details"], MOTHER, "unknown"),
        (document(), ["child-details", "father-details"], "unknown", FATHER),
        (document(father=False), ["child-details", "mother-details", "informant-details"], MOTHER, "unknown"),
        (
            document(father=False, informant="AUNT"),
            ["child-details", "mother-details", "father-details"],
            "unknown",
            "unknown",
        ),
    ],
)
def test_without_a_composition_a_parent_is_told_by_elimination_or_not_at_all(
    bundle: dict[str, Any], sections: list[str], mother: str, father: str | None
) -> None:
    """A parent whom the client may not see is unknown, never none."""
    made = data(for_webhook_client(as_sent(bundle), sections), sections=sections)
    found = {role: made.get(role, {}).get("identifiers") for role in ("mother", "other_parent")}
    kinds = {None: None, "unknown": {"opencrvs": f"birth registration {NUMBER}"}}
    assert found == {
        "mother": kinds.get(mother, {"resident_number": mother}),
        "other_parent": kinds.get(father, {"resident_number": father}),
    }


GOOD = (TINY / content.FILE).read_text()


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Reads a text as the file of the tiny city, from a folder of its own."""

    def write(text: str) -> content.BirthFile:
        path = tmp_path / content.FILE
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return content.of(replace(tiny(), folder=tmp_path))

    return write


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("event: child.recorded", "event: child.invented", ":2: event: the city has no event type child.invented"),
        ("sender: registry_office", "sender: clinic", ":3: sender: no agency clinic sends child.recorded"),
        ("sender: registry_office", "sendr: registry_office", ":3: sendr: Extra inputs are not permitted"),
        ("NATIONAL_ID: resident_number", "NATIONAL_ID: tax_number", ":8: identifiers.NATIONAL_ID: nobody"),
        ("mother: $mother", "mother: $mum", ":12: data.mother: no $mum; there are $birth_date"),
        ("baby: $child", "baby: $child?", ":11: data.baby: no $child?"),
        ("sections: [child-details,", "sections: [child,", ":9: sections.0:"),
        ("languages: [de, en]", "languages: [de", "not YAML"),
        ("languages: [de, en]", "languages: [de, en]\nlanguages: [fr]", "not YAML"),
    ],
)
def test_a_wrong_file_is_named_with_the_line(written: Any, old: str, new: str, says: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ContentError) as refused:
        written(GOOD.replace(old, new))
    assert says in refused.value.detail
    assert refused.value.place.startswith(f"{content.FILE}:")
    assert refused.value.remedy


def test_a_corrected_file_is_read_without_a_restart(written: Any) -> None:
    with pytest.raises(ContentError):
        written("event: child.recorded\n")
    assert written(GOOD).event == "child.recorded"


def test_a_city_without_the_file_takes_nothing_from_opencrvs(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        content.of(replace(tiny(), folder=tmp_path))


@pytest.mark.django_db
def test_at_the_door_a_wrong_file_is_a_clear_error_and_no_file_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOROD_OPENCRVS_SECRET", SECRET)
    install()
    catalogue.install(city=replace(tiny(), folder=tmp_path))
    assert post(delivery(document())).status_code == 404
    assert ask().status_code == 404
    (tmp_path / "adapters").mkdir()
    (tmp_path / content.FILE).write_text(GOOD.replace("event: child.recorded", "event: child.invented"))
    for answer in (post(delivery(document())), ask()):
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:gorod:problem:content"
        assert "adapters/opencrvs.yaml:2: event: the city has no event type child.invented" in answer.json()["detail"]
