"""gorod docs"""

from __future__ import annotations

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.project import environment

console = Console(highlight=False)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(docs)


def docs() -> None:
    """Write docs/reference anew: every content file and its JSON Schema for editors. A test fails when they are stale."""
    folder = environment.PROJECT / "docs" / "reference"
    for name, text in catalogue.reference().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        console.print(str(path.relative_to(environment.PROJECT)))
