"""gorod client"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.outbox import api as outbox
from gorod.faces.accounts import oidc
from gorod.faces.api import clients
from gorod.kernel.errors import BadInput
from gorod.project import start

console = Console(highlight=False)
commands = typer.Typer(
    help="Connect agencies (OAuth clients, webhooks) and sites that sign residents in here.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="client")


@commands.command("register")
def register(
    agency: Annotated[str, typer.Argument(help="An agency of city.yaml.")],
    client: Annotated[str, typer.Option(help="The client's id; the agency's name unless said.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Event types it may send, `cases`, `residents:read`, `residents:act`, `scheduling`."),
    ] = None,
) -> None:
    """Register a client of an agency, or give it a new secret. The secret is shown once."""
    start.install_city()
    secret = clients.register(city=catalogue.current(), agency=agency, client_id=client or agency, scopes=scope or ())
    console.print(
        f"client id      {client or agency}\nclient secret  {secret}\ntoken          POST /identity/o/api/token"
    )


@commands.command("site")
def site(
    client: Annotated[str, typer.Argument(help="The site's client id.")],
    name: Annotated[str, typer.Argument(help="What residents know it as.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where people are sent back to.")],
    scope: Annotated[list[str] | None, typer.Option(help="`openid`, `profile`; both unless said.")] = None,
) -> None:
    """Let a site sign residents in here (OpenID Connect), or give it a new secret. The secret is shown once."""
    start.install_city()
    secret = oidc.register_site(client_id=client, name=name, redirect_uris=redirect_uri, scopes=scope or oidc.SCOPES)
    console.print(f"client id      {client}\nclient secret  {secret}\ndiscovery      /.well-known/openid-configuration")


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
