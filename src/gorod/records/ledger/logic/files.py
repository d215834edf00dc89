"""The log as files. They follow from the table of entries: what a kill left out is written the next time, and what is written twice
is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from gorod.kernel.errors import Conflict
from gorod.kernel.files import write_whole
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.api import Tile
from gorod.kernel.merkle.data import Checkpoint, Hash, HashAt
from gorod.records.ledger import models
from gorod.records.ledger.logic.numbering import tree_of


def published(folder: Path) -> Checkpoint | None:
    """The checkpoint that the world can see; None before the first."""
    path = folder / merkle.CHECKPOINT
    if not path.exists():
        return None
    return merkle.read_checkpoint(merkle.read_note(path.read_bytes()).text)


def write_tiles(folder: Path, before: Checkpoint | None, head: models.Head) -> bool:
    """Write every tile that the log has and the one published `before` has not. Returns whether there is something new.

    Raises Conflict when the database knows less than was published, or something else.
    """
    had = before.size if before else 0
    if head.size < had:
        raise Conflict(
            f"the ledger in {folder} has {had} entries, the database {head.size}",
            remedy="it was restored from an older copy: put the entries back from the ledger's files before anything is added",
        )
    for tile in merkle.tiles(head.size, since=had):
        content = _over_entries(folder, tile) if tile.level == 0 else _over_tiles(folder, tile, had)
        _write(folder / tile.path, content)
    if before is not None and _root(folder, head, had) != before.root:
        raise Conflict(
            f"the first {had} entries in the database are not those that were published",
            remedy="somebody changed the table: find out who, and put back what the ledger's files say",
        )
    return head.size > had


def _root(folder: Path, head: models.Head, had: int) -> Hash:
    """What the log in the database came to when it had so many entries."""
    return tree_of(head).root if head.size == had else merkle.range_hash(hashes_of(folder, head.size), 0, had)


def tidy(folder: Path, *, had: int, size: int) -> None:
    """Remove the narrower tiles of those that have become full since the log had so many entries: nobody needs them any more."""
    for tile in merkle.tiles(size, since=had):
        if tile.width == merkle.WIDTH:
            shutil.rmtree(folder / f"{tile.path}.p", ignore_errors=True)
            if tile.level == 0:
                shutil.rmtree(folder / f"{tile.bundle_path}.p", ignore_errors=True)


def hashes_of(folder: Path, size: int) -> HashAt:
    """The hashes of a tree of this size, from the files."""
    return merkle.from_tiles(lambda tile: (folder / tile.path).read_bytes(), size)


def _over_entries(folder: Path, tile: Tile) -> bytes:
    """A tile of leaves, and beside it the bundle of the entries themselves."""
    first = tile.index * merkle.WIDTH
    rows = models.Entry.objects.filter(index__gte=first, index__lt=first + tile.width).order_by("index")
    entries = [bytes(entry) for entry in rows.values_list("entry", flat=True)]
    if len(entries) != tile.width:
        raise Conflict(
            f"of the entries from {first} on {tile.width - len(entries)} are missing in the database",
            remedy="find out who removed them, and put back what the ledger's files say",
        )
    _write(folder / tile.bundle_path, merkle.bundle(entries))
    return merkle.leaves_of(entries)


def _over_tiles(folder: Path, tile: Tile, had: int) -> bytes:
    """A tile over full tiles. What the tree of `had` entries had of it is taken from there."""
    narrower = merkle.tile_at(tile.level, tile.index, had)
    known = (folder / narrower.path).read_bytes() if narrower else b""
    first = tile.index * merkle.WIDTH
    below = range(first + (narrower.width if narrower else 0), first + tile.width)
    more = [merkle.over_tile((folder / Tile(tile.level - 1, index).path).read_bytes()) for index in below]
    return b"".join([known, *more])


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
