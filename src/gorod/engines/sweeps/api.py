"""The door of sweeps."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Change, Runner, Sweep, Tally
from gorod.engines.sweeps.logic import cluster, partitions, runners
from gorod.kernel import clock
from gorod.kernel.canonical import digest
from gorod.kernel.files import alone, room, write_whole
from gorod.kernel.tables import write_arrow, write_parquet
from gorod.records.facts import api as facts
from gorod.records.snapshots.data import Snapshot

here: Runner = runners.here  # the runner of one machine

ABOUT = "sweep.json"
RUNNING = "running"  # the folder of the sweep that runs, or that was killed

_folder: Path | None = None


def configure(*, folder: Path) -> None:
    """Set where the city's sweeps are."""
    global _folder
    _folder = folder


def last() -> Sweep | None:
    """The newest sweep of the city's people; of made-up ones where there is no other, None before the first."""
    known = sweeps(folder=_folder) if _folder else []
    return max(known, key=lambda sweep: (not sweep.made_up, sweep.name), default=None)


def run(
    *,
    snapshot: Snapshot,
    rule_set: rules.RuleSet,
    folder: Path,
    beside: Collection[str] = (),
    runner: Runner = here,
    done: Callable[[str], None] = print,
) -> Sweep:
    """Answer every rule for everybody of a snapshot into a new folder of `folder`. `done` hears of each district.

    `beside`: facts to keep besides those that rules use. `runner`: who does the districts, the threads of this process or a
    cluster that sees the same folders. One that was killed goes on with the next district. A service whose rule fails anywhere
    is held back everywhere, the others go on. Raises Conflict while another sweep runs in this folder, Refused when the disk
    is full; then nothing is published.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder, what="a sweep"), room(folder, what="the sweep"):
        return _run(snapshot, rule_set, folder, beside, runner, done)


def _run(
    snapshot: Snapshot,
    rule_set: rules.RuleSet,
    folder: Path,
    beside: Collection[str],
    runner: Runner,
    done: Callable[[str], None],
) -> Sweep:
    services = rule_set.services
    versions = {service: rule_set.version_of(service) for service in services}
    work = folder / RUNNING
    halves = _begin(work, {"snapshot": snapshot.folder.name, "rules": versions, "beside": sorted(beside)})
    tallies = dict.fromkeys(services, Tally())
    held: dict[str, str] = {}
    examine = partial(_examine, snapshot, rule_set, tuple(beside), work, halves)
    for district, known in runner(examine, snapshot.districts):
        held |= known["held"]
        for service, counts in known["tallies"].items():
            tallies[service] += Tally(**counts)
        done(district)
    sweep = Sweep(
        folder=folder / f"{clock.now():%Y%m%dT%H%M%S%f}",
        snapshot=snapshot.folder.name,
        as_of=snapshot.as_of,
        districts=snapshot.districts,
        people=snapshot.people,
        rules=versions,
        held=held,
        tallies={service: one for service, one in tallies.items() if service not in held},
        made_up=snapshot.made_up,
    )
    shutil.rmtree(halves)  # who still does a district a second time, on another machine, writes nothing from here on
    _publish(work, sweep)
    return sweep


def _examine(
    snapshot: Snapshot, rule_set: rules.RuleSet, beside: Collection[str], work: Path, halves: Path, district: str
) -> dict[str, Any]:
    """One district, unless it is done: its facts, its answers, and last what is counted, which says that it is whole."""
    mark = work / f"{district}.json"
    if not mark.exists():
        services = rule_set.services
        partition = snapshot.partition(district)
        found = partitions.examine(partition, rule_set, as_of=snapshot.as_of, services=services, beside=beside)
        write_parquet(found.facts, work / "facts" / f"{district}.parquet", halves=halves)
        write_arrow(found.answers, work / "answers" / f"{district}.arrow", halves=halves)
        kept = {"held": found.held, "tallies": {service: asdict(one) for service, one in found.tallies.items()}}
        write_whole(mark, json.dumps(kept), halves=halves)
    known: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
    return known


@contextmanager
def spark(*, master: str, folder: Path, prepare: Callable[[], None]) -> Iterator[Runner]:
    """The workers of a Spark cluster as runner, while the context lasts. They know the vocabulary that is in force here now.

    `master`: spark://host:port, several with commas. `folder`: the one with snapshots and results, which every worker has to see
    under the same path. `prepare`: a function of a module, which a worker's process calls first to make Django ready.
    Raises BadInput for another address, Refused without pyspark, Java or master; the runner when no worker can do the work.
    """
    configure = partial(facts.configure, vocabulary=facts.vocabulary())
    with cluster.workers(master=master, folder=folder, prepare=prepare, configure=configure) as runner:
        yield runner


def _begin(work: Path, asked: Mapping[str, object]) -> Path:
    """Go on with what was begun for the same snapshot and rules; throw away anything else. Returns where files grow: a folder of
    these alone, so that nobody who was left over from other ones can put a file among those of now."""
    path = work / "asked.json"
    text = json.dumps(asked, sort_keys=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        shutil.rmtree(work, ignore_errors=True)
        for name in ("facts", "answers"):
            (work / name).mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    halves = work / f"halves-{digest(asked)}"
    halves.mkdir(exist_ok=True)
    return halves


def _publish(work: Path, sweep: Sweep) -> None:
    for path in (work / "answers").glob("*.arrow") if sweep.held else ():
        frame = pl.read_ipc(path)
        gone = {name for service in sweep.held for name in (service, f"{service}#")}
        write_arrow(frame.drop(gone, strict=False), path)
    about = {
        "snapshot": sweep.snapshot,
        "as_of": sweep.as_of.isoformat(),
        "districts": sweep.districts,
        "people": sweep.people,
        "rules": sweep.rules,
        "held": sweep.held,
        "tallies": {service: asdict(one) for service, one in sweep.tallies.items()},
        "made_up": sweep.made_up,
    }
    (work / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    for mark in work.glob("*.json"):
        if mark.name != ABOUT:
            mark.unlink()
    work.rename(sweep.folder)


def sweeps(*, folder: Path) -> list[Sweep]:
    """Those in a folder, oldest first; one that runs is not among them."""
    found = []
    for about in sorted(folder.glob(f"*/{ABOUT}")):
        values = json.loads(about.read_text(encoding="utf-8"))
        found.append(
            Sweep(
                folder=about.parent,
                snapshot=values["snapshot"],
                as_of=date.fromisoformat(values["as_of"]),
                districts=tuple(values["districts"]),
                people=values["people"],
                rules=values["rules"],
                held=values["held"],
                tallies={service: Tally(**counts) for service, counts in values["tallies"].items()},
                made_up=values.get("made_up", False),
            )
        )
    return found


def remove_old(*, folder: Path, keep: int, made_up: bool = False, spare: Collection[str] = ()) -> int:
    """Remove all but the newest few, of real or of made-up people, and those that somebody still needs (`spare`, by name). Returns
    how many went."""
    kind = [sweep for sweep in sweeps(folder=folder) if sweep.made_up is made_up]
    old = [sweep for sweep in kind[:-keep] if sweep.name not in spare]
    for one in old:
        shutil.rmtree(one.folder)
    return len(old)


def compared(*, before: Sweep, after: Sweep) -> list[Change]:
    """How much is otherwise, by service, as `differences` finds it."""
    counts: Counter[tuple[str, str]] = Counter()
    for found in differences(before=before, after=after):
        for service, what, number in found.group_by("service", "what").len().iter_rows():
            counts[service, what] += number
    return [
        Change(
            service=service,
            began=counts[service, BEGAN],
            ceased=counts[service, CEASED],
            amount_changed=counts[service, AMOUNT],
        )
        for service in sorted(before.tallies.keys() & after.tallies.keys())
    ]


def differences(*, before: Sweep, after: Sweep, services: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
    """What is otherwise: person (a random key), service, what (began | ceased | amount), a frame for each district and last one of
    who has moved or is new in the city.

    For somebody who is new all that is due began; of somebody who is in `after` no more nothing is said. Services (all by
    default) that one of the two has not, or held back, are left out: there is nothing to compare.
    """
    both = before.tallies.keys() & after.tallies.keys()
    wanted = sorted(both if services is None else both & set(services))
    if not wanted:
        return
    gone: list[pl.DataFrame] = []
    come: list[pl.DataFrame] = []

    def compare(district: str) -> pl.DataFrame:
        now = after.answers(district, wanted)
        if district not in before.districts:
            come.append(now)
            return partitions.otherwise(now.clear(), now.clear(), wanted)
        then = before.answers(district, wanted)
        if not now.get_column("person").equals(then.get_column("person")):
            now, arrived = partitions.parted(now, then)
            then, left = partitions.parted(then, now)
            come.append(arrived)
            gone.append(left)
        return partitions.otherwise(now, then, wanted)

    for _district, found in runners.here(compare, after.districts):
        yield found
    gone += [before.answers(district, wanted) for district in before.districts if district not in after.districts]
    if come:
        moved = pl.concat(come, how="diagonal")
        left = pl.concat([*gone, moved.clear()], how="diagonal")
        known = moved.select("person").join(left, on="person", how="left", maintain_order="left")
        yield partitions.otherwise(moved, known, wanted)
