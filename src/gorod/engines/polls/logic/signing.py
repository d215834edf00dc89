"""The raw RSA step of blind signatures (RFC 9474, section 4.3), in constant time and blinded: `cryptography` offers none."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from gmpy2 import invert, mpz, powmod, powmod_sec

from gorod.kernel.errors import BadInput

BITS = 2048  # a token counts until the poll is counted, not for years
EXPONENT = 65537


def new_key() -> RSAPrivateKey:
    """A key for one version of a poll, so that a token of another one is refused."""
    return generate_private_key(public_exponent=EXPONENT, key_size=BITS)


class BlindSigner:
    """Signs what it cannot see."""

    def __init__(self, key: RSAPrivateKey) -> None:
        numbers = key.private_numbers()
        self._n, self._e = mpz(numbers.public_numbers.n), mpz(numbers.public_numbers.e)
        self._p, self._q, self._iqmp = mpz(numbers.p), mpz(numbers.q), mpz(numbers.iqmp)
        self._dmp1, self._dmq1 = mpz(numbers.dmp1), mpz(numbers.dmq1)
        self._length = key.key_size // 8

    def sign(self, blinded: bytes) -> bytes:
        """The blind signature. Raises BadInput for what is no blinded message of this key."""
        message = mpz(int.from_bytes(blinded))
        if len(blinded) != self._length or not 0 < message < self._n:
            raise BadInput("this is no blinded message for the poll's key", remedy="load the poll's page again")
        factor = mpz(secrets.randbelow(int(self._n) - 2) + 2)  # what the computation does shows nothing of the message
        hidden = message * powmod(factor, self._e, self._n) % self._n
        one, other = powmod_sec(hidden, self._dmp1, self._p), powmod_sec(hidden, self._dmq1, self._q)
        signed = other + self._q * ((one - other) * self._iqmp % self._p)
        result = signed * invert(factor, self._n) % self._n
        if powmod(result, self._e, self._n) != message:  # a fault in one half would give the key away
            raise ArithmeticError("the signature does not hold")
        return int(result).to_bytes(self._length)
