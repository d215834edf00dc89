"""Roots and proofs are those of RFC 6962, for every small size; a proof that was touched proves nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Hash, MerkleError
from gorod.kernel.merkle.tests.factories import Stored, entries

SIZES = 40
# the entries and roots that implementations of Certificate Transparency are tested with
KNOWN = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
KNOWN.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ALL = Stored(entries(SIZES))
TREES = [Stored(entries(size)).tree.root for size in range(SIZES + 1)]


def of_the_rfc(some: list[bytes]) -> Hash:
    """MTH, word for word as RFC 6962 defines it."""
    if len(some) < 2:
        return merkle.leaf_hash(some[0]) if some else merkle.EMPTY
    k = 1
    while k * 2 < len(some):
        k *= 2
    return merkle.node_hash(of_the_rfc(some[:k]), of_the_rfc(some[k:]))


def test_roots_are_the_known_ones() -> None:
    assert [Stored(KNOWN[:size]).tree.root.hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize("size", range(SIZES + 1))
def test_a_tree_that_grew_has_the_root_of_the_definition(size: int) -> None:
    assert TREES[size] == of_the_rfc(entries(size))
    assert merkle.range_hash(ALL.hash_at, 0, size) == TREES[size], "also of a tree that has grown since"


@pytest.mark.parametrize("size", range(1, SIZES + 1))
def test_every_entry_is_proved_in_every_tree(size: int) -> None:
    for index, entry in enumerate(entries(size)):
        proof = merkle.inclusion_proof(ALL.hash_at, index, size)
        merkle.check_inclusion(leaf=merkle.leaf_hash(entry), index=index, size=size, proof=proof, root=TREES[size])
        assert len(proof) <= (size - 1).bit_length()


@pytest.mark.parametrize("new", range(SIZES + 1))
def test_every_tree_is_proved_to_begin_with_every_smaller_one(new: int) -> None:
    for old in range(new + 1):
        proof = merkle.consistency_proof(ALL.hash_at, old, new)
        merkle.check_consistency(old=old, old_root=TREES[old], new=new, new_root=TREES[new], proof=proof)


def touched(draw: st.DrawFn, proof: list[Hash]) -> list[Hash]:
    """Another proof: a bit turned, a hash left out, one more, two exchanged."""
    changed = list(proof)
    ways = ["more", *(["bit", "less"] if proof else []), *(["order"] if len(set(proof)) > 1 else [])]
    match draw(st.sampled_from(ways)):
        case "more":
            changed.insert(draw(st.integers(0, len(proof))), draw(st.binary(min_size=32, max_size=32)))
        case "less":
            del changed[draw(st.integers(0, len(proof) - 1))]
        case "bit":
            at, bit = draw(st.integers(0, len(proof) - 1)), draw(st.integers(0, 255))
            changed[at] = (int.from_bytes(changed[at], "big") ^ 1 << bit).to_bytes(32, "big")
        case "order":
            one = draw(st.integers(0, len(proof) - 2))
            changed[one], changed[one + 1] = changed[one + 1], changed[one]
    return changed


@given(data=st.data(), size=st.integers(1, SIZES))
def test_no_touched_proof_proves_an_entry(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(ALL.hash_at, index, size)
    leaf, root = merkle.leaf_hash(entries(size)[index]), TREES[size]
    wrong = touched(data.draw, proof)
    with pytest.raises(MerkleError):
        merkle.check_inclusion(leaf=leaf, index=index, size=size, proof=wrong, root=root)
    other = data.draw(st.integers(-1, size + 1).filter(lambda at: at != index))
    with pytest.raises(MerkleError):
        merkle.check_inclusion(leaf=leaf, index=other, size=size, proof=proof, root=root)
    with pytest.raises(MerkleError):
        merkle.check_inclusion(leaf=merkle.leaf_hash(b"another"), index=index, size=size, proof=proof, root=root)


@given(data=st.data(), new=st.integers(2, SIZES))
def test_no_touched_proof_proves_that_a_log_only_grew(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency_proof(ALL.hash_at, old, new)
    wrong = touched(data.draw, proof)
    with pytest.raises(MerkleError):
        merkle.check_consistency(old=old, old_root=TREES[old], new=new, new_root=TREES[new], proof=wrong)


@given(data=st.data(), new=st.integers(1, SIZES))
def test_a_forked_log_has_no_proof(data: st.DataObject, new: int) -> None:
    """Somebody's entry was exchanged after others had seen the tree."""
    old = data.draw(st.integers(1, new))
    at = data.draw(st.integers(0, old - 1))
    forked = Stored([b"forged" if number == at else entry for number, entry in enumerate(entries(new))])
    proof = merkle.consistency_proof(forked.hash_at, old, new)
    with pytest.raises(MerkleError):
        merkle.check_consistency(old=old, old_root=TREES[old], new=new, new_root=forked.tree.root, proof=proof)


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(MerkleError, match="shortened"):
        merkle.check_consistency(old=5, old_root=TREES[5], new=4, new_root=TREES[4], proof=[])
    with pytest.raises(MerkleError, match="only grows"):
        merkle.consistency_proof(ALL.hash_at, 5, 4)
    with pytest.raises(MerkleError, match="no entry 4 among 4"):
        merkle.inclusion_proof(ALL.hash_at, 4, 4)
