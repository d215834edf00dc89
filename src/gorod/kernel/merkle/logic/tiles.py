"""A log as static files (C2SP tlog-tiles): which there are, what they are called, what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gorod.kernel.merkle.data import Hash, HashAt, MerkleError
from gorod.kernel.merkle.logic.tree import leaf_hash, node_hash

HEIGHT = 8  # levels of the tree that a tile holds
WIDTH = 1 << HEIGHT  # hashes of a full tile, entries of a full bundle
HASH = 32  # bytes
LONGEST_ENTRY = 2**16 - 1  # bytes: its length is a uint16
CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Tile:
    """One tile. `level` counts tiles, not levels of the tree; `width`: how many hashes it has."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands under the log's prefix."""
        return f"tile/{self.level}/{_numbered(self.index, self.width)}"

    @property
    def bundle_path(self) -> str:
        """Where the entries of a tile of level 0 stand."""
        return f"tile/entries/{_numbered(self.index, self.width)}"


def _numbered(index: int, width: int) -> str:
    """1234067 as x001/x234/067, with .p/<width> where it is not full."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *first, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
    return "/".join([*(f"x{part}" for part in first), last]) + (f".p/{width}" if width < WIDTH else "")


def tiles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The tiles of a tree of `size` entries that a tree of `since` entries has not, level by level."""
    level = 0
    while there := size >> HEIGHT * level:
        had = since >> HEIGHT * level
        for index in range(had // WIDTH, -(-there // WIDTH)):
            width = min(WIDTH, there - index * WIDTH)
            if index * WIDTH + width > had:
                yield Tile(level, index, width)
        level += 1


def tile_at(level: int, index: int, size: int) -> Tile | None:
    """The tile of this number as a tree of `size` entries has it; None where it has none."""
    width = min(WIDTH, (size >> HEIGHT * level) - index * WIDTH)
    return Tile(level, index, width) if width > 0 else None


def tile_of(level: int, index: int, size: int) -> tuple[Tile, range]:
    """The tile of a tree of `size` entries under which the whole subtree (level, index) stands, and which of its hashes that one is
    made of. Raises MerkleError when the tree has no such subtree yet."""
    above, within = divmod(level, HEIGHT)
    first = index << within
    there = size >> HEIGHT * above
    if first + (1 << within) > there:
        raise MerkleError(
            f"a tree of {size} entries has no subtree {index} of level {level}", remedy="take a later checkpoint"
        )
    number = first // WIDTH
    width = min(WIDTH, there - number * WIDTH)
    return Tile(above, number, width), range(first - number * WIDTH, first - number * WIDTH + (1 << within))


def hashes_in(content: bytes, tile: Tile) -> list[Hash]:
    """The hashes of a tile's file. Raises MerkleError when it is not as long as it must be."""
    if len(content) != tile.width * HASH:
        raise MerkleError(
            f"{tile.path} has {len(content)} bytes, not {tile.width * HASH}", remedy="fetch it again, or from a mirror"
        )
    return split(content)


def split(content: bytes) -> list[Hash]:
    """Hashes that stand one after another."""
    return [content[start : start + HASH] for start in range(0, len(content), HASH)]


def from_tiles(read: Callable[[Tile], bytes], size: int) -> HashAt:
    """Hashes of a tree of `size` entries out of its tiles, each read once. They are no truer than the tiles: what is made of them
    is held against the root of a checkpoint. Raises MerkleError as `tile_of` and `hashes_in`."""
    known: dict[Tile, list[Hash]] = {}

    def hash_at(level: int, index: int) -> Hash:
        tile, place = tile_of(level, index, size)
        if tile not in known:
            known[tile] = hashes_in(read(tile), tile)
        return _over(known[tile][place.start : place.stop])

    return hash_at


def _over(hashes: Sequence[Hash]) -> Hash:
    """The hash over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def over_tile(content: bytes) -> Hash:
    """What a full tile comes to in the level above. Raises MerkleError when it is not full."""
    return _over(hashes_in(content, Tile(0, 0)))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as the content of a bundle. Raises MerkleError when one is longer than its length can say."""
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise MerkleError(
                f"an entry has {len(entry)} bytes, more than {LONGEST_ENTRY}", remedy="log a hash of it instead"
            )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_in(content: bytes, tile: Tile) -> list[bytes]:
    """The entries of a bundle. Raises MerkleError when they are not as many as there must be, or cut off."""
    found, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        at += 2 + length
        if at > len(content):
            raise MerkleError(f"{tile.bundle_path} is cut off", remedy="fetch it again, or from a mirror")
        found.append(entry)
    if len(found) != tile.width:
        raise MerkleError(
            f"{tile.bundle_path} has {len(found)} entries, not {tile.width}", remedy="fetch it again, or from a mirror"
        )
    return found


def leaves_of(entries: Sequence[bytes]) -> bytes:
    """The content of the tile of level 0 that stands over a bundle of these entries."""
    return b"".join(map(leaf_hash, entries))
