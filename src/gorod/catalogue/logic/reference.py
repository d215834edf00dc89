"""The reference of content files: JSON Schemas for editors and docs/reference/content.md, both made from the models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema

from gorod.catalogue.logic import files
from gorod.catalogue.logic.content import archetypes
from gorod.catalogue.logic.districts import DistrictsFile
from gorod.catalogue.logic.examples_file import ExamplesFile
from gorod.catalogue.logic.questions_file import QuestionsFile
from gorod.catalogue.logic.synthetic_file import SyntheticFile
from gorod.engines.messages.data import KINDS as MESSAGES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HEAD = """\
# Content files

What a city writes: every file, every field. Made from the models that check the files, by `gorod docs`: change them, not this page.

`gorod check` judges all files and says `file:line: what is wrong; what to do`. An editor that knows YAML schemas helps while
you write, when the first line of a file names its schema:

```yaml
# yaml-language-server: $schema=<way to this folder>/schemas/service.json
```

Two files are not the engine's but a face's own: `demo.yaml`, the story that `make run` plays (`schemas/demo.json`), and
`adapters/opencrvs.yaml` (`schemas/opencrvs.json`).

Every text is written in each language of the city. All sums of money are in the smallest coin. Days are `YYYY-MM-DD`, and a
day that ends something is the first on which it is over.
"""


@dataclass(frozen=True)
class FileKind:
    """One kind of content file: the name of its schema, where it lies in the city's folder, its model."""

    name: str
    where: tuple[str, ...]
    model: type[BaseModel]


FILE_KINDS = (
    FileKind("city", ("city.yaml",), files.CityFile),
    FileKind("city_texts", ("texts/<language>.yaml",), files.CityTextsFile),
    FileKind("calendar", ("calendar.yaml",), files.CalendarFile),
    FileKind("districts", ("districts.yaml",), DistrictsFile),
    FileKind("facts", ("facts/<register>.yaml", "services/<area>/<service>/facts.yaml"), files.FactsFile),
    FileKind("relations", ("relations.yaml",), files.RelationsFile),
    FileKind("values", ("values/<topic>.yaml", "services/<area>/<service>/values.yaml"), files.ValuesFile),
    FileKind("refusal_reasons", ("refusal_reasons.yaml",), files.ReasonsFile),
    FileKind("event", ("events/<event>.yaml",), files.EventFile),
    FileKind("life_event", ("life_events/<life_event>.yaml",), files.LifeEventFile),
    FileKind("service", ("services/<area>/<service>/service.yaml",), files.ServiceFile),
    FileKind("service_texts", ("services/<area>/<service>/texts/<language>.yaml",), files.ServiceTextsFile),
    FileKind("cases", ("services/<area>/<service>/cases.yaml",), ExamplesFile),
    FileKind("questions", ("questions.yaml",), QuestionsFile),
    FileKind("synthetic", ("synthetic.yaml",), SyntheticFile),
)


class _KeysToo(GenerateJsonSchema):
    """A key that is no name is refused by the schema as it is by the model."""

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if "patternProperties" in made:
            made["additionalProperties"] = False
        return made


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema 2020-12 of every kind of content file, by its name."""
    return {kind.name: _schema(kind.model) for kind in FILE_KINDS}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _DIALECT, **model.model_json_schema(schema_generator=_KeysToo)}


def schema_page(model: type[BaseModel]) -> str:
    """One schema as its file."""
    return json.dumps(_schema(model), indent=2, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """Path below docs/reference → text."""
    made = {f"schemas/{kind.name}.json": schema_page(kind.model) for kind in FILE_KINDS}
    return {"content.md": "\n".join([_HEAD, *_kinds(), *_archetypes(), *_messages()]), **made}


def _kinds() -> Iterator[str]:
    yield "| file | schema |\n|---|---|"
    for kind in FILE_KINDS:
        links = [f"[`{kind.where[0]}`](#{_anchor(kind.where[0])})", *(f"`{path}`" for path in kind.where[1:])]
        yield f"| {', '.join(links)} | [{kind.name}.json](schemas/{kind.name}.json) |"
    yield ""
    told: set[type[BaseModel]] = set()
    for kind in FILE_KINDS:
        yield f"## `{kind.where[0]}`\n"
        yield _docstring(kind.model, kind.where)
        yield from _model(kind.model, told)


def _docstring(model: type[BaseModel], where: tuple[str, ...] = ()) -> str:
    """What the model is, without the name of the file that the heading says already."""
    text = " ".join(cleandoc(model.__doc__ or "").split())
    head, _, rest = text.partition(": ")
    if where and rest and head.endswith(".yaml"):
        text = rest
    text = f"{text[:1].upper()}{text[1:].removesuffix('.')}."
    return text + "".join(f" Also in `{path}`." for path in where[1:]) + "\n"


def _model(model: type[BaseModel], told: set[type[BaseModel]]) -> Iterator[str]:
    """The table of a model's fields, then those of the models in them that were not told before."""
    if issubclass(model, RootModel):
        yield f"The whole file is: {_type(model.model_fields['root'].annotation)}.\n"
    else:
        yield "| field | what it holds | if left out | meaning |\n|---|---|---|---|"
        for name, field in model.model_fields.items():
            yield f"| `{field.alias or name}` | {_type(field.annotation)} | {_default(field)} | {field.description or ''} |"
        yield ""
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            if inner not in told:
                told.add(inner)
                yield f"### {inner.__name__}\n"
                yield _docstring(inner)
                yield from _model(inner, told)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _type(annotation: Any) -> str:
    """A type in plain words."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0])
    if origin is Literal:
        return _choice(value for value in parts if value)
    if origin in (Union, UnionType):
        return " or ".join(_type(part) for part in parts if part is not NoneType)
    if origin is list:
        return f"list of {_type(parts[0])}"
    if origin is tuple:
        return f"[{', '.join(_type(part) for part in parts)}]"
    if origin is dict:
        return f"{_type(parts[0])} → {_type(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _choice(annotation)
    names: Mapping[Any, str] = {
        str: "text",
        bool: "true or false",
        int: "whole number",
        float: "number",
        Any: "anything",
    }
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _choice(words: Any) -> str:
    return " or ".join(f"`{word}`" for word in words)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default in (None, "", [], {}) or isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return f"`{', '.join(map(str, default)) if isinstance(default, list) else default}`"


def _archetypes() -> Iterator[str]:
    yield "## Archetypes\n"
    yield "What sort of service it is. A case of that sort goes through these statuses; the text of the city says their words.\n"
    for name, archetype in archetypes().items():
        yield f"### {name}\n\n{archetype.meaning}\n"
        for what, parts in (("Needs", archetype.needs), ("Has no", archetype.forbids)):
            if parts:
                yield f"{what} {', '.join(f'`{part}`' for part in parts)}.\n"
        yield "| status | phase | the applicant may |\n|---|---|---|"
        for code, status in archetype.statuses.items():
            first = " (a new case)" if code == archetype.initial else ""
            yield f"| `{code}`{first} | {status.phase} | {', '.join(status.actions)} |"
        yield ""


def _messages() -> Iterator[str]:
    yield "## Messages\n"
    yield "Every kind of message, and the names that its text may use besides `{service}`.\n"
    yield "| kind | names |\n|---|---|"
    for kind, names in MESSAGES.items():
        yield f"| `{kind}` | {', '.join(f'`{{{name}}}`' for name in names)} |"
    yield ""


def _anchor(heading: str) -> str:
    """The anchor that GitHub and GitLab give to a heading."""
    return "".join(letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")
