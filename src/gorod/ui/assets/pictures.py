"""Line drawings of Lucide (ISC), copied at set-up: a city chooses among them by name for its areas and life situations."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "pictures"
_DRAWN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def build(*, source: Path) -> None:
    """Copy the drawings of the package `lucide-static`."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(source, FOLDER, ignore=shutil.ignore_patterns("*.json"))


@cache
def names() -> frozenset[str]:
    """Every drawing there is; none before set-up."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


@cache
def svg(name: str) -> str:
    """A drawing as part of a page, in the colour of the text; empty for a name that there is none of. It says nothing to those who
    listen: the words stand beside it."""
    if name not in names():
        return ""
    found = _DRAWN.search((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    lines = re.sub(r"\s+", " ", found.group(1)).strip() if found else ""
    return (
        '<svg class="gorod-picture" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{lines}</svg>'
    )
