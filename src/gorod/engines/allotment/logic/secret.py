"""The lottery's secret as it lies in the database until it is revealed: encrypted by a key that is made of GOROD_POLLS_KEY."""

from __future__ import annotations

from base64 import b64decode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from gorod.kernel.errors import BadInput, Refused

LABEL = b"allotment"  # its own key: what lies here is of no use to polls, and the other way round
LENGTH = 32

_box: SecretBox | None = None


def configure(key: str) -> None:
    """Set the key that this one is made of. Raises BadInput when it is not 32 bytes in base64."""
    global _box
    try:
        root = b64decode(key, validate=True)
    except ValueError:
        root = b""
    if len(root) != LENGTH:
        raise BadInput("GOROD_POLLS_KEY is not 32 bytes in base64", remedy="take it out, and one is made")
    _box = SecretBox(HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=LABEL).derive(root))


def hidden(secret: bytes) -> bytes:
    """Encrypted. Raises Refused in a process that has no key."""
    return bytes(_known().encrypt(secret))


def shown(kept: bytes | memoryview) -> bytes:
    """Decrypted. Raises Refused when it was encrypted by another key."""
    try:
        return _known().decrypt(bytes(kept))
    except CryptoError:
        raise Refused(
            "the secret of this lottery was encrypted by another key", remedy="put the old GOROD_POLLS_KEY back"
        ) from None


def _known() -> SecretBox:
    if _box is None:
        raise Refused("this process has no key for lotteries", remedy="set GOROD_POLLS_KEY")
    return _box
