"""How commands name people."""

from __future__ import annotations

from uuid import UUID

from gorod.kernel.errors import BadInput, NotFound
from gorod.records.parties import api as parties


def resident_named(text: str) -> UUID:
    """The resident under an id or `scheme:value`. Raises BadInput, NotFound."""
    scheme, colon, value = text.partition(":")
    if colon:
        found = parties.match(identifiers={scheme: value})
        if found.one is None:
            raise NotFound(f"no single resident carries the {scheme} {value}", remedy="check the number")
        return found.one
    try:
        return parties.party(party_id=UUID(text)).party_id
    except ValueError as error:
        raise BadInput(f"{text!r} is no id", remedy="write an id, or scheme:value") from error
