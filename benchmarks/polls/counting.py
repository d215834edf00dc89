"""A whole poll counted again by anybody, from the files of the log alone.

Measured: what `gorod verify poll` does, for a log with the most ballots that a poll of Active Citizen ever had: every bundle
read and hashed up to the signed root, of each ballot the RSA token and the Ed25519 signature checked, the answers opened with
the key and counted.

Beside it: the same files read and hashed (SHA-256), with nothing looked at.
"""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from os import cpu_count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from benchmarks.polls.making.voters import made
from gorod.kernel.canonical import canonical_json
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint
from gorod.verify import log
from gorod.verify.polls import entries, settings
from gorod.verify.polls.audit import Count
from gorod.verify.polls.ballot import BALLOT
from gorod.verify.polls.settings import Settings
from gorod.verify.polls.tests.factories import BOX, POLL, poll
from gorod.verify.source import reading
from gorod.verify.tests.factories import LOG

BALLOTS = 280_000


def run(stage: Stage) -> Table:
    """Once: it takes minutes. The floor as often."""
    count, folder = stage.size(BALLOTS, quick=2_000), stage.scratch()
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    of = replace(poll(eligible=count, districts={"others": count}), token_key=public)
    stage.say(f"casting {count:,} ballots")
    size = write(folder, _entries(of, key, count))
    ours, floor = [], []
    for _ in range(stage.size(3, quick=1)):
        stage.say("counting")
        ours.append(_counted(folder, count))
        floor.append(_hashed(folder))
    return Table(
        rows=[
            row(
                what=f"{count:,} ballots verified and counted",
                unit=Unit.SECONDS,
                ours=ours,
                beside="reading and hashing the same files",
                floor=floor,
            )
        ],
        notes=[
            f"{size / 2**20:,.0f} MiB of entries; {cpu_count()} processes; {count / ours[0]:,.0f} ballots a second. The aim was"
            " under 3 minutes. Known of others on such a machine: belenios-tool 22 a second, Helios 4."
        ],
    )


def _entries(of: Settings, key: RSAPrivateKey, count: int) -> Iterator[bytes]:
    def entry(kind: str, content: object) -> bytes:
        return canonical_json({"kind": kind, "content": content})

    yield entry(entries.OPENED, settings.written(of))
    for number in range(count):
        yield entry(entries.TOKEN, {"poll": POLL, "blinded": f"{number:064}", "holder": "0" * 64})
    for one in made(of, key, count):
        yield entry(BALLOT, one)
    yield entry(entries.CLOSED, {"poll": POLL, "key": b64encode(bytes(BOX)).decode()})


def write(folder: Path, some: Iterator[bytes]) -> int:
    """A log of these entries, as the city publishes it but for the tiles of hashes, which counting a whole log does not read.
    Returns its bytes."""
    tree, bundle, index, size = merkle.Growing(), list[bytes](), 0, 0

    def put() -> None:
        path = folder / merkle.Tile(0, index, len(bundle)).bundle_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(merkle.bundle(bundle))

    for raw in some:
        tree.add(merkle.leaf_hash(raw))
        bundle.append(raw)
        size += len(raw)
        if len(bundle) == merkle.WIDTH:
            put()
            bundle, index = [], index + 1
    if bundle:
        put()
    text = merkle.written_checkpoint(Checkpoint(origin=LOG.key.name, size=tree.size, root=tree.root))
    (folder / merkle.CHECKPOINT).write_text(merkle.signed(text, LOG.line(text)))
    return size


def _counted(folder: Path, expected: int) -> float:
    began = time.perf_counter()
    read = reading(str(folder))
    now = log.seen(note=read(merkle.CHECKPOINT), key=LOG.key)
    count = Count(poll=POLL)
    for index, raw in log.entries(read=read, now=now):
        entry = entries.read(index, raw)
        if entry is not None:
            count.see(entry)
    found = count.audit(processes=cpu_count() or 1)
    took = time.perf_counter() - began
    if found.counted != expected or found.alarms or found.invalid:
        raise RuntimeError(f"{found.counted} of {expected} were counted: {found.alarms} {found.invalid[:3]}")
    return took


def _hashed(folder: Path) -> float:
    began = time.perf_counter()
    for path in sorted((folder / "tile").rglob("*")):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).digest()
    return time.perf_counter() - began
