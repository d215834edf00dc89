"""The file of a problem: what is written is read, and what is wrong is refused with the place and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import BadInput
from gorod.verify.allotment import input_file, secret_file
from gorod.verify.allotment.problem import LONGEST_ID, MOST_WISHES, Problem
from gorod.verify.allotment.secret_file import Revealed
from gorod.verify.allotment.tests.factories import BEACON, SECRET, child, place, problem, problems


@given(problems(groups=True))
def test_what_is_written_is_read_again(drawn: Problem) -> None:
    raw = input_file.written(drawn)
    assert input_file.written(input_file.read(raw)) == raw == canonical_json(json.loads(raw))


@given(problems(held=True))
def test_seats_that_are_held_are_read_again(drawn: Problem) -> None:
    found = input_file.read(input_file.written(drawn))
    assert [one.holds for one in found.applicants] == [one.holds for one in drawn.applicants]


WHOLE = problem(
    [place("a", 2, reserves={"benefit": 1}, priorities=("sibling",)), place("b", 1)],
    [
        child("1", "ab", "benefit", here={"a": ["sibling"]}),
        child("2", "ba", together="pair"),
        child("3", "ba", together="pair"),
    ],
)

Change = Callable[[Any], object]
WRONG: list[tuple[Change, str]] = [
    (lambda c: c.pop("round"), "the input: says no round"),
    (lambda c: c.update(round=0), "round: is no number that is allowed"),
    (lambda c: c.update(round=True), "round: is no number that is allowed"),
    (lambda c: c.update(wages=1), "the input: says 'wages', which nobody knows"),
    (lambda c: c.update(title={}), "title: has no words"),
    (lambda c: c.update(title={"en": "\x1b[2J"}), "title, en: is no text"),
    (lambda c: c.update(previous="abc"), "previous: is no SHA-256"),
    (lambda c: c.update(applicants={}), "applicants: is no list"),
    (lambda c: c["criteria"].update(late="late"), "criterion late: is no object"),
    (lambda c: c["places"].append(c["places"][0]), "places: says a twice"),
    (lambda c: c["places"][0].update(seats=-1), "place a, seats: is no number"),
    (lambda c: c["places"][0].update(seats=2.0), "no JSON that can be read"),
    (lambda c: c["places"][0].update(priorities=["rich"]), "place a, priorities: there is no criterion 'rich'"),
    (lambda c: c["places"][0].update(priorities=["near", "near"]), "place a, priorities: says near twice"),
    (lambda c: c["places"][0]["reserves"][0].update(seats=3), "place a, reserves: 3 of 2 seats are reserved"),
    (lambda c: c["places"][0]["reserves"][0].update(criterion=7), "reserve 1, criterion: there is no criterion 7"),
    (lambda c: c["places"][0]["reserves"][0].pop("name"), "place a, reserve 1: says no name"),
    (lambda c: c["applicants"][0].update(number=""), "applicant on line 1, number: is no id"),
    (lambda c: c["applicants"][0].update(number=" 1"), "applicant on line 1, number: is no id"),
    (lambda c: c["applicants"][0].update(number="1" * (LONGEST_ID + 1)), "number: has 65 characters"),
    (lambda c: c["applicants"][1].update(number="1"), "applicants: says 1 twice"),
    (lambda c: c["applicants"][0].update(wishes=["z"]), "applicant 1, wishes: there is no place 'z'"),
    (lambda c: c["applicants"][0].update(wishes=["a", "a"]), "applicant 1, wishes: says a twice"),
    (lambda c: c["applicants"][0].update(wishes=[["a"]]), r"applicant 1, wishes: there is no place \['a'\]"),
    (lambda c: c["applicants"][0].update(wishes=["a"] * (MOST_WISHES + 1)), "applicant 1, wishes: has 11 lines"),
    (lambda c: c["applicants"][0].update(criteria=["rich"]), "applicant 1, criteria: there is no criterion 'rich'"),
    (lambda c: c["applicants"][0].update(here={"z": []}), "applicant 1, here: there is no place 'z'"),
    (lambda c: c["applicants"][0].update(here={"a": ["rich"]}), "applicant 1, here: there is no criterion 'rich'"),
    (lambda c: c["applicants"][0].update(together="alone"), "group alone: has 1 members"),
    (lambda c: c["applicants"][0].update(number="pair"), "group pair: an applicant has the same number"),
    (lambda c: c["applicants"][1].update(wishes=["a"]), "group pair: applicants 2 and 3 have other wishes"),
    (lambda c: c["applicants"][0].update(holds={"place": "z", "group": None}), "holds: they do not wish for 'z'"),
    (lambda c: c["applicants"][0].update(holds={"place": "a", "group": "x"}), "holds: place a has no reserve 'x'"),
    (lambda c: c["applicants"][1].update(holds={"place": "a", "group": None}), "2 and 3 do not hold seats at the same"),
    (
        lambda c: [one.update(holds={"place": "b", "group": None}) for one in c["applicants"]],
        "place b: 3 hold seats there already, and it has 1",
    ),
]


@pytest.mark.parametrize(("change", "says"), WRONG, ids=[says for _, says in WRONG])
def test_what_is_wrong_is_refused_with_its_place_and_what_to_do(change: Change, says: str) -> None:
    content = json.loads(input_file.written(WHOLE))
    change(content)
    with pytest.raises(BadInput, match=says) as refused:
        input_file.read(json.dumps(content).encode())
    assert refused.value.remedy


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"round": NaN}', b'{"round": 1, "round": 2}', b"[" * 100_000])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match="no JSON"):
        input_file.read(raw)


@pytest.mark.parametrize("raw", [b"[]", b"3", b"null"])
def test_json_of_another_kind_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match="is no object"):
        input_file.read(raw)


def test_the_secret_is_written_and_read() -> None:
    revealed = Revealed(secret=SECRET, beacon=BEACON)
    assert secret_file.read(secret_file.written(revealed)) == revealed
    for raw in (b'{"secret": "00", "beacon": ""}', b'{"secret": 7, "beacon": ""}', b'{"secret": "00"}'):
        with pytest.raises(BadInput):
            secret_file.read(raw)
