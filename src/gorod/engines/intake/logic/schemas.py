"""The data of an event against the JSON Schema of its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from gorod.engines.intake.data import EventType
from gorod.kernel.canonical import storable
from gorod.kernel.errors import BadInput

_validators: dict[str, tuple[EventType, Draft202012Validator]] = {}  # of the definition in force


def check(known: EventType, data: Mapping[str, Any]) -> None:
    """Raise BadInput naming the first wrong place (a JSON Pointer, RFC 6901) and how many others there are, or when the
    data holds what no database keeps."""
    if not storable(data):
        raise BadInput(
            "data holds a NUL, half a surrogate pair or a number that is none",
            remedy="send Unicode text and finite numbers",
        )
    kept = _validators.get(known.type)
    if kept is None or kept[0] is not known:
        kept = (known, Draft202012Validator(dict(known.schema), format_checker=FormatChecker()))
        _validators[known.type] = kept
    validator = kept[1]
    errors = sorted(validator.iter_errors(data), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        first = errors[0]
        pointer = "".join(f"/{part}" for part in first.absolute_path) or "/"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise BadInput(
            f"data{pointer}: {first.message[:300]}{more}",
            remedy=f"see the schema of {known.type}",
            pointer=f"/data{pointer}",
        )


def check_names(names: Sequence[str], *, longest: int) -> None:
    """Raise BadInput when the id or source of an event is too long or holds what no database keeps."""
    if max(map(len, names)) > longest:
        raise BadInput(f"id or source of more than {longest} characters", remedy="shorten it")
    if not storable(names):
        raise BadInput("id or source holds a NUL or half a surrogate pair", remedy="send Unicode text")


def at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, None where a part of it is missing."""
    found: Any = data
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def date_at(data: Mapping[str, Any], path: str) -> date | None:
    """The date at a dotted path, None where there is none."""
    text = at(data, path) if path else None
    return date.fromisoformat(text) if text else None
