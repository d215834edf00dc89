"""The fonts of pages and of paper: one family, by script. Built with the style sheet."""

from __future__ import annotations

import shutil
from pathlib import Path

from fontTools.ttLib import TTFont

PLAIN = Path(__file__).resolve().parent / "plain_fonts"
SCRIPTS = ("cyrillic", "latin", "latin-ext")  # the last one for the signs of currencies
WEIGHTS = (400, 700)


def plain(script: str, weight: int) -> Path:
    """The file that a PDF takes."""
    return PLAIN / f"golos-text-{script}-{weight}.ttf"


def build(*, source: Path, web: Path) -> None:
    """Copy the fonts of npm's package to where browsers get them, and unpack each into a plain one."""
    web.mkdir()
    PLAIN.mkdir(exist_ok=True)
    for script in SCRIPTS:
        for weight in WEIGHTS:
            packed = source / f"golos-text-{script}-{weight}-normal.woff2"
            shutil.copy(packed, web / packed.name)
            font = TTFont(packed)
            font.flavor = None
            font.save(plain(script, weight))
