"""How commands name people."""

from __future__ import annotations

from uuid import UUID

from gorod.kernel.errors import BadInput, NotFound
from gorod.records.parties import api as parties


def resident_named(text: str, *, itself: bool = False) -> UUID:
    """The resident under an id or `scheme:value`; `itself`: the row of an id even when it was merged. Raises BadInput, NotFound."""
    scheme, colon, value = text.partition(":")
    if colon:
        found = parties.match(identifiers={scheme: value})
        if found.one is None:
            raise NotFound(f"no single resident carries the {scheme} {value}", remedy="check the number")
        return found.one
    try:
        known = parties.party(party_id=UUID(text)).party_id
        return UUID(text) if itself else known
    except ValueError as error:
        raise BadInput(f"{text!r} is no id", remedy="write an id, or scheme:value") from error
