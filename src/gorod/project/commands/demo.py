"""gorod demo"""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta
from typing import Annotated

import httpx
import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.booking import api as booking
from gorod.engines.renewals import api as renewals
from gorod.faces.demo import agencies as plays
from gorod.faces.demo import scenario as scenes
from gorod.faces.demo.client import Api, credentials
from gorod.faces.demo.story import Story, StoryStuck
from gorod.kernel import clock as city_clock
from gorod.kernel.errors import Refused
from gorod.project import cast, clock, environment, preparing, start, supervisor
from gorod.records.installation import api as installation

console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
commands = typer.Typer(help="Play in a made-up city: a birth, the agencies, the clock.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(commands, name="demo")


@commands.command("birth")
def birth() -> None:
    """Tell the city's demonstration once more, with another family. The city must be running: gorod run."""
    start.install_city()
    known = preparing.demonstration()
    if known is None:
        raise Refused("this city has no demonstration", remedy="it needs demo.yaml and made-up residents")
    tell_story(url=f"http://127.0.0.1:{supervisor.port()}", scenario=known, console=console)


@commands.command("agencies")
def agencies(
    url: Annotated[str, typer.Argument(help="Where the machine API is.")],
    agreeable: Annotated[bool, typer.Option(help="Refuse nothing, send no payment back.")] = False,
) -> None:
    """Play all agencies against a running platform, as ordinary clients of its API, until stopped."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    signal.signal(signal.SIGINT, lambda number, frame: stop.set())
    kept = credentials(supervisor.clients_file())
    memory = environment.home() / "agencies"
    plays.play(base=url, clients=kept, memory=memory, seed=preparing.SEED, stop=stop, agreeable=agreeable)


@commands.command("days")
def days(number: Annotated[int, typer.Argument(min=1, max=400, help="How many days.")]) -> None:
    """Let the clock of a made-up city run forward, and do what each new day brings."""
    start.install_city()
    _pass_days(number)
    console.print(f"It is {city_clock.today().isoformat()} in the city.")


def _pass_days(number: int) -> None:
    """In steps of a week at the most: what a day brings (warnings, renewals, monthly payments) comes in its order."""
    left = number
    while left > 0:
        stride = min(left, 7)
        clock.move(by=timedelta(days=stride))
        left -= stride
        renewals.run_day()
        booking.make_slots()
        booking.go_on()


def tell_story(*, url: str, scenario: scenes.Scenario, console: Console) -> None:
    """Find a family and play the scenario with it."""
    kept = credentials(supervisor.clients_file())
    languages = catalogue.current().languages
    found = cast.find(scenario=scenario)
    installation.add_personas(people=found)
    story = Story(
        scenario=scenario,
        cast={role: cast.described(party_id=person, scenario=scenario) for role, person in found.items()},
        agencies={name: Api(base=url, client_id=c["id"], secret=c["secret"]) for name, c in kept.items()},
        today=city_clock.today,
        move_clock=_pass_days,
        console=console,
        language=environment.language() if environment.language() in languages else languages[0],
    )
    try:
        story.tell()
    except httpx.HTTPError as error:
        raise StoryStuck(str(error), remedy=f"look at {environment.home() / 'logs'}") from error
