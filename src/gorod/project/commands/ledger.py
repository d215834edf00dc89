"""gorod ledger"""

from __future__ import annotations

import os
import signal
from threading import Event

import typer

from gorod.kernel.merkle import api as merkle
from gorod.project import start
from gorod.records.ledger import api as ledger

LOOKS_AGAIN_S = 0.25  # what the city does is in the log within a second


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ledger")(keep)


def keep() -> None:
    """Keep the city's ledger until stopped: number what was done, write its files, sign the checkpoint. One is enough."""
    start.install_city()
    signer = merkle.read_signer(os.environ["GOROD_LEDGER_KEY"])
    stopped = Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda number, frame: stopped.set())
    while not stopped.wait(LOOKS_AGAIN_S):
        while ledger.number():
            pass
        ledger.publish(signer=signer)
