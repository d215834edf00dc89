"""gorod-verify trustees"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer
from nacl.public import PrivateKey
from rich.console import Console

from gorod.kernel.errors import BadInput
from gorod.verify.polls import sharing

console = Console(highlight=False, soft_wrap=True, markup=False)
PUBLIC = "poll-key.json"  # what the city is given


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trustees")(trustees)


def trustees(
    folder: Annotated[Path, typer.Argument(help="A new folder for the files.")],
    name: Annotated[list[str], typer.Option(help="Who holds a share; once for each.")],
    needed: Annotated[int, typer.Option(min=2, help="How many of them are needed to open a poll.")],
) -> None:
    """Make a poll's key in shares, away from the city: on a machine that all trustees see, and that is wiped after it.

    Give `poll-key.json` to the city before the poll is announced, and each trustee their own file. After the closing the trustees
    bring their shares; fewer than `needed` open nothing, and a poll whose shares are lost is never counted.
    """
    if len(set(name)) < len(name) or not all(one.strip() for one in name):
        raise BadInput("each trustee has a name of their own", remedy="say --name once for each")
    secret = PrivateKey.generate()
    shares = dict(zip(name, sharing.split(bytes(secret), among=len(name), needed=needed), strict=True))
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise BadInput(f"{folder} is there already", remedy="name a new folder") from None
    public = {
        "public": b64encode(bytes(secret.public_key)).decode(),
        "needed": needed,
        "shares": {one: sharing.digest(share) for one, share in shares.items()},
    }
    (folder / PUBLIC).write_text(json.dumps(public, ensure_ascii=False, indent=1), encoding="utf-8")
    for number, (one, share) in enumerate(shares.items(), 1):
        path = folder / f"share-{number}.json"
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"name": one, "share": share}, file, ensure_ascii=False, indent=1)
        console.print(f"{path}: for {one} alone")
    console.print(f"{folder / PUBLIC}: for the city. {needed} of {len(name)} shares open the poll.")
