"""gorod questions"""

from __future__ import annotations

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.search import api as search
from gorod.project import start

console = Console(highlight=False, markup=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(questions)


def questions() -> None:
    """Ask the search the city's questions.yaml: how many are answered first, among the first three, or rightly refused."""
    start.install_city()
    search.index()
    found = catalogue.judge_search()
    for asked, answers in found.missed.items():
        console.print(f"{asked}: {', '.join(answers) or 'nothing found'}")
    console.print(f"{found.first} of {found.on_topic} right at first, {found.in_three} among the first three;")
    console.print(f"{found.refused} of {found.off_topic} that the city offers nothing about get no answer")
