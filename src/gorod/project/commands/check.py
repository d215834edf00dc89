"""gorod check"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City, CityRefused, Problem, Severity
from gorod.faces.api.adapters.opencrvs import content as opencrvs
from gorod.faces.demo import scenario as demo
from gorod.kernel.errors import NotFound
from gorod.project import environment

console = Console(highlight=False, markup=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def _of_faces(city: City) -> list[Problem]:
    """What is wrong in files that belong to faces; they speak of the city's content, so that must be right before."""
    found: list[Problem] = []
    for read in (demo.read, opencrvs.read):
        try:
            read(city)
        except CityRefused as refused:
            found += refused.problems
        except NotFound:
            continue  # the city has no such file
    return found


def check(
    city: Annotated[Path | None, typer.Argument(help="The city's folder; the one in use unless said.")] = None,
    strict: Annotated[bool, typer.Option(help="Warnings count as errors.")] = False,
) -> None:
    """Judge every file of a city's content. Prints `file:line: problem; remedy`; exit code 1 when something is wrong."""
    folder = (city or environment.city_folder()).resolve()
    problems = catalogue.check(folder=folder)
    if all(problem.severity is Severity.WARNING for problem in problems):
        problems += _of_faces(catalogue.load(folder=folder))
    for problem in problems:
        console.print(str(problem))
    errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    console.print(f"{folder.name}: {errors} errors, {len(problems) - errors} warnings")
    if errors or (strict and problems):
        raise typer.Exit(1)
