"""The body of add-checkpoint (C2SP tlog-witness): what a log sends a witness, and how a witness reads it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass

from gorod.kernel.errors import BadInput
from gorod.kernel.merkle.data import Hash

MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]*)")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """That a tree of `old` entries has grown to what the note says, with the proof of it."""

    old: int
    proof: tuple[Hash, ...]
    note: bytes


def written(asked: Asked) -> bytes:
    """The body."""
    return "\n".join([f"old {asked.old}", *_lines(asked.proof), "", ""]).encode() + asked.note


def _lines(proof: Sequence[Hash]) -> list[str]:
    return [b64encode(one).decode() for one in proof]


def read(body: bytes) -> Asked:
    """What a body asks. Raises BadInput."""
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        matched = _OLD.fullmatch(first)
        proof = tuple(b64decode(line, validate=True) for line in lines)
    except (UnicodeDecodeError, NotBase64):
        matched, proof = None, ()
    if matched is None or not blank or len(proof) > MOST_HASHES or any(len(one) != 32 for one in proof):
        raise BadInput(
            "this is no add-checkpoint", remedy="send: old N, the proof in base64, an empty line, the checkpoint"
        )
    return Asked(old=int(matched[1]), proof=proof, note=note)
