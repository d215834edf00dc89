"""Asking witnesses to cosign a checkpoint (C2SP tlog-witness), all at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from gorod.kernel.errors import Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import HashAt, MerkleError
from gorod.records.ledger.data import WitnessAt
from gorod.verify import asking

WAIT_S = 5.0

_known: dict[str, int] = {}  # by address, how far a witness is; it says so itself when this is wrong


def cosignatures(
    witnesses: Sequence[WitnessAt], *, note: str, size: int, hash_at: HashAt
) -> tuple[list[str], dict[str, str]]:
    """The signature lines of those who cosigned, in the order of `witnesses`; of the others by name, why not."""
    ask = partial(_asked, note=note, size=size, hash_at=hash_at)
    with ThreadPoolExecutor(max_workers=max(len(witnesses), 1)) as pool:
        found = list(pool.map(ask, witnesses))
    lines = [line for line, _why in found if line]
    return lines, {one.key.name: why for one, (_line, why) in zip(witnesses, found, strict=True) if why}


def _asked(witness: WitnessAt, *, note: str, size: int, hash_at: HashAt) -> tuple[str, str]:
    try:
        return _cosigned(witness, note, size, hash_at), ""
    except (Refused, MerkleError) as error:
        return "", error.detail
    except httpx.HTTPError as error:
        return "", f"it does not answer: {error}"


def _cosigned(witness: WitnessAt, note: str, size: int, hash_at: HashAt) -> str:
    answer = _sent(witness, note, size, hash_at)
    if answer.status_code == httpx.codes.CONFLICT and answer.text.strip().isdecimal():
        _known[witness.url] = int(answer.text)
        if _known[witness.url] <= size:
            answer = _sent(witness, note, size, hash_at)
    if answer.status_code != httpx.codes.OK:
        raise Refused(f"it answers {answer.status_code}: {answer.text.strip()[:200]}")
    whole = merkle.read_note((note + answer.text).encode())
    if not merkle.verified(whole, [witness.key]):
        raise Refused("what it sent is not signed by its key")
    _known[witness.url] = size
    return answer.text


def _sent(witness: WitnessAt, note: str, size: int, hash_at: HashAt) -> httpx.Response:
    old = min(_known.get(witness.url, 0), size)
    proof = tuple(merkle.consistency_proof(hash_at, old, size))
    body = asking.written(asking.Asked(old=old, proof=proof, note=note.encode()))
    return httpx.post(f"{witness.url}/add-checkpoint", content=body, timeout=WAIT_S)
