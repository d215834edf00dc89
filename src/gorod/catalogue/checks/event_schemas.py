"""The JSON Schema of each event is one, and the paths of its rules exist in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.joining import event_schema
from gorod.engines.intake.data import Action

_REQUIRED: Mapping[Action, tuple[str, ...]] = {
    Action.STATUS: ("number", "status"),
    Action.PAYMENT: ("order", "attempt", "state"),
    Action.RETRACT: ("source", "id"),
}
"""What the engine reads from the data of events that do more than state facts."""


def check(content: Content) -> Iterator[Problem]:
    """Yield schemas that are none, and paths that the schema does not know."""
    for name, entry in content.events.items():
        try:
            schema = event_schema(entry.body)
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            yield Problem(
                place=entry.document.place("data", *error.absolute_path),
                what=f"{name}: {error.message}",
                remedy="write JSON Schema 2020-12",
            )
            continue
        for part in _REQUIRED.get(entry.body.action, ()):
            if part not in entry.body.data.get("required", ()):
                yield Problem(
                    place=entry.document.place("data", "required"),
                    what=f"{name} may come without {part}",
                    remedy=f"an event with the action {entry.body.action} requires {', '.join(_REQUIRED[entry.body.action])}",
                )
        for i, relation in enumerate(entry.body.relations):
            if relation.from_at and not _has(schema, relation.from_at):
                yield Problem(
                    place=entry.document.place("relations", i),
                    what=f"the data of {name} has no {relation.from_at}",
                    remedy="correct the path or the schema",
                )
        for i, statement in enumerate(entry.body.states):
            for path in (statement.at, statement.from_at, statement.until_at):
                if path and not _has(schema, path):
                    yield Problem(
                        place=entry.document.place("states", i),
                        what=f"the data of {name} has no {path}",
                        remedy="correct the path or the schema",
                    )
        for role, person in entry.body.persons.items():
            if not _has(schema, person.at):
                yield Problem(
                    place=entry.document.place("persons", role),
                    what=f"the data of {name} has no {person.at}",
                    remedy="correct the path or the schema",
                )


def _has(schema: Mapping[str, Any], path: str) -> bool:
    part: Any = schema
    for name in path.split("."):
        reference = part.get("$ref", "") if isinstance(part, Mapping) else ""
        if reference.startswith("#/$defs/"):
            part = schema.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
        properties = part.get("properties", {}) if isinstance(part, Mapping) else {}
        for more in part.get("allOf", []) if isinstance(part, Mapping) else []:
            if more.get("$ref") == "#/$defs/person":
                properties = {**schema["$defs"]["person"]["properties"], **properties}
        if name not in properties:
            return False
        part = properties[name]
    return True
