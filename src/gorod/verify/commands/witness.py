"""gorod witness"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.kernel.errors import BadInput, Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.verify.witness import Witness, serving

console = Console(highlight=False, soft_wrap=True)
SEED = "witness.seed"  # 32 bytes, mode 600


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("witness")(stand)


def stand(
    name: Annotated[str, typer.Option(help="What this witness is called, for example example.org/witness.")],
    log_key: Annotated[list[str], typer.Option(help="The key of a log that it witnesses; once for each.")],
    folder: Annotated[Path, typer.Option(help="Where it keeps its key and what it has cosigned; nobody else's.")],
    listen: Annotated[str, typer.Option(help="Address and port.")] = "127.0.0.1:7380",
) -> None:
    """Witness logs: cosign what a log sends when it has only grown since the last time."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        raise BadInput(f"{listen!r} is no address and port", remedy="write for example 127.0.0.1:7380")
    signer = merkle.Signer(name=name, type=SignatureType.COSIGNATURE, seed=_seed(folder))
    witness = Witness(signer=signer, logs=[merkle.read_key(one) for one in log_key], folder=folder)
    try:
        server = serving(witness, host=host, port=int(port))
    except OSError as error:
        raise Refused(f"{listen} cannot be listened at: {error.strerror}", remedy="take another port") from error
    console.print(f"{merkle.written_key(signer.key)} http://{listen}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _seed(folder: Path) -> bytes:
    """The private key, made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SEED
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
