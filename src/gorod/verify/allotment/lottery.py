"""The public lottery: lots that nobody could choose and everybody can draw again.

    commitment = SHA-256(secret)                            published before anybody may apply
    seed       = HMAC-SHA256(secret, beacon)                known when the secret is revealed, after the closing
    lot        = HMAC-SHA256(seed, applicant's number)      of a group that stays together: the group's id

The lower lot is the better one. Why so: whoever gives out numbers, or asks for one, cannot choose a lucky number, for the seed
is not known then; and when the numbers are known the city cannot choose another secret, for it is bound by its commitment.

What would remain without a beacon: the city itself knows its secret, so it could try many secrets before it commits to one, or
give out lucky numbers. That is why a `beacon` goes into the seed: a public value that nobody can know at the time of the
commitment nor while numbers are given out, such as the hash of the ledger's checkpoint after the input of the closed round was
recorded in it (better with cosignatures of witnesses, or with a value from outside the city). Which value it will be must be
announced with the commitment; else the city could choose among beacons. What remains then: the city can refuse to reveal its
secret, and everybody sees that it does. A round that is dealt with the secret and the beacon of an earlier one has the lots of
the earlier one: a new round takes a new secret.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from gorod.kernel.errors import BadInput, Refused

SECRET = 32  # bytes
LONGEST_BEACON = 1_000  # characters


def new_secret() -> bytes:
    """A secret that nobody can guess."""
    return secrets.token_bytes(SECRET)


def commitment(secret: bytes) -> str:
    """What is published beforehand: SHA-256, hexadecimal. The secret is as long as the hash, so nothing can be tried out."""
    return sha256(_checked(secret)).hexdigest()


def check(secret: bytes, *, committed: str) -> None:
    """See that a revealed secret is the one that was committed to. Raises Refused."""
    if not hmac.compare_digest(commitment(secret).encode(), committed.lower().encode()):
        raise Refused(
            "the revealed secret is not the one that was committed to",
            remedy="raise an alarm: these lots are not the ones that were promised",
        )


def seed(secret: bytes, *, beacon: str = "") -> bytes:
    """What all lots follow from: 32 bytes. `beacon`: the public value of the closing (see above), as text; empty: there is none.
    Raises BadInput for a secret of another length."""
    return hmac.digest(_checked(secret), beacon.encode(), "sha256")


def lot(seed: bytes, drawn_for: str) -> bytes:
    """The lot of an applicant's number or a group's id: 32 bytes, the lower the better."""
    return hmac.digest(seed, drawn_for.encode(), "sha256")


def _checked(secret: bytes) -> bytes:
    if len(secret) != SECRET:
        raise BadInput(
            f"the secret has {len(secret)} bytes", remedy=f"it has {SECRET}: take the secret as it was published"
        )
    return secret
