"""Notes are signed, read and refused as their specification says."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, MerkleError, SignatureType

# the example in the documentation of Go's golang.org/x/mod/sumdb/note
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
# the example of tlog-checkpoint
SOFA = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
LOG = merkle.Signer(name="city.example/log", type=SignatureType.ED25519, seed=b"l" * 32)
WITNESS = merkle.Signer(name="witness.example/w1", type=SignatureType.COSIGNATURE, seed=b"w" * 32)
HEAD = Checkpoint(origin="city.example/log", size=3, root=b"r" * 32)


def cosigned(time: int = 1_700_000_000) -> str:
    text = merkle.written_checkpoint(HEAD)
    return merkle.signed(text, LOG.line(text), WITNESS.line(text, time=time))


def test_the_known_note_is_signed_and_verified_alike() -> None:
    peter = merkle.Signer(name="PeterNeumann", type=SignatureType.ED25519, seed=SEED)
    assert merkle.written_key(peter.key) == KEY
    assert peter.line(TEXT) == LINE
    note = merkle.read_note(merkle.signed(TEXT, LINE).encode())
    assert note.text == TEXT
    assert [one.key for one in merkle.verified(note, [merkle.read_key(KEY)])] == [peter.key]


def test_a_checkpoint_is_read_and_written_alike() -> None:
    found = merkle.read_checkpoint(SOFA)
    assert (found.origin, found.size, found.root[:2]) == ("example.com/behind-the-sofa", 20_852_163, b"\x0a\xc5")
    assert merkle.written_checkpoint(found) == SOFA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com\n1\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.com\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.com\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.com\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        "example.com\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n",
        "example.com\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MerkleError, match="no checkpoint"):
        merkle.read_checkpoint(text)


def test_a_cosignature_says_when() -> None:
    note = merkle.read_note(cosigned(time=1_679_315_147).encode())
    found = {one.key.name: one.time for one in merkle.verified(note, [LOG.key, WITNESS.key])}
    assert found == {"city.example/log": 0, "witness.example/w1": 1_679_315_147}


def test_signatures_of_strangers_are_passed_over() -> None:
    """Also those of a stranger who took a known name."""
    text = merkle.written_checkpoint(HEAD)
    stranger = merkle.Signer(name=LOG.key.name, type=SignatureType.ED25519, seed=b"s" * 32)
    note = merkle.read_note(merkle.signed(text, stranger.line(text), LOG.line(text)).encode())
    assert [one.key for one in merkle.verified(note, [LOG.key])] == [LOG.key]
    assert merkle.verified(note, [WITNESS.key]) == []


def test_one_key_counts_once() -> None:
    text = merkle.written_checkpoint(HEAD)
    lines = [WITNESS.line(text, time=time) for time in range(1, 9)]
    note = merkle.read_note(merkle.signed(text, *lines).encode())
    assert len(merkle.verified(note, [WITNESS.key])) == 1


@given(data=st.data())
def test_a_note_that_was_touched_is_refused_or_as_it_was(data: st.DataObject) -> None:
    """One character more, less or other, anywhere: nobody is said to have signed another text."""
    whole = cosigned()
    at = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.sampled_from("0aZ+/= \n—\x00é"))
    changed = data.draw(st.sampled_from([whole[:at] + whole[at + 1 :], whole[:at] + letter + whole[at + 1 :]]))
    try:
        note = merkle.read_note(changed.encode())
        found = merkle.verified(note, [LOG.key, WITNESS.key])
    except MerkleError:
        return
    assert not found or note.text == merkle.written_checkpoint(HEAD)


@given(content=st.binary(max_size=300))
def test_anything_else_is_refused_and_never_a_fault(content: bytes) -> None:
    with pytest.raises(MerkleError, match="no signed note"):
        merkle.read_note(content)


@pytest.mark.parametrize(
    "text", ["", "a+b+c", KEY.replace("c74f20a3", "c74f20a4"), f"{KEY}A", KEY.replace("+AR", "+AV")]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MerkleError, match="no key"):
        merkle.read_key(text)


def test_a_key_cannot_have_any_name() -> None:
    with pytest.raises(MerkleError, match="cannot name a key"):
        merkle.Signer(name="two words", type=SignatureType.ED25519, seed=b"x" * 32)
