"""Blind signatures against the vectors of RFC 9474, and what nobody must be able to do with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

from gorod.kernel import blindrsa
from gorod.kernel.errors import BadInput

VECTOR = json.loads((Path(__file__).parent / "rfc9474.json").read_text())
RAW = {name: bytes.fromhex(text) for name, text in VECTOR.items() if name not in ("source", "p", "q")}
E = 65537


def key() -> RSAPrivateKey:
    p, q = int(VECTOR["p"], 16), int(VECTOR["q"], 16)
    d = pow(E, -1, (p - 1) * (q - 1))
    public = RSAPublicNumbers(E, p * q)
    return RSAPrivateNumbers(p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), public).private_key()


KEY = key()
PUBLIC = KEY.public_key()
FACTOR = pow(int.from_bytes(RAW["inverse"]), -1, PUBLIC.public_numbers().n)


def drawn(*wanted: bytes) -> Callable[[int], bytes]:
    """What is drawn by chance otherwise."""
    left = list(wanted)

    def random(length: int) -> bytes:
        found = left.pop(0)
        assert len(found) == length
        return found

    return random


def signed(blinded: bytes) -> bytes:
    numbers = KEY.private_numbers()
    return pow(int.from_bytes(blinded), numbers.d, numbers.public_numbers.n).to_bytes(len(blinded))


def test_encoding_is_that_of_the_vector() -> None:
    assert blindrsa.encode(RAW["prepared"], 4095, RAW["salt"]) == RAW["encoded"]


def test_blinding_signing_and_finalizing_are_those_of_the_vector() -> None:
    blinded = blindrsa.blind(PUBLIC, RAW["message"], random=drawn(RAW["salt"], FACTOR.to_bytes(512)))
    assert blinded.message == RAW["blinded"] and blinded.inverse == int.from_bytes(RAW["inverse"])
    assert signed(blinded.message) == RAW["signed_blind"]
    found = blindrsa.finalize(PUBLIC, RAW["message"], RAW["signed_blind"], blinded)
    assert found == RAW["signature"] and blindrsa.holds(PUBLIC, RAW["message"], found)


def test_a_factor_that_does_not_fit_is_drawn_again() -> None:
    nothing, too_large = bytes(512), b"\xff" * 512
    random = drawn(RAW["salt"], nothing, too_large, FACTOR.to_bytes(512))
    assert blindrsa.blind(PUBLIC, RAW["message"], random=random).message == RAW["blinded"]


def test_the_message_begins_with_what_chance_put_there() -> None:
    one, other = blindrsa.prepared(b"message"), blindrsa.prepared(b"message")
    assert one != other and one[32:] == other[32:] == b"message"


@pytest.mark.parametrize(
    "wrong", [b"", bytes(512), RAW["signature"], RAW["signed_blind"][:-1], RAW["signed_blind"] + b"0"]
)
def test_what_is_not_the_blind_signature_is_refused(wrong: bytes) -> None:
    blinded = blindrsa.blind(PUBLIC, RAW["message"], random=drawn(RAW["salt"], FACTOR.to_bytes(512)))
    with pytest.raises(BadInput, match="not that of the key"):
        blindrsa.finalize(PUBLIC, RAW["message"], wrong, blinded)


def test_another_message_has_another_signature() -> None:
    assert not blindrsa.holds(PUBLIC, RAW["message"] + b"0", RAW["signature"])
    assert not blindrsa.holds(PUBLIC, RAW["message"], RAW["signature"][:-1])
