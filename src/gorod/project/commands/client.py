"""gorod client"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.outbox import api as outbox
from gorod.faces.api import clients
from gorod.kernel.errors import BadInput
from gorod.project import start

console = Console(highlight=False)
commands = typer.Typer(help="Connect agencies: their OAuth clients and webhooks.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="client")


@commands.command("register")
def register(
    agency: Annotated[str, typer.Argument(help="An agency of city.yaml.")],
    client: Annotated[str, typer.Option(help="The client's id; the agency's name unless said.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="Event types it may send, `cases`, `residents:read`, `residents:act`.")
    ] = None,
) -> None:
    """Register a client of an agency, or give it a new secret. The secret is shown once."""
    start.install_city()
    secret = clients.register(city=catalogue.current(), agency=agency, client_id=client or agency, scopes=scope or ())
    console.print(
        f"client id      {client or agency}\nclient secret  {secret}\ntoken          POST /identity/o/api/token"
    )


@commands.command("webhook")
def webhook(
    agency: Annotated[str, typer.Argument(help="An agency of city.yaml.")],
    url: Annotated[str, typer.Argument(help="Where it is called; empty: it pulls again.")] = "",
) -> None:
    """Have an agency called (Standard Webhooks, CloudEvents batch) instead of waiting for its pull."""
    start.install_city()
    if agency not in catalogue.current().agencies:
        raise BadInput(f"no agency {agency!r}", remedy=f"one of {', '.join(catalogue.current().agencies)}")
    secret = outbox.call_at(owner=agency, url=url)
    console.print(f"signing secret  {secret}" if secret else f"{agency} pulls its feed")
