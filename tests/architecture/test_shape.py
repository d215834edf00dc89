"""The shape of the code: what import-linter and ruff cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "gorod"
CODE = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
VAGUE = {"utils", "helpers", "common", "misc", "manager", "base", "util", "helper"}
DOORS = {"api", "data"}


def relative(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_files_stay_short() -> None:
    """A longer one is split by concern."""

    def too_long(path: Path) -> bool:
        return len(path.read_text().splitlines()) > (600 if "tests" in path.parts else 400)

    assert [relative(path) for path in CODE if too_long(path)] == []


def test_every_package_is_seen_by_the_linters() -> None:
    """A folder without __init__.py is invisible to import-linter and everything in it passes."""
    folders = {p.parent for p in SOURCE.rglob("*.py")}
    assert [relative(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [relative(p) for p in CODE if p.stem in VAGUE or p.parent.name in VAGUE] == []


def module_of(path: Path) -> tuple[str, ...]:
    """The module a file belongs to: ('records', 'facts'), or its tier for files directly in it."""
    return path.relative_to(SOURCE).parts[:2]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gorod."):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("gorod.")}
    return found


def by_another_way(path: Path) -> list[str]:
    """What a file imports from another module of records or engines past its door."""
    wrong = []
    for name in imported(path):
        parts = name.split(".")[1:]
        if parts[0] not in {"records", "engines"} or tuple(parts[:2]) == module_of(path) or len(parts) < 3:
            continue
        if parts[2] in DOORS or ("tests" in path.parts and parts[2] == "tests"):
            continue
        wrong.append(name)
    return wrong


def test_other_modules_are_entered_by_their_door() -> None:
    """From another module of records or engines only `api` and `data` are imported; tests may share factories."""
    found = {relative(p): by_another_way(p) for p in CODE if module_of(p)[0] != "project"}
    assert {path: names for path, names in found.items() if names} == {}


OURS = [p for p in CODE if "tests" not in p.parts and module_of(p)[0] != "project"]


def test_time_comes_from_the_city_clock() -> None:
    now = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\btimezone\.now\(|(?<![\w.])NOW\(\)|CURRENT_DATE\b")
    assert [relative(p) for p in OURS if p.name != "clock.py" and now.search(p.read_text())] == []


def test_the_engine_knows_no_city() -> None:
    city = re.compile(r"moscow|москв|\bsnils\b|снилс", re.IGNORECASE)
    assert [relative(p) for p in OURS if city.search(p.read_text())] == []


def test_no_foreign_keys_between_modules() -> None:
    """Lineage across modules and people is stored as ids: so rows can be distributed by party later."""
    offending = []
    for path in SOURCE.rglob("models.py"):
        for match in re.finditer(r"ForeignKey\(\s*[\"']?([\w.]+)", path.read_text()):
            if "." in match.group(1):
                offending.append(f"{relative(path)}: {match.group(1)}")
    assert offending == []


def test_no_committed_file_names_a_package_index() -> None:
    listed = subprocess.run(
        ["git", "-C", PROJECT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    hosts = re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "--index" + "-url http"))
    )
    found = []
    for name in listed.stdout.split("\n"):
        path = PROJECT / name
        if path.is_file() and hosts.search(path.read_text(errors="ignore")):
            found.append(name)
    assert found == []
