"""Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint) and cosignatures (tlog-cosignature, Ed25519)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Collection
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gorod.kernel.merkle.data import (
    Checkpoint,
    Cosigned,
    MerkleError,
    Note,
    Signature,
    SignatureType,
    VerifierKey,
)

MOST_SIGNATURES = 100
LONGEST_NOTE = 2**20  # bytes
ED25519 = 64  # bytes of a signature
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<value>[A-Za-z0-9+/]+=*)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NUMBER = re.compile(r"0|[1-9][0-9]*")


def key_id(key: VerifierKey) -> bytes:
    """The four bytes by which signature lines name a key."""
    return sha256(key.name.encode() + b"\n" + bytes([key.type]) + key.public).digest()[:4]


def written_key(key: VerifierKey) -> str:
    """A key as text (vkey): name+id+base64."""
    return f"{key.name}+{key_id(key).hex()}+{_base64(bytes([key.type]) + key.public)}"


def _parts(text: str) -> tuple[str, str, str]:
    """Name, id and base64 of a key's text."""
    name, _, rest = text.strip().partition("+")
    claimed, _, encoded = rest.partition("+")
    return name, claimed, encoded


def read_key(text: str) -> VerifierKey:
    """A key from its text. Raises MerkleError when it is none of ours."""
    name, claimed, encoded = _parts(text)
    try:
        raw = _bytes(encoded)
        key = VerifierKey(name=name, type=SignatureType(raw[0]), public=raw[1:])
        known = _NAME.fullmatch(name) and len(key.public) == 32 and key_id(key).hex() == claimed
    except (ValueError, IndexError):
        known = False
    if not known:
        raise MerkleError(
            f"{text!r} is no key of a log or witness", remedy="it looks like name+1a2b3c4d+AQ…; copy it whole"
        )
    return key


class Signer:
    """A private key with its name. Logs sign notes with one, witnesses checkpoints."""

    def __init__(self, *, name: str, type: SignatureType, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise MerkleError(
                f"{name!r} cannot name a key", remedy="no spaces and no plus; host/path without scheme is usual"
            )
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name=name, type=type, public=self._private.public_key().public_bytes_raw())

    def line(self, text: str, *, time: int = 0) -> str:
        """The signature line under a note's text; a cosignature says the time (POSIX seconds)."""
        match self.key.type:
            case SignatureType.ED25519:
                value = self._private.sign(text.encode())
            case SignatureType.COSIGNATURE:
                value = time.to_bytes(8, "big") + self._private.sign(_cosigned(text, time))
        return f"— {self.key.name} {_base64(key_id(self.key) + value)}\n"


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def written_signer(*, name: str, seed: bytes) -> str:
    """A log's private key as text, as Go's `note` writes one: PRIVATE+KEY+name+id+base64. Keep it secret."""
    key = Signer(name=name, type=SignatureType.ED25519, seed=seed).key
    return f"{_PRIVATE}{name}+{key_id(key).hex()}+{_base64(bytes([key.type]) + seed)}"


def read_signer(text: str) -> Signer:
    """A private key from its text. Raises MerkleError, which does not repeat it, when it is none."""
    name, claimed, encoded = _parts(text.removeprefix(_PRIVATE))
    try:
        raw = _bytes(encoded)
        signer = Signer(name=name, type=SignatureType(raw[0]), seed=raw[1:])
        known = text.startswith(_PRIVATE) and key_id(signer.key).hex() == claimed
    except (ValueError, IndexError, MerkleError):
        known = False
    if not known:
        raise MerkleError("this is no private key of a log", remedy="it looks like PRIVATE+KEY+name+1a2b3c4d+AQ…")
    return signer


def signed(text: str, *lines: str) -> str:
    """A note of a text and its signature lines."""
    return f"{text}\n{''.join(lines)}"


def read_note(content: bytes) -> Note:
    """A note as it came. Raises MerkleError when it is none; whether anybody signed it is another question."""
    if len(content) > LONGEST_NOTE:
        raise _no_note(f"it has {len(content)} bytes")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise _no_note("it is not UTF-8") from None
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n") or _CONTROL.search(whole):
        raise _no_note("a text, an empty line and signatures are needed")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise _no_note(f"it has {len(lines)} signatures")
    return Note(text=f"{text}\n", signatures=tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    matched = _LINE.fullmatch(line)
    try:
        raw = _bytes(matched["value"]) if matched else b""
    except ValueError:
        raw = b""
    if matched is None or len(raw) < 5:
        raise _no_note(f"{line[:80]!r} is no signature line")
    return Signature(name=matched["name"], key_id=raw[:4], value=raw[4:])


def _no_note(why: str) -> MerkleError:
    return MerkleError(f"this is no signed note: {why}", remedy="see whether the address is that of a log's checkpoint")


def verified(note: Note, keys: Collection[VerifierKey]) -> list[Cosigned]:
    """Who of these keys signed it: once each, with the time where it is said (else 0). Signatures of other keys are passed over.
    Raises MerkleError when one of a known key does not hold."""
    known = {(key.name, key_id(key)): key for key in keys}
    found: dict[VerifierKey, Cosigned] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None and key not in found:
            found[key] = Cosigned(key=key, time=_checked(note, key, signature.value))
    return list(found.values())


def _checked(note: Note, key: VerifierKey, value: bytes) -> int:
    public, time, message, signature = Ed25519PublicKey.from_public_bytes(key.public), 0, note.text.encode(), value
    if key.type is SignatureType.COSIGNATURE:
        time, signature = int.from_bytes(value[:8], "big"), value[8:]
        message = _cosigned(note.text, time)
    try:
        if len(signature) != ED25519:
            raise InvalidSignature
        public.verify(signature, message)
    except InvalidSignature:
        raise MerkleError(
            f"the signature of {key.name} does not hold", remedy="somebody changed the note: raise an alarm"
        ) from None
    return time


def written_checkpoint(checkpoint: Checkpoint) -> str:
    """A checkpoint as the text of a note."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from a note's text. Raises MerkleError when it is none."""
    lines = text.removesuffix("\n").split("\n")
    try:
        origin, size, root, *more = lines
        checkpoint = Checkpoint(origin=origin, size=int(size), root=_bytes(root))
        known = origin and _NUMBER.fullmatch(size) and len(checkpoint.root) == 32 and all(more)
    except ValueError:
        known = False
    if not known:
        raise MerkleError("this is no checkpoint", remedy="its text is an origin, a size and a root hash in base64")
    return checkpoint


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    """Raises ValueError for what is not base64 in its one canonical form."""
    try:
        raw = b64decode(text, validate=True)
    except NotBase64 as error:
        raise ValueError(text) from error
    if _base64(raw) != text:
        raise ValueError(text)
    return raw
