"""What an entry of the log looks like: JSON in its canonical form (RFC 8785)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gorod.kernel.canonical import canonical_json


def open_entry(kind: str, content: Mapping[str, Any]) -> bytes:
    """An entry that says everything."""
    return canonical_json({"kind": kind, "content": content})


def hidden_entry(kind: str, content: Mapping[str, Any], salt: bytes) -> bytes:
    """An entry that commits to something and says nothing of it but its kind."""
    return canonical_json({"kind": kind, "commitment": commitment(kind, content, salt).hex()})


def commitment(kind: str, content: Mapping[str, Any], salt: bytes) -> bytes:
    """SHA-256 over the salt and the canonical JSON of kind and content."""
    return sha256(salt + canonical_json({"kind": kind, "content": content})).digest()
