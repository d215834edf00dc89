"""gorod ledger"""

from __future__ import annotations

import os
import secrets
import signal
from threading import Event
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.kernel.errors import Conflict, Refused
from gorod.kernel.merkle import api as merkle
from gorod.project import environment, start
from gorod.records.ledger import api as ledger
from gorod.records.ledger.data import WitnessAt

console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
LOOKS_AGAIN_S = 0.25  # what the city does is in the log within a second
LOOKS_AGAIN_AFTER_TROUBLE_S = 5


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ledger")(keep)


def keep(
    key: Annotated[bool, typer.Option("--key", help="Print the ledger's public key, and end.")] = False,
    new_key: Annotated[str, typer.Option(help="Make a private key for a ledger of this name, print it, and end.")] = "",
) -> None:
    """Keep the city's ledger until stopped: number what was done, write its files, sign the checkpoint. One is enough."""
    if new_key:
        typer.echo(merkle.written_signer(name=new_key, seed=secrets.token_bytes(32)))
        return
    if key:
        typer.echo(merkle.written_key(merkle.read_signer(os.environ["GOROD_LEDGER_KEY"]).key))
        return
    start.install_city()
    for kind, state in catalogue.in_force().items():
        ledger.declare_state(kind=kind, state=state)
    signer = merkle.read_signer(os.environ["GOROD_LEDGER_KEY"])
    witnesses, quorum = environment.witnesses()
    asked = [WitnessAt(key=merkle.read_key(key), url=url.rstrip("/")) for key, url in witnesses]
    told = ""
    stopped = Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda number, frame: stopped.set())
    while not stopped.wait(LOOKS_AGAIN_S):
        while ledger.number():
            pass
        try:
            published = ledger.publish(signer=signer, witnesses=asked, quorum=quorum)
        except (Refused, Conflict) as error:
            told = _tell(f"{error.detail}. {error.remedy}", told)
            stopped.wait(LOOKS_AGAIN_AFTER_TROUBLE_S)
            continue
        if published is not None:
            told = _tell("; ".join(f"{name}: {why}" for name, why in published.silent.items()), told)


def _tell(trouble: str, told: str) -> str:
    """Say what is wrong once, and when it is over."""
    if trouble != told:
        console.print(trouble or "all witnesses cosign")
    return trouble
