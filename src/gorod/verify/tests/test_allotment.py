"""The command `gorod verify allotment`, as an observer types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from gorod.verify.allotment import input_file, lottery, matching, result, rounds, secret_file
from gorod.verify.allotment.problem import Problem
from gorod.verify.allotment.secret_file import Revealed
from gorod.verify.allotment.tests.factories import BEACON, SECRET, SEED, child, crowd, place, problem
from gorod.verify.cli import main

COMMITTED = lottery.commitment(SECRET)
NURSERIES = problem(
    [place("a", 2, reserves={"benefit": 1}, priorities=("sibling", "near")), place("b", 1)],
    [
        child("1", "ab", "benefit"),
        child("2", "ab", here={"a": ["sibling"]}),
        child("3", "ab", here={"a": ["near"]}),
        child("4", "a"),
    ],
)


def published(folder: Path, of: Problem) -> Path:
    """What the city publishes of a round."""
    folder.mkdir()
    outcome = matching.deal(of, SEED)
    (folder / "input.json").write_bytes(input_file.written(of))
    (folder / "result.json").write_bytes(result.written(result.of(outcome, commitment=COMMITTED, beacon=BEACON)))
    (folder / "secret.json").write_bytes(secret_file.written(Revealed(secret=SECRET, beacon=BEACON)))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return published(tmp_path / "round", NURSERIES)


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["verify", "allotment", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_honest_round_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = typed(capsys, folder, "--commitment", COMMITTED)
    assert code == 0
    assert "Nurseries, round 1" in out
    assert "applicants: 4; seated: 3 (75.0%)" in out
    assert "wish 1: 2 (50.0%)" in out
    assert "without a seat: 1" in out
    assert "Nursery a" in out and "1 of 1" in out
    assert out.rstrip().endswith("Everything adds up.")
    assert "--commitment" not in out


def test_without_the_announced_commitment_it_says_what_that_does_not_prove(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = typed(capsys, folder)
    assert code == 0
    assert "Hold the commitment against what was announced" in out


def test_reasons_of_an_applicant_in_a_language(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = typed(capsys, folder, "--applicant", "4", "--applicant", "1", "--language", "ru")
    assert code == 0
    assert "Детские сады, round 1" in out
    assert "Сад a, ваше желание № 1. Всего мест: 2." in out
    assert "Для вас есть место: Сад a." in out
    code, _out, err = typed(capsys, folder, "--applicant", "9")
    assert (code, "there is no applicant 9" in err) == (1, True)


def changed(path: Path, **members: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))


def test_every_fault_is_said_and_it_ends_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seats = json.loads((folder / "result.json").read_text())["seats"]
    changed(folder / "result.json", seats={**seats, "4": seats["1"], "1": None})
    code, out, err = typed(capsys, folder)
    assert code == 1
    assert "Applicant 1 has another seat: the city says no seat, dealt out again it is a, a seat of benefit" in out
    assert "Applicant 4 has another seat: the city says a, a seat of benefit, dealt out again it is no seat" in out
    assert "2 faults" in err and "raise an alarm" in err
    assert "Everything adds up" not in out


def test_another_commitment_than_the_announced_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = typed(capsys, folder, "--commitment", "0" * 64)
    assert code == 1
    assert "The revealed secret is not the one committed to" in out


def test_a_next_round_is_held_against_the_one_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = result.read((folder / "result.json").read_bytes())
    after = rounds.next_round(problem=NURSERIES, result_before=before, seats={"b": 2})
    second = published(folder.parent / "second", after)
    code, out, _err = typed(capsys, second)
    assert code == 0 and "is seen with --before" in out
    code, out, _err = typed(capsys, second, "--before", folder)
    assert code == 0 and "--before" not in out
    code, out, _err = typed(capsys, second, "--before", second)
    assert code == 1 and "the input names another result as the one before it" in out


def test_a_file_that_is_missing_or_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input.json").write_text("{}")
    code, _out, err = typed(capsys, folder)
    assert code == 1 and "the input: says no allotment" in err
    (folder / "secret.json").unlink()
    (folder / "input.json").write_bytes(input_file.written(NURSERIES))
    code, _out, err = typed(capsys, folder)
    assert code == 1 and "secret.jsoncannotberead" in "".join(err.split()), "wherever the terminal breaks the line"


def test_many_faults_and_many_places_are_counted_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = published(tmp_path / "many", crowd(300, 120, seed=1))
    changed(many / "result.json", seats={})
    code, out, err = typed(capsys, many)
    assert code == 1
    assert "… and 200 more" in out and "300 faults" in err
    assert "Nursery p0007" not in out
    _code, out, _err = typed(capsys, many, "--places")
    assert "Nursery p0007" in out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


def test_the_files_are_fetched_from_an_address(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = typed(capsys, address)
    assert code == 0
    assert "Everything adds up." in out
