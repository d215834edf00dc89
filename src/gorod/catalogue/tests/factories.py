"""Cities for tests: the tiny one, the empty one, Moscow, and copies of a city in which something is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from gorod.catalogue import api
from gorod.catalogue.data import City, Problem, Severity

ROOT = Path(__file__).resolve().parents[4]
TINY = ROOT / "tests" / "cities" / "tiny"
EMPTY = ROOT / "tests" / "cities" / "empty"
MOSCOW = ROOT / "cities" / "moscow"


class CityCopy:
    """A copy of a city's folder, to change and to judge."""

    def __init__(self, folder: Path, *, of: Path = TINY) -> None:
        self.folder = folder / of.name
        shutil.copytree(of, self.folder)

    def change(self, file: str, old: str, new: str) -> None:
        """Replace the only occurrence of `old`."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file, with the folders to it."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self, file: str) -> None:
        """Remove a file or a folder."""
        path = self.folder / file
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    def place(self, file: str, text: str) -> str:
        """`file:line` of the only line that contains the text, counted by hand."""
        lines = (self.folder / file).read_text(encoding="utf-8").split("\n")
        found = [number for number, line in enumerate(lines, start=1) if text in line]
        assert len(found) == 1, f"{text!r} stands in lines {found} of {file}"
        return f"{file}:{found[0]}"

    def problems(self) -> list[Problem]:
        """Everything that `gorod check` says."""
        return api.check(folder=self.folder)

    def errors(self) -> list[Problem]:
        """What stops the city from loading."""
        return [problem for problem in self.problems() if problem.severity is Severity.ERROR]

    def install(self) -> City:
        """Load it and give the engines of this process its definitions."""
        return install(self.folder)


def install(folder: Path) -> City:
    """Load a city and give the engines of this process its definitions."""
    city = api.load(folder=folder)
    api.install(city=city)
    return city
