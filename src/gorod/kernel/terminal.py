"""How a command line ends, and what may be shown on it."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console

from gorod.kernel.errors import GorodError


def letters(text: str) -> str:
    """What others wrote, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def run(app: typer.Typer, words: Sequence[str]) -> int:
    """Run one command. Returns the exit code: 0 done, 1 refused with the reason and a remedy, 2 wrong words."""
    try:
        app(args=words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except GorodError as error:
        console = Console(stderr=True, highlight=False, markup=False)
        console.print(f"{error.title}: {error.detail}")
        if error.remedy:
            console.print(f"What to do: {error.remedy}")
        return 1
    return 0
