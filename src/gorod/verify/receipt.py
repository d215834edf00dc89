"""A receipt: that something was recorded, for whoever it concerns. A file of JSON, `gorod-receipt/v1`."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import BadInput
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, Hash, MerkleError

FORMAT = "gorod-receipt/v1"
LONGEST = 2**20  # bytes


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was recorded (`kind`, `content`), the salt of its commitment (None: it stands there in the clear), where in the log it
    stands, and a checkpoint that the city signed with the proof that leads there."""

    kind: str
    content: Mapping[str, Any]
    salt: bytes | None
    index: int
    proof: tuple[Hash, ...]
    checkpoint: str


def commitment(*, kind: str, content: Mapping[str, Any], salt: bytes) -> bytes:
    """SHA-256 over the salt and the canonical JSON (RFC 8785) of kind and content."""
    return sha256(salt + canonical_json({"kind": kind, "content": content})).digest()


def clear_entry(*, kind: str, content: Mapping[str, Any]) -> bytes:
    """The entry of the log that everybody can read."""
    return canonical_json({"kind": kind, "content": content})


def hidden_entry(*, kind: str, content: Mapping[str, Any], salt: bytes) -> bytes:
    """The entry of the log that commits to something and says nothing of it but its kind."""
    return canonical_json({"kind": kind, "commitment": commitment(kind=kind, content=content, salt=salt).hex()})


def written(receipt: Receipt) -> str:
    """The file."""
    return json.dumps(
        {
            "format": FORMAT,
            "kind": receipt.kind,
            "content": receipt.content,
            "salt": None if receipt.salt is None else _text(receipt.salt),
            "index": receipt.index,
            "proof": [_text(one) for one in receipt.proof],
            "checkpoint": receipt.checkpoint,
        },
        ensure_ascii=False,
        indent=1,
    )


def read(text: bytes) -> Receipt:
    """A receipt from its file. Raises BadInput when it is none."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        values = json.loads(text)
        if values["format"] != FORMAT or not isinstance(values["content"], dict):
            raise ValueError("another format")
        return Receipt(
            kind=str(values["kind"]),
            content=values["content"],
            salt=None if values["salt"] is None else b64decode(values["salt"], validate=True),
            index=int(values["index"]),
            proof=tuple(b64decode(one, validate=True) for one in values["proof"]),
            checkpoint=str(values["checkpoint"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("this is no receipt of a ledger", remedy=f"a file of the format {FORMAT} is needed") from error


def check(receipt: Receipt, *, checkpoint: Checkpoint) -> None:
    """See that exactly this was recorded in the log of a checkpoint that was `seen` before. Raises MerkleError when it was not."""
    if receipt.salt is None:
        entry = clear_entry(kind=receipt.kind, content=receipt.content)
    else:
        entry = hidden_entry(kind=receipt.kind, content=receipt.content, salt=receipt.salt)
    try:
        merkle.check_inclusion(
            leaf=merkle.leaf_hash(entry),
            index=receipt.index,
            size=checkpoint.size,
            proof=receipt.proof,
            root=checkpoint.root,
        )
    except MerkleError as error:
        raise MerkleError(
            "this was not recorded, or not with these words",
            remedy="compare it with what the city shows you now; raise an alarm",
        ) from error


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
