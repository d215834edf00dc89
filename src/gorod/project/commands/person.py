"""gorod person"""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.console import Console

from gorod.engines.duplicates import api as duplicates
from gorod.project import start
from gorod.project.naming import resident_named
from gorod.records.accounts import api as accounts

console = Console(highlight=False)
commands = typer.Typer(help="Residents: a code for an account; two rows that are one person.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="person")


@commands.command("invite")
def invite(
    resident: Annotated[str, typer.Argument(help="An id, or scheme:value.")],
) -> None:
    """Print a one-time code that opens an account, or gets its owner back in. Check first who is before you."""
    start.install_city()
    code = accounts.invite(party_id=resident_named(resident), by=getpass.getuser())
    console.print(f"{code}  (valid for {accounts.VALID_DAYS} days, once)")


@commands.command("merge")
def merge(
    kept: Annotated[str, typer.Argument(help="The row that stays: an id, or scheme:value.")],
    duplicate: Annotated[str, typer.Argument(help="The row that is the same person.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
) -> None:
    """Say that two rows are one person. Both ids stay valid; what the person is due is looked at again."""
    start.install_city()
    duplicates.merge(
        party_id=resident_named(kept), duplicate_id=resident_named(duplicate), by=getpass.getuser(), reason=reason
    )
    console.print("merged")


@commands.command("unmerge")
def unmerge(
    kept: Annotated[str, typer.Argument(help="The row that stayed: an id, or scheme:value.")],
    duplicate: Annotated[str, typer.Argument(help="The id of the row that was merged into it.")],
) -> None:
    """Say that they were two people after all."""
    start.install_city()
    duplicates.undo(
        party_id=resident_named(kept), duplicate_id=resident_named(duplicate, itself=True), by=getpass.getuser()
    )
    console.print("two people again")
