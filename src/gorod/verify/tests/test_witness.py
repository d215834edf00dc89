"""A witness cosigns what has grown, over HTTP and one thing at a time, and nothing else; a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, SignatureType
from gorod.kernel.merkle.tests.factories import Stored, entries
from gorod.verify import asking
from gorod.verify.witness import LONGEST, SIZE, Witness, serving

LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)
SIGNER = merkle.Signer(name="witness.example/w", type=SignatureType.COSIGNATURE, seed=b"w" * 32)
STORED = Stored(entries(100))
FORKED = Stored([b"forged", *entries(100)[1:]])


def asks(old: int, new: int, stored: Stored = STORED, *, signer: merkle.Signer = LOG, proof: bool = True) -> bytes:
    """The body that a log sends."""
    root = merkle.range_hash(stored.hash_at, 0, new)
    text = merkle.written_checkpoint(Checkpoint(origin=LOG.key.name, size=new, root=root))
    hashes = merkle.consistency_proof(stored.hash_at, old, new) if proof and old <= new else []
    note = merkle.signed(text, signer.line(text)).encode()
    return asking.written(asking.Asked(old=old, proof=tuple(hashes), note=note))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(signer=SIGNER, logs=[LOG.key], folder=tmp_path)


def status(witness: Witness, body: bytes) -> int:
    return witness.add_checkpoint(body).status.value


def test_it_cosigns_what_grows(witness: Witness, tmp_path: Path) -> None:
    for old, new in ((0, 1), (1, 1), (1, 7), (7, 64), (64, 100)):
        body = asks(old, new)
        reply = witness.add_checkpoint(body)
        assert reply.status == 200
        note = merkle.read_note(asking.read(body).note + reply.body.encode())
        assert [one.key for one in merkle.verified(note, [SIGNER.key])] == [SIGNER.key]
        assert witness.last(LOG.key.name).size == new
    assert Witness(signer=SIGNER, logs=[LOG.key], folder=tmp_path).last(LOG.key.name).size == 100, "after a restart"


def test_whoever_does_not_know_how_far_it_is_learns_it(witness: Witness) -> None:
    witness.add_checkpoint(asks(0, 40))
    reply = witness.add_checkpoint(asks(0, 50))
    assert (reply.status, reply.body, reply.kind) == (409, "40\n", SIZE)
    assert status(witness, asks(40, 50)) == 200


def test_a_fork_is_not_cosigned(witness: Witness) -> None:
    witness.add_checkpoint(asks(0, 40))
    assert status(witness, asks(40, 50, FORKED)) == 422
    assert status(witness, asks(40, 40, FORKED)) == 409, "another tree of the same size"
    assert status(witness, asks(40, 50, proof=False)) == 422
    assert status(witness, asks(30, 30)) == 409, "nor is an older one"
    assert witness.last(LOG.key.name).size == 40


def test_who_asks_wrongly_is_told(witness: Witness) -> None:
    stranger = merkle.Signer(name=LOG.key.name, type=SignatureType.ED25519, seed=b"s" * 32)
    assert status(witness, asks(0, 5, signer=stranger)) == 403
    assert status(witness, asks(9, 5)) == 400
    other = merkle.written_checkpoint(Checkpoint(origin="other.example", size=0, root=merkle.EMPTY))
    note = merkle.signed(other, LOG.line(other)).encode()
    assert status(witness, asking.written(asking.Asked(old=0, proof=(), note=note))) == 404
    assert witness.last(LOG.key.name).size == 0


@given(body=st.binary(max_size=400))
def test_anything_else_is_a_bad_request(body: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    nobody = Witness(signer=SIGNER, logs=[LOG.key], folder=tmp_path_factory.getbasetemp())
    assert status(nobody, body) == 400


def test_of_several_at_once_none_rolls_it_back(witness: Witness) -> None:
    """Two that grow from the same size: one is cosigned, the other hears how far it is."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        replies = list(pool.map(witness.add_checkpoint, [asks(0, new) for new in range(1, 60)]))
    assert sorted(reply.status.value for reply in replies) == [200, *[409] * 58]
    (cosigned,) = (new for new, reply in enumerate(replies, 1) if reply.status == 200)
    assert witness.last(LOG.key.name).size == cosigned


@pytest.fixture
def port(witness: Witness) -> Iterator[int]:
    server = serving(witness, host="127.0.0.1", port=0)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_over_http_with_one_connection(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    for path, body, wanted in (
        ("/add-checkpoint", asks(0, 3), 200),
        ("/add-checkpoint", asks(0, 9), 409),
        ("/add-checkpoint", asks(3, 9), 200),
        ("/elsewhere", b"", 404),
    ):
        connection.request("POST", path, body)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == wanted
    connection.putrequest("POST", "/add-checkpoint")
    connection.putheader("Content-Length", str(LONGEST + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413, "before it is read"
    connection.close()
