"""gorod run"""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.faces.demo import polls, staff, supply
from gorod.faces.demo import scenario as scenes
from gorod.project import environment, preparing, start, supervisor
from gorod.project.commands.demo import tell_story
from gorod.records.installation import api as installation
from gorod.records.parties import api as parties

console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    residents: Annotated[
        int, typer.Option(min=0, help="Made-up residents of a new database; 0: a city for real people.")
    ] = 20_000,
    story: Annotated[bool, typer.Option(help="Tell the city's demonstration when its database is new.")] = True,
    agreeable: Annotated[bool, typer.Option(help="Demo agencies refuse nothing, send no payment back.")] = False,
) -> None:
    """Start the city: database, web server, worker, ledger, demo agencies. Ctrl-C stops all of it."""
    began = time.monotonic()
    number = supervisor.port()
    if not supervisor.port_is_free(number):
        raise supervisor.NotStarted(
            f"somebody listens on port {number} already", remedy="set GOROD_PORT to another one"
        )
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _interrupted)
    url = f"http://127.0.0.1:{number}"
    children = supervisor.Supervisor(logs=environment.home() / "logs")
    server = supervisor.database()
    try:
        start.migrate()
        known_before = installation.installation() is not None
        if known_before:
            children.start("web", supervisor.web_command(number))  # it gets ready while this process does
        preparing.prepare_database(residents=residents, console=console)
        if not known_before:
            children.start("web", supervisor.web_command(number))
        children.wait_ready(url)
        children.start("worker", supervisor.gorod_command("worker"))
        children.start("ledger", supervisor.gorod_command("ledger"))
        known = preparing.demonstration()
        if known is not None:
            staff.hire(scenario=known, language=catalogue.current().languages[0])
            supervisor.demo_clients(known.counter)
            supply.open_doors(scenario=known, language=catalogue.current().languages[0])
            manner = ["--agreeable"] if agreeable else []
            children.start("agencies", supervisor.gorod_command("demo", "agencies", url, *manner))
        _say_where(url, number, time.monotonic() - began, known)
        if known is not None and story and not installation.personas():
            tell_story(url=url, scenario=known, console=console)
            polls.ask(scenario=known)
            waiting = staff.apply_for_others(city=catalogue.current())
            console.print(f"\n{waiting} applications wait for those who work at the desk.")
        if known is not None:
            _say_who(number, known)
        while True:
            if server is not None:
                server.look()
            children.look()
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("\nStopping …")
    finally:
        children.stop()
        if server is not None:
            server.stop()
            environment.database_file().unlink(missing_ok=True)


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _portal(number: int) -> str:
    """Where people begin. By name, not by number: passkeys need one."""
    return f"http://localhost:{number}/{catalogue.current().languages[0]}/"


def _say_who(number: int, known: scenes.Scenario) -> None:
    console.print(f"\n[bold]The city runs at {_portal(number)}[/]; Ctrl-C stops it.")
    for persona in installation.personas()[: len(known.people)]:
        name = parties.party(party_id=persona.party_id).names.full()
        console.print(f"  sign in as {name} ({persona.role}): {_portal(number)}demo/")
    for official in staff.hired(known).values():
        held = official.appointments[0]
        works = f"{held.role} {held.agency}".strip()
        console.print(f"  sign in as {official.name} ({works}): {_portal(number)}demo/")


def _say_where(url: str, number: int, seconds: float, known: scenes.Scenario | None) -> None:
    home = environment.home()
    console.print(f"[bold green]Up after {seconds:.1f} s[/]")
    console.print(f"  portal     {_portal(number)}")
    if known is not None:
        console.print(f"  try it     {_portal(number)}demo/ (be one of its made-up people)")
    console.print(f"  API        {url}/api/openapi.json")
    console.print(f"  services   {url}/api/services")
    console.print(f"  ledger     {url}/ledger/checkpoint")
    console.print(f"  health     {url}/health/ready")
    console.print(f"  logs       {home / 'logs'}")
    if known is not None:
        console.print(f"  clients    {supervisor.clients_file()} (secrets of the demo agencies)")
    console.print("  commands   .venv/bin/gorod --help, in another terminal")
