"""Secret keys of polls as they lie in the database: encrypted by a key that is only in the environment (GOROD_POLLS_KEY)."""

from __future__ import annotations

from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from gorod.kernel.errors import BadInput, Refused

_box: SecretBox | None = None


def configure(key: str) -> None:
    """Set the key. Raises BadInput when it is not 32 bytes in base64."""
    global _box
    try:
        _box = SecretBox(b64decode(key, validate=True))
    except ValueError:
        raise BadInput("GOROD_POLLS_KEY is not 32 bytes in base64", remedy="take it out, and one is made") from None


def hidden(secret: bytes) -> bytes:
    """Encrypted. Raises Refused in a process that has no key."""
    return bytes(_known().encrypt(secret))


def shown(kept: bytes | memoryview) -> bytes:
    """Decrypted. Raises Refused when it was encrypted by another key."""
    try:
        return _known().decrypt(bytes(kept))
    except CryptoError:
        raise Refused(
            "the secrets of this poll were encrypted by another key", remedy="put the old GOROD_POLLS_KEY back"
        ) from None


def hidden_rsa(key: RSAPrivateKey) -> bytes:
    """An RSA key, encrypted."""
    return hidden(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def shown_rsa(kept: bytes | memoryview) -> RSAPrivateKey:
    """An RSA key, decrypted. Raises Refused."""
    key = load_der_private_key(shown(kept), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _known() -> SecretBox:
    if _box is None:
        raise Refused("this process has no key for polls", remedy="set GOROD_POLLS_KEY")
    return _box
