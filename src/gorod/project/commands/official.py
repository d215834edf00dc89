"""gorod official"""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.kernel.errors import BadInput, NotFound
from gorod.project import start
from gorod.records.accounts import api as accounts
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official, Role

console = Console(highlight=False)
commands = typer.Typer(help="Those who work for the city: appoint, dismiss, list.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="official")


@commands.command("appoint")
def appoint(
    login: Annotated[str, typer.Argument(help="The login of their work, not of a resident.")],
    name: Annotated[str, typer.Option(help="What colleagues know them as.")],
    role: Annotated[Role, typer.Option(help="What they do.")],
    agency: Annotated[str, typer.Option(help="An agency of city.yaml; an operator has none.")] = "",
) -> None:
    """Give somebody a role, and print a one-time code with which they choose a password (also when they have forgotten it)."""
    start.install_city()
    if agency and agency not in catalogue.current().agencies:
        raise BadInput(f"no agency {agency!r}", remedy=f"one of {', '.join(catalogue.current().agencies)}")
    account, code = accounts.invite_staff(login=login, by=getpass.getuser())
    officials.appoint(account_id=account.account_id, name=name, role=role, agency=agency, by=getpass.getuser())
    console.print(f"{code}  (valid for {accounts.VALID_DAYS} days, once: /account/start/)")


@commands.command("dismiss")
def dismiss(
    login: Annotated[str, typer.Argument(help="The login of their work.")],
    role: Annotated[Role, typer.Option(help="What they did.")],
    agency: Annotated[str, typer.Option(help="Where.")] = "",
) -> None:
    """End an appointment. What they did stays in the histories."""
    start.install_city()
    officials.dismiss(official_id=_named(login).official_id, role=role, agency=agency)
    console.print("dismissed")


@commands.command("list")
def listed() -> None:
    """Everybody who works for the city, with their roles."""
    start.install_city()
    for one in officials.officials().values():
        login = accounts.account(account_id=one.official_id).login
        roles = ", ".join(f"{held.role} of {held.agency}" if held.agency else held.role for held in one.appointments)
        console.print(f"{login}  {one.name}  {roles or 'nothing any more'}")


def _named(login: str) -> Official:
    account = accounts.account_with(login=login)
    if account is None:
        raise NotFound(f"no account {login!r}", remedy="see: gorod official list")
    return officials.official(official_id=account.account_id)
