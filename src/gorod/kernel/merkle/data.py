"""What crosses the door of merkle: checkpoints, notes and their keys, proofs, what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from gorod.kernel.errors import GorodError

Hash = bytes  # SHA-256, 32 bytes

HashAt = Callable[[int, int], Hash]
"""The hash of a whole subtree: of the 2**level entries from index * 2**level on."""


class MerkleError(GorodError):
    """A proof, a note or a tile that is not what it says. The log, or who passed it on, cannot be trusted in this."""

    status = 422
    code = "merkle"
    title = "A proof does not hold"


class SignatureType(IntEnum):
    """How a key signs (signed-note, "Signature types")."""

    ED25519 = 0x01  # the note's text
    COSIGNATURE = 0x04  # a checkpoint with a time: cosignature/v1 of tlog-cosignature


@dataclass(frozen=True, kw_only=True)
class VerifierKey:
    """A public key by which notes are checked. `public`: 32 bytes (RFC 8032)."""

    name: str
    type: SignatureType
    public: bytes


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature line of a note. `value`: what follows the key id."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, kw_only=True)
class Note:
    """A text (which ends in a newline) and who signed it. Nothing of it counts before `verified` has said so."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a log says of itself (tlog-checkpoint): whose it is, how many entries, the root of their tree."""

    origin: str
    size: int
    root: Hash


@dataclass(frozen=True, kw_only=True)
class Cosigned:
    """A cosignature that holds: by which key, and when (POSIX seconds)."""

    key: VerifierKey
    time: int
