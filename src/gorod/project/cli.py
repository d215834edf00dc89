"""The command line `gorod`. Every file of `commands/` is one command, found by walking."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from gorod.kernel import terminal
from gorod.project import commands, start

app = typer.Typer(
    help="Gorod, the digital platform of a city. Begin with: gorod run",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def gorod() -> None:
    """Gorod, the digital platform of a city. Begin with: gorod run"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 refused with the reason and a remedy, 2 wrong words."""
    start.prepare()
    words = sys.argv[1:] if arguments is None else arguments
    names = [module.name for module in iter_modules(commands.__path__)]
    asked = words[0].replace("-", "_") if words else ""
    for name in [asked] if asked in names else names:
        # only the command that is asked for is imported: the city must be up in seconds
        import_module(f"{commands.__name__}.{name}").add_to(app)
    return terminal.run(app, words)


if __name__ == "__main__":
    sys.exit(main())
