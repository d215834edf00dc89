"""gorod verify"""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status

from gorod.kernel.files import write_whole
from gorod.kernel.merkle import api as merkle
from gorod.kernel.terminal import letters
from gorod.verify import log, receipt
from gorod.verify.commands import allotment, poll
from gorod.verify.source import reading

console = Console(highlight=False, soft_wrap=True)
LONGEST_KIND = 60


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Check what the city says of itself, without trusting it.", no_args_is_help=True)
    group.command("log")(check_log)
    group.command("receipt")(check_receipt)
    group.command("poll")(poll.check_poll)
    group.command("allotment")(allotment.check_allotment)
    group.callback()(verify)
    app.add_typer(group, name="verify")


def verify() -> None:
    """Check what the city says of itself, without trusting it."""


def check_log(
    address: Annotated[str, typer.Argument(help="Where the log is: https://city.example/ledger, or a folder.")],
    key: Annotated[str, typer.Option(help="The log's key, name+1a2b3c4d+AQ…: from another place than the log.")],
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness; once for each.")] = None,
    quorum: Annotated[int, typer.Option(min=0, help="How many of the witnesses must have cosigned.")] = 0,
    remember: Annotated[
        Path | None,
        typer.Option(help="A file with the checkpoint seen last; held against it, then brought up to date."),
    ] = None,
) -> None:
    """Check a whole log: its signature, that its entries lead to the signed root, that it is the one seen before."""
    signer, witnesses = merkle.read_key(key), [merkle.read_key(one) for one in witness or ()]
    read = reading(address)
    now = log.seen(note=read(merkle.CHECKPOINT), key=signer, witnesses=witnesses, quorum=quorum)
    before = None
    if remember is not None and remember.exists():
        before = log.seen(note=remember.read_bytes(), key=signer)
    kinds: Counter[str] = Counter()
    with console.status("…") as status:
        shown = partial(_show, status)
        for _index, entry in log.entries(read=read, now=now, before=before, done=shown):
            kinds[_kind(entry)] += 1
    if remember is not None:
        write_whole(remember, now.note)
    console.print(f"[bold green]The log {now.checkpoint.origin} holds:[/] {now.checkpoint.size:,} entries")
    for kind, count in sorted(kinds.items()):
        console.print(f"  {count:>12,} {kind}", markup=False)
    for one in now.witnesses:
        console.print(f"  cosigned by {one.key.name}")
    if before is not None:
        console.print(f"  the {before.checkpoint.size:,} entries seen before are unchanged")


def check_receipt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The receipt, as the portal gave it.")],
    key: Annotated[str, typer.Option(help="The log's key, from another place than the receipt.")],
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness; once for each.")] = None,
    quorum: Annotated[int, typer.Option(min=0, help="How many of the witnesses must have cosigned.")] = 0,
) -> None:
    """Check a receipt: that exactly what it says was recorded in the log that the city signed. No network is needed."""
    witnesses = [merkle.read_key(one) for one in witness or ()]
    found = receipt.read(file.read_bytes())
    now = log.seen(note=found.checkpoint.encode(), key=merkle.read_key(key), witnesses=witnesses, quorum=quorum)
    receipt.check(found, checkpoint=now.checkpoint)
    console.print(f"[bold green]This was recorded[/] as entry {found.index:,} of the log {now.checkpoint.origin}:")
    console.print_json(data=dict(found.content))


def _show(status: Status, count: int) -> None:
    status.update(f"{count:,}")


def _kind(entry: bytes) -> str:
    """What an entry is about, as it says itself. The log may say anything: nothing of it reaches the terminal but letters."""
    try:
        said = str(json.loads(entry)["kind"])
    except (ValueError, KeyError, TypeError):
        return "something else"
    return letters(said[:LONGEST_KIND])
