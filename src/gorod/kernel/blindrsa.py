"""Blind RSA signatures (RFC 9474), RSABSSA-SHA384-PSS-Randomized: somebody signs what they cannot see, nor recognise later.

Here is what the asker and the verifier do. Signing is the city's, and needs its private key (engines/polls).
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha384

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA384

from gorod.kernel.errors import BadInput

PREFIX = 32  # random bytes before the message
SALT = 48  # bytes, as long as the hash
HASH = sha384().digest_size
ENDS_WITH = b"\xbc"
PADDING = PSS(MGF1(SHA384()), SALT)

Random = Callable[[int], bytes]
"""So many random bytes."""


@dataclass(frozen=True)
class Blinded:
    """What the signer is sent, and the number that takes the blinding off again, which only the asker knows."""

    message: bytes
    inverse: int


def prepared(message: bytes, *, random: Random = secrets.token_bytes) -> bytes:
    """A message with a random prefix, so that a signer with a hostile key learns nothing of it (section 4.1)."""
    return random(PREFIX) + message


def blind(key: RSAPublicKey, message: bytes, *, random: Random = secrets.token_bytes) -> Blinded:
    """Blind a prepared message (section 4.2)."""
    numbers = key.public_numbers()
    encoded = int.from_bytes(encode(message, key.key_size - 1, random(SALT)))
    if math.gcd(encoded, numbers.n) != 1:
        raise BadInput("the key of the signer is broken", remedy="take no signature from it, and raise an alarm")
    while True:
        factor = int.from_bytes(random(_length(key)))
        if 0 < factor < numbers.n and math.gcd(factor, numbers.n) == 1:
            break
    blinded = encoded * pow(factor, numbers.e, numbers.n) % numbers.n
    return Blinded(blinded.to_bytes(_length(key)), pow(factor, -1, numbers.n))


def finalize(key: RSAPublicKey, message: bytes, signature: bytes, blinded: Blinded) -> bytes:
    """The signature of a prepared message, from the blind one (section 4.4). Raises BadInput when it is not the signer's."""
    modulus = key.public_numbers().n
    found = int.from_bytes(signature) * blinded.inverse % modulus
    result = found.to_bytes(_length(key))
    if len(signature) != _length(key) or not holds(key, message, result):
        raise BadInput("this blind signature is not that of the key", remedy="ask again; raise an alarm if it stays so")
    return result


def holds(key: RSAPublicKey, message: bytes, signature: bytes) -> bool:
    """Whether a prepared message has this signature (section 4.5: RSASSA-PSS of RFC 8017)."""
    try:
        key.verify(signature, message, PADDING, SHA384())
    except InvalidSignature:
        return False
    return True


def encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, section 9.1.1, with SHA-384 and MGF1 over it: of so many bits at most."""
    length = -(-bits // 8)
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - HASH - 2) + b"\x01" + salt
    masked = bytearray(one ^ other for one, other in zip(block, _mask(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + ENDS_WITH


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 of RFC 8017, section B.2.1."""
    blocks = (sha384(seed + number.to_bytes(4)).digest() for number in range(-(-length // HASH)))
    return b"".join(blocks)[:length]


def _length(key: RSAPublicKey) -> int:
    """Of the modulus and everything signed, in bytes."""
    return -(-key.key_size // 8)
