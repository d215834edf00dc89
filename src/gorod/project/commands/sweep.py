"""gorod sweep"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.offers import api as offers
from gorod.engines.offers.data import Following
from gorod.engines.scenarios import api as scenarios
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Change, Sweep
from gorod.kernel.errors import NotFound
from gorod.kernel.money import as_text
from gorod.project import clock, environment, runners, start
from gorod.project.runners import Engine
from gorod.records.parties import api as parties
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import Snapshot

console = Console(highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sweep)


def sweep(
    again: Annotated[bool, typer.Option(help="Use the last snapshot instead of taking one.")] = False,
    whole: Annotated[
        bool, typer.Option(help="Read everybody, not only who has changed since the last snapshot.")
    ] = False,
    keep: Annotated[int, typer.Option(min=2, help="How many snapshots and sweeps stay.")] = 3,
    engine: Annotated[Engine, typer.Option(help=runners.ENGINE_HELP)] = Engine.HERE,
    master: Annotated[str, typer.Option(help=runners.MASTER_HELP)] = "",
    only_look: Annotated[bool, typer.Option("--only-look", help="Let nothing follow from it for anybody.")] = False,
) -> None:
    """Examine the whole city: take a snapshot of the registers, answer every rule for everybody, compare with the last time.
    Workers do what follows: new dues are offered, what ended is looked at again."""
    home = environment.home()
    if again:
        start.read_city()
    else:
        start.install_city()
    # a cluster that is not there is said before hours of reading
    with runners.chosen(engine=engine, master=master) as runner:
        taken = _last() if again else _take(whole)
        before = [one for one in sweeps.sweeps(folder=home / "sweeps") if one.made_up is taken.made_up]
        began = time.monotonic()
        with _bar("rules", len(taken.districts)) as (bar, task):
            found = sweeps.run(
                snapshot=taken,
                rule_set=dues.rule_set(),
                folder=home / "sweeps",
                beside=beside(),
                runner=runner,
                done=lambda district: bar.advance(task),
            )
    console.print(f"{len(found.tallies)} services × {found.people:,} residents in {time.monotonic() - began:.1f} s.")
    if only_look or taken.made_up:
        _print(found, sweeps.compared(before=before[-1], after=found) if before else [])
        console.print("They are made up: nothing follows." if taken.made_up else "Only looked: nothing follows.")
    else:
        if again:
            clock.follow()
        following = offers.follow(sweep=found, earlier=before)
        _print(found, following.changes)
        console.print(_what_follows(following))
    snapshots.remove_old(folder=home / "snapshots", keep=keep, made_up=taken.made_up)
    needed = frozenset() if taken.made_up else offers.needed()
    sweeps.remove_old(folder=home / "sweeps", keep=keep, made_up=taken.made_up, spare=needed)


def _what_follows(following: Following) -> str:
    """What the workers will do."""
    if not following.before:
        return "There is no sweep to compare with: nothing follows, and the next one is compared with this one."
    return (
        f"Compared with {', '.join(following.before)}, "
        f"for {following.people:,} people in {following.batches:,} batches of the workers: "
        f"{following.began:,} newly due are offered if they still are, {following.ceased:,} that ended are looked at again."
    )


def _last() -> Snapshot:
    known = snapshots.snapshots(folder=environment.home() / "snapshots")
    if not known:
        raise NotFound("no snapshot has been taken", remedy="run it without --again")
    return known[-1]


def _take(whole: bool) -> Snapshot:
    began = time.monotonic()
    with _bar("registers", parties.residents_count()) as (bar, task):
        taken = snapshots.take(
            folder=environment.home() / "snapshots",
            names=[*dues.rule_set().facts_of_all(), *beside()],
            district=catalogue.current().lives_in,
            whole=whole,
            done=lambda people: bar.update(task, completed=people),
        )
    console.print(f"{taken.people:,} residents as of {taken.as_of} in {time.monotonic() - began:.1f} s: {taken.folder}")
    for fact, count in sorted(taken.misfits.items()):
        console.print(
            f"[bold red]{count:,} rows of {fact} do not fit[/] its definition in facts/ and count as unknown:"
            " have its owner send them anew, or mend the definition"
        )
    return taken


def beside() -> tuple[str, ...]:
    """The facts that `gorod what-if` needs of a sweep besides those of the rules."""
    return scenarios.facts_beside(rule_set=dues.rule_set())


@contextmanager
def _bar(what: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar with the time left; where there is no terminal nothing is drawn."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield bar, bar.add_task(what, total=total)


def _print(found: Sweep, otherwise: Iterable[Change]) -> None:
    changes = {one.service: one for one in otherwise}
    table = Table(
        "service", "due", "not due", "open", "a payment, all together", "newly due", "no longer", "other amount"
    )
    for service, one in found.tallies.items():
        change = changes.get(service)
        since = (f"{change.began:,}", f"{change.ceased:,}", f"{change.amount_changed:,}") if change else ("", "", "")
        paid = as_text(one.amount) if one.amount else ""
        table.add_row(service, f"{one.due:,}", f"{one.not_due:,}", f"{one.unknown:,}", paid, *since)
    console.print(table)
    for service, why in found.held.items():
        console.print(f"[bold red]{service} is held back:[/] {why}")
