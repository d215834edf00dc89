"""Lots that nobody could choose and everybody can draw again."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gorod.kernel.errors import BadInput, Refused
from gorod.verify.allotment import lottery
from gorod.verify.allotment.tests.factories import BEACON, SECRET


def test_everything_follows_from_the_secret_and_the_beacon_by_plain_hmac() -> None:
    seed = hmac.new(SECRET, BEACON.encode(), hashlib.sha256).digest()
    assert lottery.seed(SECRET, beacon=BEACON) == seed
    assert lottery.lot(seed, "А-17") == hmac.new(seed, "А-17".encode(), hashlib.sha256).digest()
    assert lottery.commitment(SECRET) == hashlib.sha256(SECRET).hexdigest()


def test_another_beacon_gives_other_lots() -> None:
    assert lottery.seed(SECRET, beacon=BEACON) != lottery.seed(SECRET)


def test_the_revealed_secret_is_held_against_the_commitment() -> None:
    lottery.check(SECRET, committed=lottery.commitment(SECRET))
    lottery.check(SECRET, committed=lottery.commitment(SECRET).upper())
    for committed in (lottery.commitment(bytes(32)), "", "é"):
        with pytest.raises(Refused, match="not the one that was committed to"):
            lottery.check(SECRET, committed=committed)


def test_a_secret_is_32_bytes_and_never_the_same() -> None:
    assert len(lottery.new_secret()) == lottery.SECRET
    assert lottery.new_secret() != lottery.new_secret()
    for short in (b"", b"1234", bytes(33)):
        with pytest.raises(BadInput, match="bytes"):
            lottery.seed(short)
        with pytest.raises(BadInput, match="bytes"):
            lottery.commitment(short)
