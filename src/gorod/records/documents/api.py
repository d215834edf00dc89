"""The door of documents."""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from gorod.records.documents.data import Sheet

MAC_BYTES = 10  # 80 bits: nobody guesses the code of a document they do not have


def code(*, document_id: UUID) -> str:
    """What is printed on a document and leads back to it: its id and a proof that it was given out here."""
    return _text(document_id.bytes + _mac(document_id))


def document_of(*, code: str) -> UUID | None:
    """The document that a code belongs to, however it was typed; None when it was not given out here."""
    plain = "".join(code.split()).replace("-", "").upper()
    try:
        known = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(known) != 16 + MAC_BYTES:
        return None
    document_id = UUID(bytes=known[:16])
    return document_id if hmac.compare_digest(known[16:], _mac(document_id)) else None


def sealed(*, sheet: Sheet) -> bytes:
    """The sheet as a PDF with the city's seal over all of it (PAdES baseline B-B, ETSI EN 319 142-1)."""
    from gorod.records.documents import logic  # takes a second to load, and few requests need it

    return logic.seal(settings.GOROD_SEAL).put_on(logic.laid_out(sheet), reason=sheet.title)


def _mac(document_id: UUID) -> bytes:
    return salted_hmac(__name__, document_id.bytes, algorithm="sha256").digest()[:MAC_BYTES]


def _text(known: bytes) -> str:
    return base64.b32encode(known).decode().rstrip("=")
