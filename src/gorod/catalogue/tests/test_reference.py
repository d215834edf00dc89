"""The generated reference: schemas that judge as the platform does, pages that are those of the models."""

from __future__ import annotations

import inspect
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel
from ruamel.yaml import YAML

from gorod.catalogue import api
from gorod.catalogue.logic import files
from gorod.catalogue.logic.content import archetypes
from gorod.catalogue.tests.factories import MOSCOW, TINY

WHERE = {
    "city": ("city.yaml",),
    "calendar": ("calendar.yaml",),
    "districts": ("districts.yaml",),
    "facts": ("facts/*.yaml", "services/*/*/facts.yaml"),
    "relations": ("relations.yaml",),
    "values": ("values/*.yaml", "services/*/*/values.yaml"),
    "refusal_reasons": ("refusal_reasons.yaml",),
    "event": ("events/*.yaml",),
    "life_event": ("life_events/*.yaml",),
    "city_texts": ("texts/*.yaml",),
    "service": ("services/*/*/service.yaml",),
    "service_texts": ("services/*/*/texts/*.yaml",),
    "cases": ("services/*/*/cases.yaml",),
    "questions": ("questions.yaml",),
    "synthetic": ("synthetic.yaml",),
}


def as_an_editor_sees_it(path: Path) -> Any:
    """JSON knows no dates: to an editor they are texts with the format `date`. Its keys are texts."""
    data = YAML(typ="safe", pure=True).load(path)
    return json.loads(json.dumps(data, default=date.isoformat))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(api.schemas()[name], format_checker=FormatChecker())


def test_there_is_a_schema_of_every_kind_of_file() -> None:
    assert api.schemas().keys() == WHERE.keys()
    for schema in api.schemas().values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("city", [TINY, MOSCOW], ids=["tiny", "moscow"])
def test_the_schemas_accept_every_file_of_a_city(city: Path) -> None:
    seen = set()
    for name, patterns in WHERE.items():
        judge = validator(name)
        for path in (path for pattern in patterns for path in city.glob(pattern)):
            seen.add(path)
            errors = [
                f"{path}: {error.json_path}: {error.message}" for error in judge.iter_errors(as_an_editor_sees_it(path))
            ]
            assert errors == []
    # the demonstration and the adapters of foreign formats are no part of the catalogue: faces/ reads and judges them
    of_faces = {city / "demo.yaml", *city.glob("adapters/*.yaml")}
    assert set(city.rglob("*.yaml")) - of_faces == seen


@pytest.mark.parametrize(
    ("schema", "file", "old", "new"),
    [
        ("service", "services/family/child_allowance/service.yaml", "mode: offered", "mode: sold"),
        ("service", "services/family/child_allowance/service.yaml", "months: 12", "months: 0"),
        ("service", "services/family/child_allowance/service.yaml", "owner:", "owners:"),
        ("service", "services/family/child_allowance/service.yaml", "young:", "Young:"),
        ("service", "services/family/child_allowance/service.yaml", "since: 2025-01-01", "since: 2025-02-31"),
        ("facts", "facts/registry.yaml", "type: date", "type: day"),
        ("facts", "facts/registry.yaml", "dead:", "is-dead:"),
        ("values", "values/family.yaml", "range: [0, 100000]", "range: [0]"),
        ("cases", "services/family/child_allowance/cases.yaml", "verdict: unknown", "verdict: perhaps"),
        ("city", "city.yaml", "languages: [de, en]", "languages: []"),
        ("calendar", "calendar.yaml", "[6, 7]", "[6, 8]"),
        ("event", "events/child_born.yaml", "type: child.born", "type: born"),
        ("life_event", "life_events/new_child.yaml", "about: baby", "about: [baby]"),
        ("relations", "relations.yaml", "kind: many, complete", "kind: lots, complete"),
        ("refusal_reasons", "refusal_reasons.yaml", "  law:", "  laws:"),
        ("city_texts", "texts/de.yaml", "statuses:", "states:"),
        ("service_texts", "services/family/child_allowance/texts/de.yaml", "summary:", "summery:"),
    ],
)
def test_the_schemas_refuse_a_wrong_file(tmp_path: Path, schema: str, file: str, old: str, new: str) -> None:
    text = (TINY / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    # quoted, since an editor compares dates as texts
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(old, new).replace("2025-02-31", "'2025-02-31'"), encoding="utf-8")
    assert list(validator(schema).iter_errors(as_an_editor_sees_it(changed)))


def test_every_field_is_described() -> None:
    models = [
        model
        for _, model in inspect.getmembers(files, inspect.isclass)
        if issubclass(model, BaseModel) and model.__module__ == files.__name__
    ]
    assert len(models) > 20
    assert [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if name != "root" and not field.description
    ] == []


def test_the_page_names_every_file_every_archetype_and_every_field() -> None:
    page = api.reference()["content.md"]
    assert {name for name in archetypes() if f"### {name}\n" not in page} == set()
    assert {file for file in ("city.yaml", "calendar.yaml", "relations.yaml") if f"## `{file}`\n" not in page} == set()
    for model in (files.ServiceFile, files.FactEntry, files.EventFile, files.RightEntry):
        assert {name for name in model.model_fields if f"| `{name}` |" not in page} == set()


def test_the_links_of_the_page_lead_somewhere() -> None:
    page = api.reference()["content.md"]
    headings = [line.lstrip("# ").strip("`") for line in page.split("\n") if line.startswith("##")]
    anchors = {"".join(c for c in heading.lower() if c.isalnum() or c in "_-") for heading in headings}
    links = {part.split(")")[0] for part in page.split("](#")[1:]}
    assert links <= anchors
    files_linked = {part.split(")")[0] for part in page.split("](schemas/")[1:]}
    assert {f"schemas/{name}" for name in files_linked} == api.reference().keys() - {"content.md"}
