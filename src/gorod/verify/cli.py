"""The command line `gorod-verify`: what `gorod verify`, `gorod monitor` and `gorod witness` do, for somebody who runs no city."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from gorod.kernel.errors import GorodError
from gorod.verify.commands import monitor, verify, witness

app = typer.Typer(
    help="Check, watch and witness the ledger of a city, without trusting it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 it holds, 1 it does not (with the reason and what to do), 2 wrong words."""
    for command in (verify, monitor, witness):
        command.add_to(app)
    try:
        app(args=sys.argv[1:] if arguments is None else arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except GorodError as error:
        console = Console(stderr=True, highlight=False, markup=False)
        console.print(f"{error.title}: {error.detail}")
        if error.remedy:
            console.print(f"What to do: {error.remedy}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
