"""JSON: its canonical form (RFC 8785) and digests of it, so that the same content has the same hash
everywhere; and what of it can be kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

import rfc8785

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # NUL, and half of a surrogate pair


def plain(value: Any) -> Any:
    """Reduce dates, ids, enums, sets and dataclasses to what JSON knows. Dates are ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=json.dumps)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def canonical_json(value: Any) -> bytes:
    """The bytes of `value` in RFC 8785 form."""
    return rfc8785.dumps(plain(value))


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def storable(value: Any) -> bool:
    """Whether PostgreSQL can keep a JSON value: RFC 8259 lets through text and numbers that it refuses."""
    match value:
        case str():
            return _NOT_TEXT.search(value) is None
        case float():
            return isfinite(value)
        case Mapping():
            return all(storable(part) for pair in value.items() for part in pair)
        case list() | tuple():
            return all(storable(part) for part in value)
    return True
