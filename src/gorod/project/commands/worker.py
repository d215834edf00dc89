"""gorod worker"""

from __future__ import annotations

from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connection

from gorod.project import start


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, max=4, help="Jobs at a time; the database pool has 4 connections.")
    ] = 3,
) -> None:
    """Do the background work of the city until stopped. Start as many as the machine has room for."""
    start.install_city()
    connection.close()  # the jobs' threads need every connection of the pool
    call_command(
        "procrastinate",
        "worker",
        "--concurrency",
        str(concurrency),
        "--shutdown-graceful-timeout",
        "5",
        "--delete-jobs",
        "never",
    )
