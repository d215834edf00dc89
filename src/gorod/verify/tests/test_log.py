"""A log that is what it says passes; whatever was done to it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gorod.kernel.errors import BadInput, Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, MerkleError, SignatureType
from gorod.kernel.merkle.tests.factories import entries
from gorod.verify import log
from gorod.verify.source import reading
from gorod.verify.tests.factories import KEYS, LOG, SIZE, tiled, written


def check(folder: Path, *, before: log.Seen | None = None, quorum: int = 0) -> tuple[log.Seen, list[bytes]]:
    read = reading(str(folder))
    now = log.seen(note=read("checkpoint"), key=LOG.key, witnesses=KEYS, quorum=quorum)
    return now, [entry for _, entry in log.entries(read=read, now=now, before=before)]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, SIZE])
def test_an_honest_log_passes_at_every_size(tmp_path: Path, size: int) -> None:
    some = entries(size)
    assert check(written(tmp_path, some))[1] == some


def test_a_log_that_grew_is_the_one_seen_before(tmp_path: Path) -> None:
    before, _ = check(written(tmp_path / "then", entries(300)))
    for size in (300, 301, SIZE):
        now, _ = check(written(tmp_path / str(size), entries(size)), before=before)
        assert now.checkpoint.size == size


def test_an_altered_entry_is_found(tmp_path: Path) -> None:
    written(tmp_path, entries(SIZE))
    bundle = tmp_path / "tile/entries/001"
    content = bytearray(bundle.read_bytes())
    content[-1] ^= 1
    bundle.write_bytes(content)
    with pytest.raises(MerkleError, match="do not lead to the root"):
        check(tmp_path)


def test_a_removed_entry_is_found(tmp_path: Path) -> None:
    some = entries(SIZE)
    written(tmp_path, some)
    (tmp_path / "tile/entries/001").write_bytes(merkle.bundle(some[256:511]))
    with pytest.raises(MerkleError, match="255 entries, not 256"):
        check(tmp_path)


def test_a_fork_is_found_by_whoever_saw_the_log_before(tmp_path: Path) -> None:
    """The city signs another past: to who comes for the first time it looks whole."""
    some = entries(SIZE)
    before, _ = check(written(tmp_path / "then", some[:300]))
    forked = [*some[:7], b"forged", *some[8:]]
    folder = written(tmp_path / "now", forked)
    assert check(folder)[1] == forked
    with pytest.raises(MerkleError, match="first 300 entries are not those"):
        check(folder, before=before)
    with pytest.raises(MerkleError, match="first 300 entries are not those"):
        check(written(tmp_path / "same size", forked[:300]), before=before)


def test_a_shortened_log_is_found(tmp_path: Path) -> None:
    before, _ = check(written(tmp_path / "then", entries(300)))
    with pytest.raises(MerkleError, match="had 300 entries and has 299"):
        check(written(tmp_path / "now", entries(299)), before=before)


def test_enough_witnesses_must_have_cosigned(tmp_path: Path) -> None:
    folder = written(tmp_path, entries(5), cosigned_by=1)
    now, _ = check(folder, quorum=1)
    assert [one.key for one in now.witnesses] == KEYS[:1]
    with pytest.raises(MerkleError, match="1 of 2 witnesses have cosigned this checkpoint, 2 are needed"):
        check(folder, quorum=2)


def test_another_key_has_not_signed(tmp_path: Path) -> None:
    note = (written(tmp_path, entries(5)) / "checkpoint").read_bytes()
    other = merkle.Signer(name=LOG.key.name, type=SignatureType.ED25519, seed=b"o" * 32)
    with pytest.raises(MerkleError, match="has not signed"):
        log.seen(note=note, key=other.key)


def test_another_log_of_the_same_key_is_named(tmp_path: Path) -> None:
    text = merkle.written_checkpoint(Checkpoint(origin="other.example/ledger", size=0, root=merkle.EMPTY))
    with pytest.raises(MerkleError, match="this is the log other"):
        log.seen(note=merkle.signed(text, LOG.line(text)).encode(), key=LOG.key)


def test_where_nothing_is_it_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no address and no folder"):
        reading(str(tmp_path / "nowhere"))
    with pytest.raises(Refused, match="cannot be read"):
        reading(str(tmp_path))("checkpoint")
    with pytest.raises(Refused, match="cannot be had"):
        reading("http://127.0.0.1:9/ledger")("checkpoint")


def test_a_few_tiles_tell_whether_a_log_has_only_grown(tmp_path: Path) -> None:
    some = entries(SIZE)
    before, _ = check(written(tmp_path / "then", some[:300]))
    nothing, _ = check(written(tmp_path / "empty", []))
    for name, now_has in (("same", some[:300]), ("more", some)):
        folder = tiled(tmp_path / name, now_has)
        now, _ = check(folder)
        asked: list[str] = []

        def read(path: str, folder: Path = folder, asked: list[str] = asked) -> bytes:
            asked.append(path)
            return (folder / path).read_bytes()

        log.grown(read=read, now=now, before=before)
        log.grown(read=read, now=now, before=nothing)
        assert len(asked) <= 4, "not the whole log"
    for forked in ([b"forged", *some[1:]], [b"forged", *some[1:300]]):
        folder = tiled(tmp_path / str(len(forked)), forked)
        with pytest.raises(MerkleError, match=r"differ|does not begin"):
            log.grown(read=reading(str(folder)), now=check(folder)[0], before=before)
    with pytest.raises(MerkleError, match="shortened"):
        log.grown(read=reading(str(tmp_path)), now=nothing, before=before)
