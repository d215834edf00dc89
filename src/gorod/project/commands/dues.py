"""gorod dues"""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gorod.engines.dues import api as engine
from gorod.faces.api.showing import due_out
from gorod.kernel.money import as_text
from gorod.project import environment, start
from gorod.project.naming import resident_named
from gorod.records.facts.data import Reader

console = Console(highlight=False)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(dues)


def dues(
    resident: Annotated[str, typer.Argument(help="An id, or scheme:value of a strong identifier.")],
    purpose: Annotated[str, typer.Option(help="Why you look; the resident sees it.")],
) -> None:
    """What a resident is due: every service with the reason. The reading is recorded with your name and purpose."""
    start.install_city()
    party_id = resident_named(resident)
    reader = Reader(kind="official", name=getpass.getuser())
    table = Table()
    for column in ("service", "verdict", "why", "amount", "rests on"):
        table.add_column(column, overflow="fold")
    for assessed in engine.dues_of(party_id=party_id, reader=reader, purpose=purpose):
        shown = due_out(assessed, environment.language())
        why = [*shown.failing.values(), *(m.meaning for m in shown.missing), *shown.late]
        amount = as_text(shown.amount) if shown.amount is not None else ""
        table.add_row(shown.name, shown.verdict, "; ".join(why), amount, ", ".join([*shown.values, *shown.law]))
    console.print(table)
