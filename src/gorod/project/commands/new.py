"""gorod new"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.kernel.errors import BadInput
from gorod.project import environment

console = Console(highlight=False)
commands = typer.Typer(help="Write the first files of something new.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="new")


@commands.callback()
def new() -> None:
    """Write the first files of something new."""


@commands.command("service")
def service(
    name: Annotated[str, typer.Argument(help="area/name, e.g. family/gift_set")],
    archetype: Annotated[
        str, typer.Option(help="What kind of service: benefit, certificate, permit, enrolment …")
    ] = "benefit",
    owner: Annotated[str, typer.Option(help="The agency that decides; the city's first unless said.")] = "",
    city: Annotated[Path | None, typer.Option(help="The city's folder; the one in use unless said.")] = None,
) -> None:
    """Scaffold a service: one folder, ready for `gorod check` and for your changes."""
    area, slash, own = name.partition("/")
    if not slash:
        raise BadInput(f"{name!r} has no area", remedy="write area/name, e.g. family/gift_set")
    folder = (city or environment.city_folder()).resolve()
    for path in catalogue.new_service(folder=folder, area=area, name=own, archetype=archetype, owner=owner):
        console.print(str(path.relative_to(folder)))
    console.print("Now write what the law says, and judge it with: gorod check")
