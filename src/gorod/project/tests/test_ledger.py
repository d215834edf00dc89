"""The commands around the ledger, as somebody with a terminal uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.kernel.merkle.tests.factories import entries
from gorod.project import cli
from gorod.verify import receipt
from gorod.verify.tests.factories import LOG, tiled
from gorod.verify.tests.test_receipt import WHOLE

KEY = merkle.written_key(LOG.key)
Told = Callable[[], str]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Told:
    """What was printed since the last time."""

    def said() -> str:
        captured = capfd.readouterr()
        return " ".join((captured.out + captured.err).split())  # as wide as any terminal

    return said


def test_a_log_is_verified_and_remembered(tmp_path: Path, told: Told) -> None:
    remember = tmp_path / "seen"
    words = ["--key", KEY, "--remember", str(remember)]
    assert cli.main(["verify", "log", str(tiled(tmp_path / "then", entries(5))), *words]) == 0
    assert "city.example/ledger holds: 5 entries" in told()
    assert cli.main(["verify", "log", str(tiled(tmp_path / "now", entries(9))), *words]) == 0
    assert "the 5 entries seen before are unchanged" in told()
    forked = tiled(tmp_path / "forked", [b"forged", *entries(12)])
    assert cli.main(["verify", "log", str(forked), *words]) == 1
    assert "first 9 entries are not those that were seen before" in told()


def test_a_receipt_is_verified_from_its_file(tmp_path: Path, told: Told) -> None:
    file, forged = tmp_path / "receipt.json", tmp_path / "forged.json"
    file.write_text(receipt.written(WHOLE))
    forged.write_text(receipt.written(WHOLE).replace("true", "false"))
    words = ["verify", "receipt", str(file), "--key", KEY]
    assert cli.main(words) == 0
    assert "This was recorded as entry 7 of the log city.example/ledger" in told()
    assert cli.main(["verify", "receipt", str(forged), "--key", KEY]) == 1
    assert "was not recorded, or not with these words" in told()
    assert cli.main(["verify", "receipt", str(tmp_path / "nowhere"), "--key", KEY]) == 2


def test_what_a_log_says_does_not_reach_the_terminal_as_it_is(tmp_path: Path, told: Told) -> None:
    tricks = ['{"kind":"[link=x]press[/]"}', '{"kind":"\\u001b[2J"}', '{"kind":["a"]}', "[1]", "no JSON"]
    folder = tiled(tmp_path / "log", [trick.encode() for trick in tricks])
    assert cli.main(["verify", "log", str(folder), "--key", KEY]) == 0
    said = told()
    assert "1 [link=x]press[/]" in said and "1 ?[2J" in said and "2 something else" in said


def test_a_monitor_alarms_and_keeps_the_proof(tmp_path: Path, told: Told) -> None:
    remember = tmp_path / "seen"
    words = ["--key", KEY, "--remember", str(remember), "--once"]
    for size in (5, 5, 300):
        assert cli.main(["monitor", "--log", str(tiled(tmp_path / str(size), entries(size))), *words]) == 0
        assert f"{size} entries" in told()
    forked = tiled(tmp_path / "forked", [b"forged", *entries(400)])
    assert cli.main(["monitor", "--log", str(forked), *words]) == 1
    assert "ALARM: the tree of 401 entries does not begin with that of 300" in told()
    for name, size in (("seen", 300), ("seen.alarm", 401)):
        note = merkle.read_note((tmp_path / name).read_bytes())
        assert merkle.verified(note, [LOG.key]), "both are signed by the city: that is the proof"
        assert merkle.read_checkpoint(note.text).size == size


def test_a_log_that_cannot_be_reached_is_no_alarm(tmp_path: Path, told: Told) -> None:
    words = ["--key", KEY, "--remember", str(tmp_path / "seen"), "--once"]
    assert cli.main(["monitor", "--log", "http://127.0.0.1:9/ledger", *words]) == 1
    said = told()
    assert "cannot be had" in said and "ALARM" not in said


def test_a_witness_needs_an_address_and_a_key(tmp_path: Path, told: Told) -> None:
    words = ["witness", "--name", "w.example", "--folder", str(tmp_path)]
    assert cli.main([*words, "--log-key", KEY, "--listen", "7380"]) == 1
    assert "is no address and port" in told()
    assert cli.main([*words, "--log-key", "nonsense"]) == 1
    assert "is no key of a log or witness" in told()


def test_a_city_makes_a_key_and_prints_its_public_half(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["ledger", "--new-key", "city.example/ledger"]) == 0
    private = told()
    assert private.startswith("PRIVATE+KEY+city.example/ledger+")
    monkeypatch.setenv("GOROD_LEDGER_KEY", private)
    assert cli.main(["ledger", "--key"]) == 0
    assert merkle.read_key(told()) == merkle.read_signer(private).key


def test_the_ledgers_own_key_is_read_as_it_is_written() -> None:
    text = merkle.written_signer(name=LOG.key.name, seed=b"l" * 32)
    assert merkle.read_signer(text).key == LOG.key
    assert merkle.read_signer(text).key.type is SignatureType.ED25519
