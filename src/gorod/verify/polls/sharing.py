"""A poll's key in shares (Shamir's secret sharing), of which some are enough and fewer say nothing. A share is a line of base64."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import shamirs

from gorod.kernel.errors import BadInput

MODULUS = 2**521 - 1  # a prime (M521) above any key
KEY = 32  # bytes


def split(secret: bytes, *, among: int, needed: int) -> list[str]:
    """A key in so many shares. Raises BadInput for numbers that make no sense."""
    if not 1 < needed <= among:
        raise BadInput(
            f"{needed} of {among} shares make no sense", remedy="at least two are needed, and no more than there are"
        )
    shares = shamirs.shares(int.from_bytes(secret), quantity=among, modulus=MODULUS, threshold=needed)
    return [one.to_base64() for one in shares]


def joined(shares: Sequence[str]) -> bytes:
    """The key that shares are of; something else when they are too few or of other keys. Raises BadInput for what is no share."""
    try:
        value = shamirs.interpolate([shamirs.share.from_base64(one) for one in shares])
        return int(value).to_bytes(KEY)
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise BadInput(
            "these are no shares of a poll's key", remedy="take the files of this poll's trustees"
        ) from error


def digest(share: str) -> str:
    """By what a share is known without saying it: SHA-256, hexadecimal. It is as random as the key, so nothing can be tried out."""
    return sha256(share.encode()).hexdigest()
