"""Checking a whole log: who signed it, that its entries lead to the signed root, and that it is still the one seen before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, Cosigned, MerkleError, VerifierKey
from gorod.verify.source import Read


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A checkpoint that holds: what it says, the note itself, and which of the witnesses asked for have cosigned it."""

    checkpoint: Checkpoint
    note: bytes
    witnesses: tuple[Cosigned, ...]


def seen(*, note: bytes, key: VerifierKey, witnesses: Collection[VerifierKey] = (), quorum: int = 0) -> Seen:
    """Read a checkpoint that the log has signed and at least `quorum` of the witnesses have cosigned. Raises MerkleError."""
    read = merkle.read_note(note)
    signers = merkle.verified(read, [key, *witnesses])
    if key not in [one.key for one in signers]:
        raise MerkleError(
            f"{key.name} has not signed this checkpoint", remedy="see whether the key is the log's, from another place"
        )
    cosigned = tuple(one for one in signers if one.key != key)
    if len(cosigned) < quorum:
        raise MerkleError(
            f"{len(cosigned)} of {len(witnesses)} witnesses have cosigned this checkpoint, {quorum} are needed",
            remedy="ask again in a moment; if it stays so, the log may show others something else: raise an alarm",
        )
    checkpoint = merkle.read_checkpoint(read.text)
    if checkpoint.origin != key.name:
        raise MerkleError(
            f"this is the log {checkpoint.origin}, not {key.name}", remedy="take the address of the log that you mean"
        )
    return Seen(checkpoint=checkpoint, note=note, witnesses=cosigned)


def entries(
    *,
    read: Read,
    now: Seen,
    before: Seen | None = None,
    first: int = 0,
    done: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, bytes]]:
    """Every entry of the log and where it is, in order. `done` hears after each bundle how many there were.

    At the end it is known that they lead to the signed root, and that the log of `before` stands unchanged at their beginning.
    `first`: only bundles from that of this entry on are fetched; of those before only hashes are, which are proved with the others.
    Raises MerkleError otherwise; what was given until then is not proved.
    """
    known = before.checkpoint if before else None
    size, root = now.checkpoint.size, now.checkpoint.root
    if known is not None and known.size > size:
        raise MerkleError(f"the log had {known.size} entries and has {size}", remedy="it was shortened: raise an alarm")
    tree = merkle.Growing()
    hash_at = merkle.from_tiles(lambda tile: read(tile.path), size)
    for tile in merkle.tiles(size):
        if tile.level > 0:
            break
        if (tile.index + 1) * merkle.WIDTH <= first and known is None:
            tree.add(hash_at(merkle.HEIGHT, tile.index), merkle.HEIGHT)
            continue
        for index, entry in enumerate(merkle.entries_in(read(tile.bundle_path), tile), tree.size):
            if known is not None and tree.size == known.size:
                _same(tree, known)
            tree.add(merkle.leaf_hash(entry))
            yield index, entry
        if done is not None:
            done(tree.size)
    if known is not None and tree.size == known.size:
        _same(tree, known)
    if tree.root != root:
        raise MerkleError(
            f"the {size} entries do not lead to the root that was signed",
            remedy="entries were changed, or this copy is spoilt: take another one; if it is the same, raise an alarm",
        )


def _same(tree: merkle.Growing, known: Checkpoint) -> None:
    if tree.root != known.root:
        raise MerkleError(
            f"the first {known.size} entries are not those that were seen before",
            remedy="the log was forked; both checkpoints are signed and prove it: raise an alarm, and keep both",
        )


def grown(*, read: Read, now: Seen, before: Seen) -> None:
    """See that the log has only grown since `before`, by a few of its tiles. Raises MerkleError when it has not."""
    old, new = before.checkpoint, now.checkpoint
    hash_at = merkle.from_tiles(lambda tile: read(tile.path), new.size)
    proof = merkle.consistency_proof(hash_at, old.size, new.size) if 0 < old.size < new.size else []
    merkle.check_consistency(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=proof)
