"""gorod event"""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from gorod.engines.intake import api as intake
from gorod.engines.intake.data import Receipt, Received
from gorod.faces.demo.client import Api, credentials
from gorod.kernel.errors import BadInput
from gorod.project import start, supervisor
from gorod.project.naming import resident_named

console = Console(highlight=False, markup=False, soft_wrap=True)
commands = typer.Typer(
    help="Events from agencies: send one, see parked ones, name persons, take back.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="event")


@commands.command("send")
def send(
    file: Annotated[Path, typer.Argument(help="A CloudEvents 1.0 JSON file.", exists=True, dir_okay=False)],
    agency: Annotated[str, typer.Option(help="The demo agency that sends it.")],
) -> None:
    """Send an event as a demo agency, through the API of the running city."""
    kept = credentials(supervisor.clients_file())
    if agency not in kept:
        raise BadInput(f"no client of {agency}", remedy=f"one of {', '.join(kept)}")
    url = f"http://127.0.0.1:{supervisor.port()}"
    api = Api(base=url, client_id=kept[agency]["id"], secret=kept[agency]["secret"])
    console.print(json.dumps(api.send(json.loads(file.read_text())), ensure_ascii=False, indent=2))


@commands.command("list")
def parked() -> None:
    """Events that wait for a clerk, with the reason."""
    start.install_city()
    waiting = intake.parked()
    for received in waiting:
        _print(received)
    console.print(f"{len(waiting)} parked")


@commands.command("show")
def show(event: UUID) -> None:
    """One event with its data and persons."""
    start.install_city()
    received = intake.event(event_id=event)
    _print(received)
    console.print(json.dumps(dict(received.event.data), ensure_ascii=False, indent=2))
    for role, party in received.persons.items():
        console.print(f"  {role}: {party}")


@commands.command("resolve")
def resolve(
    event: UUID,
    person: Annotated[list[str], typer.Option(help="role=resident, e.g. mother=passport:4510123456")],
) -> None:
    """Say who the persons of an event are: a parked one is carried out, a wrong match undone first."""
    start.install_city()
    said = {}
    for word in person:
        role, equals, named = word.partition("=")
        if not equals:
            raise BadInput(f"{word!r} names no person", remedy="write role=resident")
        said[role] = resident_named(named)
    _answer(intake.resolve(event_id=event, said=said, by=getpass.getuser()))


@commands.command("replay")
def replay(event: UUID) -> None:
    """Try a parked event again, after its cause is gone."""
    start.install_city()
    _answer(intake.replay(event_id=event))


@commands.command("retract")
def retract(event: UUID, reason: Annotated[str, typer.Option(help="Why; it is kept.")]) -> None:
    """Take an event back: everything it stated ends, and all that came of it is looked at again."""
    start.install_city()
    intake.retract(event_id=event, reason=reason, by=getpass.getuser())
    console.print("retracted")


def _print(received: Received) -> None:
    event = received.event
    console.print(
        f"{received.event_id} {received.received_at:%Y-%m-%d %H:%M:%S} {event.type} from {received.sender}:"
        f" {event.source} {event.id}"
    )
    console.print(f"  {received.fate.value} {received.reason}")


def _answer(receipt: Receipt) -> None:
    console.print(f"{receipt.fate.value} {receipt.reason}")
