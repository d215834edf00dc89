"""What a Spark cluster needs is asked for before it is begun with. A real one is in tests/faults/test_spark.py."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gorod.engines.sweeps import api
from gorod.kernel.errors import BadInput, Refused


def begin(folder: Path, master: str) -> None:
    with api.spark(master=master, folder=folder, prepare=breakpoint):
        raise AssertionError("it began")


def java(folder: Path, says: str) -> str:
    """A home with a program that says so of itself."""
    program = folder / "java" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    return str(folder / "java")


@pytest.fixture(autouse=True)
def _java_17(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path / "newer", 'openjdk version "17.0.15" 2025-04-15'))


def test_without_a_master_it_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        port = nobody.getsockname()[1]
        with pytest.raises(Refused, match=f"no Spark master answers at spark://127.0.0.1:{port}: Connection refused"):
            begin(tmp_path, f"spark://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "master", ["127.0.0.1:7077", "local[2]", "spark://city", "spark://:7077", "spark://city:x", "spark://city:77777"]
)
def test_another_address_is_no_master(tmp_path: Path, master: str) -> None:
    with pytest.raises(BadInput, match="no address of a Spark master"):
        begin(tmp_path, master)


def test_an_older_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, 'openjdk version "11.0.2" 2019-01-15'))
    with pytest.raises(Refused, match=r'needs Java 17 to 21; .*java says: openjdk version "11.0.2"'):
        begin(tmp_path, "spark://127.0.0.1:7077")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    with pytest.raises(Refused, match="there is none"):
        begin(tmp_path, "spark://127.0.0.1:7077")


def test_without_pyspark_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gorod.engines.sweeps.logic.cluster.find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"install it: python3 scripts/bootstrap.py run spark"):
        begin(tmp_path, "spark://127.0.0.1:7077")
