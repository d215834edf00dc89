"""Trees for tests."""

from __future__ import annotations

from collections.abc import Sequence

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Hash


class Stored:
    """A tree whose whole subtrees are all kept."""

    def __init__(self, entries: Sequence[bytes] = ()) -> None:
        self.tree = merkle.Growing()
        self.levels: list[list[Hash]] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: bytes) -> None:
        for level, index, found in self.tree.add(merkle.leaf_hash(entry)):
            if level == len(self.levels):
                self.levels.append([])
            assert index == len(self.levels[level])
            self.levels[level].append(found)

    def hash_at(self, level: int, index: int) -> Hash:
        return self.levels[level][index]


def entries(count: int) -> list[bytes]:
    """Different ones, of different lengths."""
    return [str(number).encode() * (number % 5) + number.to_bytes(4, "big") for number in range(count)]
