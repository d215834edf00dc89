"""What is published after a round is dealt out: the secret and the beacon of its lottery."""

from __future__ import annotations

from dataclasses import dataclass

from gorod.kernel.canonical import canonical_json
from gorod.verify.allotment import strict
from gorod.verify.allotment.lottery import LONGEST_BEACON, SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """`secret`: 32 bytes. `beacon`: the public value of the closing, empty for none."""

    secret: bytes
    beacon: str


def written(revealed: Revealed) -> bytes:
    """Its file: canonical JSON."""
    return canonical_json({"secret": revealed.secret.hex(), "beacon": revealed.beacon})


def read(raw: bytes) -> Revealed:
    """From its file. Raises BadInput."""
    said = strict.members(strict.loaded(raw, what="the secret"), "the secret", ("secret", "beacon"))
    secret = said["secret"]
    if not isinstance(secret, str) or len(secret) != 2 * SECRET or set(secret) - set("0123456789abcdef"):
        strict.wrong("secret", "is no secret of a lottery", f"write {2 * SECRET} hexadecimal digits in small letters")
    return Revealed(secret=bytes.fromhex(secret), beacon=strict.text(said["beacon"], "beacon", LONGEST_BEACON))
