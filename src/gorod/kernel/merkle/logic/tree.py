"""The Merkle tree of RFC 6962, section 2.1: hashes, roots, proofs. Verifying follows RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from gorod.kernel.merkle.data import Hash, HashAt, MerkleError

EMPTY: Hash = sha256(b"").digest()


def leaf_hash(entry: bytes) -> Hash:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def whole_subtrees(start: int, end: int) -> Iterable[tuple[int, int]]:
    """The whole subtrees (level, index) that the entries from `start` to `end` fall into, from left to right, where `start` is the
    first of a subtree that holds them all, as it is wherever a tree is split."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def range_hash(hash_at: HashAt, start: int, end: int) -> Hash:
    """MTH(D[start:end]) for a range that a tree is split into."""
    return joined([hash_at(level, index) for level, index in whole_subtrees(start, end)])


def joined(subtrees: Sequence[Hash]) -> Hash:
    """The hash over whole subtrees of falling size; of none the root of the empty tree."""
    if not subtrees:
        return EMPTY
    *others, found = subtrees
    for other in reversed(others):
        found = node_hash(other, found)
    return found


def _split(size: int) -> int:
    """The largest power of two below a size of 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(hash_at: HashAt, index: int, size: int) -> list[Hash]:
    """PATH(index, D[size]), from the leaf upwards. Raises MerkleError when there is no such entry."""
    if not 0 <= index < size:
        raise MerkleError(f"there is no entry {index} among {size}", remedy="ask for one that the checkpoint covers")
    proof: list[Hash] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_hash(hash_at, middle, end))
            end = middle
        else:
            proof.append(range_hash(hash_at, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(hash_at: HashAt, old: int, new: int) -> list[Hash]:
    """PROOF(old, D[new]); empty for equal sizes and from the empty tree. Raises MerkleError when the new tree is smaller."""
    if not 0 <= old <= new:
        raise MerkleError(f"a tree of {old} entries cannot grow to {new}", remedy="a log only grows: raise an alarm")
    if old in (0, new):
        return []
    proof: list[Hash] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_hash(hash_at, middle, end))
            end = middle
        else:
            proof.append(range_hash(hash_at, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(range_hash(hash_at, start, end))
    return proof[::-1]


def check_inclusion(*, leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> None:
    """See that a leaf's hash stands at `index` of the tree of `size` entries with this root. Raises MerkleError if it does not."""
    if not 0 <= index < size:
        raise MerkleError(f"there is no entry {index} among {size}", remedy="take the checkpoint that covers it")
    found, at, last = leaf, index, size - 1
    for other in proof:
        if last == 0:
            raise MerkleError("the inclusion proof is too long", remedy="ask the log again; raise an alarm if it stays")
        if at & 1 or at == last:
            found = node_hash(other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, other)
        at, last = at >> 1, last >> 1
    if last != 0 or found != root:
        raise MerkleError(
            f"entry {index} is not in the tree of {size} entries", remedy="the log leaves it out: raise an alarm"
        )


def check_consistency(*, old: int, old_root: Hash, new: int, new_root: Hash, proof: Sequence[Hash]) -> None:
    """See that the tree of `new` entries begins with that of `old`. Raises MerkleError when it does not."""
    if not 0 <= old <= new:
        raise MerkleError(f"the log had {old} entries and has {new}", remedy="it was shortened: raise an alarm")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY):
            raise MerkleError(
                f"two trees of {new} entries differ" if old == new else "the proof from the empty tree is not empty",
                remedy="the log was forked: raise an alarm" if old == new else "send no proof from size 0",
            )
        return
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        raise MerkleError("the consistency proof is empty", remedy="ask the log for the proof between these sizes")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            raise MerkleError(
                "the consistency proof is too long", remedy="ask the log again; raise an alarm if it stays"
            )
        if at & 1 or at == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, other)
        at, last = at >> 1, last >> 1
    if last != 0 or first != old_root or second != new_root:
        raise MerkleError(
            f"the tree of {new} entries does not begin with that of {old}", remedy="the log was forked: raise an alarm"
        )


class Growing:
    """A tree that grows at its end: its whole subtrees, of which there are as many as ones in its size."""

    def __init__(self, subtrees: Sequence[Hash] = (), size: int = 0) -> None:
        self.size = size
        self.subtrees = list(subtrees)

    def add(self, added: Hash, level: int = 0) -> list[tuple[int, int, Hash]]:
        """Add a leaf's hash, or that of a whole subtree of `level` where the size is a multiple of its. Returns the whole subtrees
        that are new: level, index, hash; the one added first."""
        found, width, size = added, 1 << level, self.size >> level
        new = [(level, size, added)]
        while size & 1:
            found = node_hash(self.subtrees.pop(), found)
            size, level = size >> 1, level + 1
            new.append((level, size, found))
        self.subtrees.append(found)
        self.size += width
        return new

    @property
    def root(self) -> Hash:
        """MTH of everything."""
        return joined(self.subtrees)
