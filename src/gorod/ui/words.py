"""The engine's own words in other languages: gettext catalogues beside, compiled at set-up. English stands in the templates.

A folder `locale` elsewhere in the engine says the words of somebody else's package otherwise, in English too.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent / "locale"
ENGINE = FOLDER.parents[1]


def compile_all() -> None:
    """Write `django.mo` beside each `django.po` that is newer."""
    for source in ENGINE.glob("**/locale/*/LC_MESSAGES/django.po"):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as read, made.open("wb") as written:
                write_mo(written, read_po(read))


if __name__ == "__main__":
    compile_all()
