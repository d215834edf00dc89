"""Logs for tests, as files in a folder."""

from __future__ import annotations

from pathlib import Path

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, SignatureType
from gorod.kernel.merkle.tests.factories import Stored

LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)
WITNESSES = [
    merkle.Signer(name=f"witness.example/{name}", type=SignatureType.COSIGNATURE, seed=name.encode() * 32)
    for name in "ab"
]
KEYS = [witness.key for witness in WITNESSES]
SIZE = 600


def written(folder: Path, some: list[bytes], *, cosigned_by: int = 0) -> Path:
    """A log of these entries in a folder, as the city would write it."""
    stored = Stored(some)
    for tile in merkle.tiles(len(some)):
        first = tile.index * merkle.WIDTH
        if tile.level == 0:
            bundle = folder / tile.bundle_path
            bundle.parent.mkdir(parents=True, exist_ok=True)
            bundle.write_bytes(merkle.bundle(some[first : first + tile.width]))
    text = merkle.written_checkpoint(Checkpoint(origin=LOG.key.name, size=len(some), root=stored.tree.root))
    lines = [LOG.line(text), *(witness.line(text, time=1) for witness in WITNESSES[:cosigned_by])]
    folder.mkdir(exist_ok=True)
    (folder / "checkpoint").write_text(merkle.signed(text, *lines))
    return folder


def tiled(folder: Path, some: list[bytes]) -> Path:
    """The same log with the tiles of its tree."""
    stored = Stored(some)
    for tile in merkle.tiles(len(some)):
        first = tile.index * merkle.WIDTH
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(stored.hash_at(8 * tile.level, first + at) for at in range(tile.width)))
    return written(folder, some)
