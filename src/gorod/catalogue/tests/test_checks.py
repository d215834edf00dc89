"""Each check shows a wrong file with its line and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from ruamel.yaml import YAML

from gorod.catalogue import checks
from gorod.catalogue.logic.content import read
from gorod.catalogue.tests.factories import CityCopy

HERE = Path(__file__).parent
WRONG: dict[str, dict[str, list[list[str]]]] = YAML(typ="safe", pure=True).load(HERE / "wrong_lines.yaml")


def wrong_lines() -> Iterator[Any]:
    for check, by_file in WRONG.items():
        for file, rows in by_file.items():
            for old, new, says, *at in rows:
                yield pytest.param(check, file, old, new, says, *(at or [new]), id=f"{check}: {says}")


@pytest.mark.parametrize(("check", "file", "old", "new", "says", "at"), wrong_lines())
def test_a_wrong_line_is_named_with_what_to_do(
    tiny: CityCopy, check: str, file: str, old: str, new: str, says: str, at: str
) -> None:
    tiny.change(file, old, new)
    content = read(tiny.folder)
    (problem,) = [*content.problems, *checks.run(content)]
    assert problem.place == tiny.place(file, at)
    assert says in problem.what
    assert problem.remedy
    assert problem in import_module(f"{checks.__name__}.{check}").check(content)


def test_every_check_is_shown_to_find_something() -> None:
    elsewhere = {"districts", "folders", "synthetic"}
    assert all((HERE / f"test_{name}.py").exists() for name in elsewhere)
    assert {module.name for module in iter_modules(checks.__path__)} == WRONG.keys() | elsewhere


def test_a_payment_needs_an_amount(tiny: CityCopy) -> None:
    tiny.change("services/family/child_allowance/service.yaml", "amount: allowance_per_month\n", "")
    place = tiny.place("services/family/child_allowance/service.yaml", "payment:")
    assert [problem.what for problem in tiny.errors() if problem.place == place] == ["child_allowance pays nothing"]


def test_a_payment_needs_a_treasury(tiny: CityCopy) -> None:
    tiny.change("city.yaml", "treasury: town_treasury\n", "")
    (problem,) = tiny.errors()
    assert problem.place == tiny.place("services/family/child_allowance/service.yaml", "payment:")
    assert (problem.what, problem.remedy) == ("the city has no treasury", "name it in city.yaml")
