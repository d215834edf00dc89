"""gorod monitor"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.kernel.errors import Refused
from gorod.kernel.files import write_whole
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import MerkleError, VerifierKey
from gorod.verify import log
from gorod.verify.source import Read, reading

console = Console(highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("monitor")(watch)


def watch(
    address: Annotated[str, typer.Option("--log", help="Where the log is: https://city.example/ledger, or a folder.")],
    key: Annotated[str, typer.Option(help="The log's key, from another place than the log.")],
    remember: Annotated[Path, typer.Option(help="The file with the checkpoint seen last.")],
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness; once for each.")] = None,
    quorum: Annotated[int, typer.Option(min=0, help="How many of the witnesses must have cosigned.")] = 0,
    every: Annotated[int, typer.Option(min=1, help="Seconds between two looks.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once, for a timer of your own.")] = False,
) -> None:
    """Watch a log: whether it only grows. At the first sign that it was changed or shortened it alarms and keeps the proof."""
    signer, witnesses, read = merkle.read_key(key), [merkle.read_key(one) for one in witness or ()], reading(address)
    while True:
        try:
            console.print(_looked(read, signer, witnesses, quorum, remember))
        except Refused as error:
            console.print(f"[yellow]{error.detail}[/]")  # it cannot be reached: that proves nothing
            if once:
                raise
        if once:
            return
        time.sleep(every)


def _looked(read: Read, key: VerifierKey, witnesses: Sequence[VerifierKey], quorum: int, remember: Path) -> str:
    """Look once. Returns what is to be said. Raises MerkleError when something is wrong, after both checkpoints are kept."""
    before = log.seen(note=remember.read_bytes(), key=key) if remember.exists() else None
    note = read(merkle.CHECKPOINT)
    try:
        now = log.seen(note=note, key=key, witnesses=witnesses, quorum=quorum)
        if before is not None:
            log.grown(read=read, now=now, before=before)
    except MerkleError as error:
        alarm = remember.with_name(f"{remember.name}.alarm")
        write_whole(alarm, note)
        raise MerkleError(
            f"ALARM: {error.detail}",
            remedy=f"{error.remedy}. What it showed is in {alarm}, what was seen before in {remember}",
        ) from error
    write_whole(remember, note)
    return f"{now.checkpoint.size:,} entries, cosigned by {len(now.witnesses)}"
