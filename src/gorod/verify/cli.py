"""The command line `gorod-verify`: what `gorod verify`, `gorod monitor` and `gorod witness` do, for somebody who runs no city."""

from __future__ import annotations

import sys

import typer

from gorod.kernel import terminal
from gorod.verify.commands import monitor, trustees, verify, witness

app = typer.Typer(
    help="Check, watch and witness the ledger of a city, without trusting it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 it holds, 1 it does not (with the reason and what to do), 2 wrong words."""
    for command in (verify, monitor, witness, trustees):
        command.add_to(app)
    return terminal.run(app, sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
