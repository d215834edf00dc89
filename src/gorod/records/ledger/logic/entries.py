"""What an entry of the log looks like: JSON in its canonical form (RFC 8785)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gorod.kernel.canonical import canonical_json


def open_entry(kind: str, content: Mapping[str, Any]) -> bytes:
    """An entry that says everything."""
    return canonical_json({"kind": kind, "content": content})
