"""Nothing is published that too few have witnessed, and witnesses that saw one log do not cosign another."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from gorod.kernel.errors import Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.records.ledger import api as ledger
from gorod.records.ledger import models
from gorod.records.ledger.data import WitnessAt
from gorod.records.ledger.logic import witnesses
from gorod.verify import log
from gorod.verify.witness import Witness, serving

pytestmark = pytest.mark.django_db
LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    ledger.configure(folder=tmp_path / "log")
    witnesses._known.clear()
    return tmp_path / "log"


@pytest.fixture
def three(tmp_path: Path) -> Iterator[list[WitnessAt]]:
    """Two witnesses that answer, and one that does not."""
    found, servers = [], []
    for name in "ab":
        signer = merkle.Signer(name=f"{name}.example/w", type=SignatureType.COSIGNATURE, seed=name.encode() * 32)
        (tmp_path / name).mkdir()
        witness = Witness(signer=signer, logs=[LOG.key], folder=tmp_path / name)
        server = serving(witness, host="127.0.0.1", port=0)
        servers.append((server, Thread(target=server.serve_forever)))
        found.append(WitnessAt(key=signer.key, url=f"http://127.0.0.1:{server.server_address[1]}"))
    absent = merkle.Signer(name="c.example/w", type=SignatureType.COSIGNATURE, seed=b"c" * 32)
    found.append(WitnessAt(key=absent.key, url=f"http://127.0.0.1:{free_port()}"))
    for _server, thread in servers:
        thread.start()
    yield found
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def declared(*numbers: int) -> None:
    for number in numbers:
        ledger.declare(kind="release", content={"number": number})
    ledger.number()


def shown(folder: Path, asked: list[WitnessAt], quorum: int) -> log.Seen:
    note = (folder / "checkpoint").read_bytes()
    return log.seen(note=note, key=LOG.key, witnesses=[one.key for one in asked], quorum=quorum)


def test_it_is_published_when_enough_have_cosigned(folder: Path, three: list[WitnessAt]) -> None:
    for size in (1, 2, 300):
        declared(*range(size - models.Entry.objects.count()))
        published = ledger.publish(signer=LOG, witnesses=three, quorum=2)
        assert published is not None and (published.size, published.cosigned) == (size, 2)
        assert published.silent.keys() == {"c.example/w"} and "does not answer" in published.silent["c.example/w"]
        assert shown(folder, three, 2).checkpoint.size == size


def test_too_few_and_the_world_sees_what_it_saw(folder: Path, three: list[WitnessAt]) -> None:
    declared(1)
    ledger.publish(signer=LOG, witnesses=three, quorum=2)
    declared(2)
    with pytest.raises(
        Refused, match=r"2 of 3 witnesses cosign the ledger, 3 are needed: c\.example/w: it does not answer"
    ):
        ledger.publish(signer=LOG, witnesses=three, quorum=3)
    assert shown(folder, three, 2).checkpoint.size == 1
    ledger.publish(signer=LOG, witnesses=three, quorum=2)
    assert shown(folder, three, 2).checkpoint.size == 2


def test_a_log_that_forgot_how_far_they_are_is_told(folder: Path, three: list[WitnessAt]) -> None:
    declared(1, 2, 3)
    ledger.publish(signer=LOG, witnesses=three, quorum=2)
    witnesses._known.clear()
    declared(4)
    published = ledger.publish(signer=LOG, witnesses=three, quorum=2)
    assert published is not None and published.cosigned == 2


def test_a_city_that_rewrites_its_past_is_not_witnessed(folder: Path, three: list[WitnessAt]) -> None:
    """Its own copy of what it published it can throw away, that of the witnesses it cannot."""
    declared(1, 2, 3)
    ledger.publish(signer=LOG, witnesses=three, quorum=2)
    models.Entry.objects.all().delete()
    models.Head.objects.all().delete()
    (folder / "checkpoint").unlink()
    declared(1, 2, 99, 4)
    with pytest.raises(Refused, match="0 of 3 witnesses cosign"):
        ledger.publish(signer=LOG, witnesses=three, quorum=2)
    assert not (folder / "checkpoint").exists()
