"""gorod docs"""

from __future__ import annotations

import typer
from pydantic import BaseModel
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.faces.api.adapters.opencrvs import content as opencrvs
from gorod.faces.demo import scenario as demo
from gorod.project import environment

console = Console(highlight=False)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(docs)


def pages() -> dict[str, str]:
    """Path below docs/reference → text: the catalogue's pages, and the schemas of files that belong to faces."""
    faces: dict[str, type[BaseModel]] = {"demo": demo.Scenario, "opencrvs": opencrvs.BirthFile}
    schemas = {f"schemas/{name}.json": catalogue.schema_page(model=model) for name, model in faces.items()}
    return {**catalogue.reference(), **schemas}


def docs() -> None:
    """Write docs/reference anew: every content file and its JSON Schema for editors. A test fails when they are stale."""
    folder = environment.PROJECT / "docs" / "reference"
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        console.print(str(path.relative_to(environment.PROJECT)))
