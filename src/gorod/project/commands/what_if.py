"""gorod what-if"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import FEWEST, Answer, Effect
from gorod.engines.sweeps import api as sweeps
from gorod.kernel.errors import NotFound
from gorod.kernel.money import as_text
from gorod.project import runners, start
from gorod.project.runners import Engine

console = Console(highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("what-if")(what_if)


def what_if(
    scenario: Annotated[Path, typer.Argument(help="The file that says what would be otherwise.", exists=True)],
    save: Annotated[Path | None, typer.Option(help="Write it there again with its answer.")] = None,
    engine: Annotated[Engine, typer.Option(help=runners.ENGINE_HELP)] = Engine.HERE,
    master: Annotated[str, typer.Option(help=runners.MASTER_HELP)] = "",
) -> None:
    """Try a change of law on the last sweep: who gains, who loses, what it costs a month. Changes nothing.

    A file that was saved with its answer is compared with it, to the kopeck.
    """
    start.read_city()
    tried, saved = catalogue.read_scenario(path=scenario)
    sweep = sweeps.last()
    if sweep is None:
        raise NotFound("the city was not swept yet", remedy="run gorod sweep, or gorod synth and gorod sweep --again")
    began = time.monotonic()
    with runners.chosen(engine=engine, master=master) as runner:
        found = scenarios.answer(scenario=tried, sweep=sweep, rule_set=dues.rule_set(), runner=runner)
    console.print(
        f"{tried.title}: {found.people:,} residents as of {found.as_of}, in {time.monotonic() - began:.1f} s."
    )
    _print(found)
    if save is not None:
        save.write_text(catalogue.written_scenario(scenario=tried, answer=found), encoding="utf-8")
        console.print(f"Saved: {save}")
    if saved is not None:
        _compare(scenarios.otherwise(saved=saved, now=found))


def _print(found: Answer) -> None:
    _table("service", found.services)
    for service, months in found.windows.items():
        effect = found.services[service]
        cost = as_text((effect.after_once - effect.before_once) // months)
        console.print(f"{service}: one may apply for {months} months, so it comes to about {cost} a month more.")
    for service, count in found.unclear.items():
        if count != 0:
            console.print(f"{service}: for {_count(count)} it cannot be said, a fact is not known.")
    if found.hidden:
        console.print(f"Not shown, fewer than {FEWEST} people are concerned: {', '.join(found.hidden)}")
    _table("district", found.districts)
    _table("family size", found.sizes)
    _table("tenth of income", found.incomes)
    _table("all", {"together": found.together})


def _table(of: str, rows: Mapping[str, Effect]) -> None:
    if not rows:
        return
    headings = ("people", "gain", "lose", "both", "a month before", "after", "once before", "after")
    table = Table(of, *headings)
    for name, one in rows.items():
        money = (one.before, one.after, one.before_once, one.after_once)
        ways = (_count(one.gain), _count(one.lose), _count(one.both))
        table.add_row(name, f"{one.people:,}", *ways, *(as_text(sum) if sum else "" for sum in money))
    console.print(table)


def _count(count: int | None) -> str:
    return f"fewer than {FEWEST}" if count is None else f"{count:,}"


def _compare(differences: list[str]) -> None:
    if not differences:
        console.print("[green]The same as was saved, to the kopeck.[/]")
        return
    console.print("[bold red]Otherwise than was saved[/] (another sweep, or other rules in force):")
    for line in differences[:20]:
        console.print(f"  {line}")
    raise typer.Exit(1)
