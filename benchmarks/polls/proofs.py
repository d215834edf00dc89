"""Proofs as the log grows.

Measured: an inclusion proof made from tiles on the disk (`merkle.inclusion_proof`, tiles read anew for each proof) and checked,
for logs of 10,000 to 10 million entries; the notes say how long each proof is. It grows with the logarithm.

Beside it: reading the same number of tile files.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

from benchmarks.measuring.data import Row, Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import HashAt
from gorod.verify.source import reading

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SIZES_QUICK = (1_000, 10_000)
EACH = 200
MILLISECONDS = 1000.0


def run(stage: Stage) -> Table:
    """One log that grows; at each size some proofs of entries by chance."""
    folder, dice = stage.scratch(), random.Random(9474)
    tree, tiles = merkle.Growing(), _Tiles(folder)
    rows: list[Row] = []
    lengths = []
    for size in SIZES_QUICK if stage.quick else SIZES:
        stage.say(f"growing to {size:,}")
        while tree.size < size:
            for level, index, found in tree.add(merkle.leaf_hash(tree.size.to_bytes(8))):
                tiles.put(level, index, found)
        tiles.write(size)
        ours, floor, length = [], [], 0
        for _ in range(EACH):
            index = dice.randrange(size)
            began = time.perf_counter()
            read = tiles.reading(size)
            proof = merkle.inclusion_proof(read.hash_at, index, size)
            leaf = merkle.leaf_hash(index.to_bytes(8))
            merkle.check_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=tree.root)
            ours.append((time.perf_counter() - began) * MILLISECONDS)
            began = time.perf_counter()
            for path in read.read:
                (folder / path).read_bytes()
            floor.append((time.perf_counter() - began) * MILLISECONDS)
            length = max(length, len(proof))
        lengths.append(f"{size:,} entries: {length} hashes, {length * 32} bytes")
        rows.append(
            row(
                what=f"a proof among {size:,}",
                unit=Unit.MILLISECONDS,
                ours=ours,
                beside="reading its tiles",
                floor=floor,
            )
        )
    return Table(rows=rows, notes=["The longest proof: " + "; ".join(lengths) + "."])


class _Tiles:
    """The hashes of a growing tree, level by level, and the files of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._levels: dict[int, bytearray] = {}

    def put(self, level: int, index: int, found: bytes) -> None:
        """The hash of a whole subtree; of every eighth level it belongs into a tile."""
        if level % merkle.HEIGHT == 0:
            self._levels.setdefault(level // merkle.HEIGHT, bytearray()).extend(found)

    def write(self, size: int) -> None:
        """All tiles of the tree at this size."""
        for tile in merkle.tiles(size):
            path = self._folder / tile.path
            first = tile.index * merkle.WIDTH * 32
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._levels[tile.level][first : first + tile.width * 32])

    def reading(self, size: int) -> _Reading:
        """Of the files at this size, nothing read yet."""
        return _Reading(self._folder, size)


class _Reading:
    """Hashes from files, and which files were read."""

    def __init__(self, folder: Path, size: int) -> None:
        self.read: list[str] = []
        fetch = reading(str(folder))

        def read(tile: merkle.Tile) -> bytes:
            self.read.append(tile.path)
            return fetch(tile.path)

        self.hash_at: HashAt = merkle.from_tiles(read, size)
