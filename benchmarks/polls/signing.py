"""Tokens signed in a second by one process.

Measured: `BlindSigner.sign`, RFC 9474's raw RSA step with 2,048 bits: blinded, in constant time (GMP's `powm_sec`), and
checked. The whole token as a resident's device gets it also reads the registers for whether they may take part, and commits; it
is the second line.

Beside it: a signature of the same key by OpenSSL (`cryptography`, RSASSA-PSS), which does the same step with assembler of its
own; and for the whole token a plain INSERT and COMMIT.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA384

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from benchmarks.polls.making.voters import open_poll, residents
from gorod.engines.polls import api as polls
from gorod.engines.polls.logic.signing import BlindSigner
from gorod.engines.polls.tests.factories import Device
from gorod.kernel.blindrsa import PADDING


def run(stage: Stage) -> Table:
    """Rounds in turns."""
    rounds, each = stage.size(7, quick=2), stage.size(300, quick=20)
    with stage.city.ledger():
        version_id, key = open_poll()
        signer, device = BlindSigner(key), Device(version_id)
        blinded = device.blinded.message
        raw, beside = [], []
        for _ in range(rounds):
            raw.append(_rate(lambda: signer.sign(blinded), each))
            beside.append(_rate(lambda: key.sign(b"token", PADDING, SHA384()), each))
        people = iter(residents(rounds * each))
        whole, floor = [], []
        with stage.city.connect() as plain:
            plain.execute("CREATE TABLE floor.token (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry bytea)")
            for _ in range(rounds):
                whole.append(
                    _rate(lambda: polls.token(version_id=version_id, party_id=next(people), blinded=blinded), each)
                )
                floor.append(
                    _rate(lambda: plain.execute("INSERT INTO floor.token (entry) VALUES (%s)", [blinded]), each)
                )
    return Table(
        rows=[
            row(what="blind signatures", unit=Unit.PER_SECOND, ours=raw, beside="OpenSSL's RSA-PSS", floor=beside),
            row(
                what="tokens issued, one after another",
                unit=Unit.PER_SECOND,
                ours=whole,
                beside="INSERT, COMMIT",
                floor=floor,
            ),
        ],
        notes=[f"{rounds} rounds of {each} each, one process."],
    )


def _rate(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return times / (time.perf_counter() - began)
