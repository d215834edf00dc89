"""What is written in a transaction stands in the log, as files that lead to a signed root; what was published stays as it was."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from django.db import connection, transaction

from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.records.ledger import api as ledger
from gorod.records.ledger import models
from gorod.records.ledger.logic import files
from gorod.verify import receipt as receipts

pytestmark = pytest.mark.django_db

LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Where the log's files are."""
    ledger.configure(folder=tmp_path)
    return tmp_path


def publish(folder: Path) -> int:
    """Number and publish all that waits. Returns the size of the log."""
    while ledger.number():
        pass
    ledger.publish(signer=LOG)
    return checked(folder)


def checked(folder: Path) -> int:
    """See, from the files alone, that the entries lead to the root that the city signed. Returns how many there are."""
    note = merkle.read_note((folder / "checkpoint").read_bytes())
    assert [one.key for one in merkle.verified(note, [LOG.key])] == [LOG.key]
    checkpoint = merkle.read_checkpoint(note.text)
    assert checkpoint.origin == LOG.key.name
    tree = merkle.Growing()
    for tile in merkle.tiles(checkpoint.size):
        if tile.level == 0:
            for entry in merkle.entries_in((folder / tile.bundle_path).read_bytes(), tile):
                tree.add(merkle.leaf_hash(entry))
    assert tree.root == checkpoint.root
    assert merkle.range_hash(files.hashes_of(folder, checkpoint.size), 0, checkpoint.size) == checkpoint.root
    return checkpoint.size


def content(number: int) -> dict[str, object]:
    return {"number": number, "amount": 100_00, "name": "Анна"}


def logged(folder: Path) -> list[bytes]:
    """The entries of the log, from its files."""
    size = checked(folder)
    tiles = [tile for tile in merkle.tiles(size) if tile.level == 0]
    return [entry for tile in tiles for entry in merkle.entries_in((folder / tile.bundle_path).read_bytes(), tile)]


def test_what_is_declared_is_read_by_everybody(folder: Path) -> None:
    ledger.declare(kind="release", content={"city": "moscow", "rules": ["a", "b"]})
    publish(folder)
    (entry,) = logged(folder)
    assert json.loads(entry) == {"kind": "release", "content": {"city": "moscow", "rules": ["a", "b"]}}


def orders(*found: str | None) -> list[list[str | None]]:
    """What waits together is numbered in any order."""
    return [list(order) for order in permutations(found)]


def test_of_a_state_what_changed_is_declared(folder: Path) -> None:
    first, second = {"a": "1", "b": "1"}, {"b": "2", "c": "1"}
    assert [ledger.declare_state(kind="rule", state=state) for state in (first, first, second, first)] == [2, 0, 3, 3]
    assert ledger.declare_state(kind="value", state=first) == 2, "another state"
    publish(folder)
    told = [json.loads(entry)["content"] for entry in logged(folder) if json.loads(entry)["kind"] == "rule"]
    assert [one["is"] for one in told if one["name"] == "c"] in orders("1", None)
    assert [one["is"] for one in told if one["name"] == "a"] in orders("1", None, "1")
    assert [one["is"] for one in told if one["name"] == "b"] in orders("1", "2", "1")


def test_of_a_person_nothing_is_read_and_everything_is_proved(folder: Path) -> None:
    who, abouts = new_id(), [new_id() for _ in range(40)]
    ids = [
        ledger.commit(party_id=who, about=about, kind="decision", content=content(number))
        for number, about in enumerate(abouts)
    ]
    assert publish(folder) == 40
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "Анна".encode() not in everything and b"amount" not in everything
    assert not [entry_id for entry_id in (who, *ids, *abouts) if str(entry_id).encode() in everything]
    entries = logged(folder)
    for number, about in enumerate(abouts):
        (opening,) = ledger.openings(party_id=who, about=about)
        assert (opening.entry_id, opening.content) == (ids[number], content(number))
        hidden = canonical_json({"kind": "decision", "content": opening.content})
        found = receipts.read(receipts.written(ledger.receipt(opening=opening)).encode())
        commitment = sha256(opening.salt + hidden).hexdigest()
        assert json.loads(entries[found.index]) == {"kind": "decision", "commitment": commitment}
        receipts.check(found, checkpoint=merkle.read_checkpoint(merkle.read_note(found.checkpoint.encode()).text))


def test_the_same_thing_twice_cannot_be_told_to_be_the_same(folder: Path) -> None:
    """Nor can somebody who guesses what was decided see whether they guessed right."""
    for _ in range(2):
        ledger.commit(party_id=new_id(), about=new_id(), kind="decision", content=content(1))
    publish(folder)
    one, other = logged(folder)
    assert one != other


def test_what_was_rolled_back_is_nowhere(folder: Path) -> None:
    with transaction.atomic():
        ledger.commit(party_id=new_id(), about=new_id(), kind="decision", content=content(1))
        transaction.set_rollback(True)
    ledger.declare(kind="release", content={})
    assert publish(folder) == 1
    assert not models.Opening.objects.exists()


def test_a_log_that_grows_in_steps_of_any_size(folder: Path) -> None:
    random, size = Random(5), 0
    for step in [1, 1, 254, 1, 255, 256, 300, *(random.randrange(1, 90) for _ in range(8))]:
        for number in range(step):
            ledger.declare(kind="release", content={"number": size + number})
        size += step
        before = (folder / "checkpoint").read_bytes() if (folder / "checkpoint").exists() else b""
        assert publish(folder) == size
        assert before != (folder / "checkpoint").read_bytes()
    full = [path for path in folder.rglob("*") if path.is_file() and path.parent.suffix != ".p"]
    kept = list(folder.rglob("*.p"))
    assert len(full) == 1 + 1 + 2 * (size // 256), "the checkpoint, the lock, tiles and their bundles"
    assert all(not path.with_suffix("").exists() for path in kept), "nothing narrower beside a full one"
    assert ledger.number() == 0
    assert ledger.publish(signer=LOG) is None, "nothing is new"


def test_a_kill_at_any_file_is_made_up_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def declared(count: int) -> None:
        for number in range(count):
            ledger.declare(kind="release", content={"number": number})
        while ledger.number():
            pass

    declared(300)
    publish(folder)
    declared(700)
    real, left = files.write_whole, 0

    def write(path: Path, text: bytes) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        real(path, text)

    monkeypatch.setattr(files, "write_whole", write)
    kills = 0
    for at in range(20):
        left = at
        try:
            ledger.publish(signer=LOG)
        except Killed:
            kills += 1
            assert checked(folder) == 300, "the world sees what it saw"
    assert kills > 5
    assert checked(folder) == 1000


def test_an_entry_that_was_changed_in_the_database_is_never_published(folder: Path) -> None:
    for number in range(10):
        ledger.declare(kind="release", content={"number": number})
    publish(folder)
    before = (folder / "checkpoint").read_bytes()
    models.Entry.objects.filter(index=3).update(entry=b'{"kind":"release","content":{"number":99}}')
    ledger.declare(kind="release", content={"number": 10})
    ledger.number()
    with pytest.raises(Conflict, match="not those that were published"):
        ledger.publish(signer=LOG)
    models.Entry.objects.filter(index=3).delete()
    with pytest.raises(Conflict, match="1 are missing"):
        ledger.publish(signer=LOG)
    assert (folder / "checkpoint").read_bytes() == before


def test_a_database_from_an_older_copy_publishes_nothing(folder: Path) -> None:
    for number in range(10):
        ledger.declare(kind="release", content={"number": number})
    with transaction.atomic():
        publish(folder)
        transaction.set_rollback(True)
    models.Head.objects.update_or_create(id=1, defaults={"size": 0, "subtrees": b""})
    with pytest.raises(Conflict, match="has 10 entries, the database 0"):
        ledger.publish(signer=LOG)


def test_too_long_is_refused_at_once() -> None:
    with pytest.raises(Refused, match="at most 65535 bytes"):
        ledger.declare(kind="release", content={"text": "x" * 70_000})


def test_what_is_not_published_has_no_receipt(folder: Path) -> None:
    who, about = new_id(), new_id()
    ledger.commit(party_id=who, about=about, kind="decision", content=content(1))
    (opening,) = ledger.openings(party_id=who, about=about)
    for _ in range(2):
        with pytest.raises(NotFound, match="not in the published ledger yet"):
            ledger.receipt(opening=opening)
        ledger.number()
    assert ledger.openings(party_id=new_id(), about=about) == [], "somebody else's"


@pytest.mark.django_db(transaction=True)
def test_several_that_number_at_once_leave_no_gap_and_no_double(folder: Path) -> None:
    def declared(number: int) -> UUID:
        try:
            with transaction.atomic():
                found = ledger.declare(kind="release", content={"number": number})
            ledger.number(limit=3)
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        ids = list(pool.map(declared, range(60)))
    assert publish(folder) == 60
    assert set(models.Entry.objects.values_list("entry_id", flat=True)) == set(ids)
