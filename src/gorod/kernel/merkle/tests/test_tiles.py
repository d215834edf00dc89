"""A log as files: which there are at every size, what they are called, and that they lead to the root."""

from __future__ import annotations

from collections import Counter

import pytest

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.api import Tile
from gorod.kernel.merkle.data import MerkleError
from gorod.kernel.merkle.tests.factories import Stored, entries

BIG = 70_000  # the example of the specification


def files(stored: Stored, size: int, since: int = 0) -> dict[Tile, bytes]:
    """The tiles of a tree, cut from its hashes."""
    found = {}
    for tile in merkle.tiles(size, since=since):
        first = tile.index * merkle.WIDTH
        found[tile] = b"".join(stored.hash_at(8 * tile.level, first + at) for at in range(tile.width))
    return found


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 5, 12), "tile/0/005.p/12"),
        (Tile(2, 1_234_067), "tile/2/x001/x234/067"),
        (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (Tile(63, 999), "tile/63/999"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_a_bundle_stands_beside_its_tile() -> None:
    assert Tile(0, 273, 112).bundle_path == "tile/entries/273.p/112"


def test_the_tiles_of_the_example() -> None:
    """273 full tiles and one of 112; above them one full and one of 17; above these one of 1."""
    kinds = Counter((tile.level, tile.width) for tile in merkle.tiles(BIG))
    assert kinds == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert list(merkle.tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(merkle.tiles(0)) == []


def test_tiles_lead_to_the_root_of_every_size_and_to_every_proof() -> None:
    some = entries(600)
    stored, grown = Stored(some), merkle.Growing()
    for size, entry in enumerate(some, 1):
        grown.add(merkle.leaf_hash(entry))
        hash_at = merkle.from_tiles(files(stored, size).__getitem__, size)
        assert merkle.range_hash(hash_at, 0, size) == grown.root
        if size % 37 == 0:
            for index in range(0, size, 11):
                proof = merkle.inclusion_proof(hash_at, index, size)
                leaf = merkle.leaf_hash(some[index])
                merkle.check_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=grown.root)


def test_what_is_new_since_a_smaller_tree_and_nothing_else() -> None:
    for old, new in ((0, 1), (1, 2), (255, 256), (256, 257), (250, 600), (600, 600), (65_535, 65_537)):
        had, has = set(merkle.tiles(old)), set(merkle.tiles(new))
        assert set(merkle.tiles(new, since=old)) == has - had


def test_a_full_tile_is_one_hash_of_the_level_above() -> None:
    stored = Stored(entries(256))
    below, above = files(stored, 256).values()
    assert merkle.over_tile(below) == above == stored.tree.root
    with pytest.raises(MerkleError, match="31 bytes"):
        merkle.over_tile(below[:31])


def test_entries_come_back_from_their_bundle() -> None:
    some = [b"", b"x" * merkle.LONGEST_ENTRY, *entries(100)]
    content = merkle.bundle(some)
    assert merkle.entries_in(content, Tile(0, 7, len(some))) == some
    assert merkle.leaves_of(some) == b"".join(map(merkle.leaf_hash, some))
    for wrong in (content[:-1], content + b"\x00", content + b"\x00\x00", content[2:]):
        with pytest.raises(MerkleError, match=r"tile/entries/007\.p/102"):
            merkle.entries_in(wrong, Tile(0, 7, len(some)))
    with pytest.raises(MerkleError, match="65536 bytes"):
        merkle.bundle([b"x" * 65_536])


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(MerkleError, match=r"tile/0/000\.p/3 has 64 bytes, not 96"):
        merkle.hashes_in(b"x" * 64, Tile(0, 0, 3))


def test_what_a_tree_has_not_yet_is_not_made_up() -> None:
    hash_at = merkle.from_tiles(files(Stored(entries(5)), 5).__getitem__, 5)
    with pytest.raises(MerkleError, match="no subtree 1 of level 2"):
        hash_at(2, 1)
