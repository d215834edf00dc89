"""Work of the sweep in a process of its own, so that its memory can be measured: `python -m benchmarks.sweep.alone TASK JSON`.

The last line that it prints is its answer as JSON, with `peak`, the most memory it had (bytes, VmHWM of Linux).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from gorod.engines.rules.api import RuleSet
    from gorod.engines.rules.data import RuleSource

SEED = 31
PARTED = 100_000  # residents; fewer are tried out in one partition, for each district costs its own time
PROJECT = Path(__file__).resolve().parents[2]
KINDS = ("people", "around", "links", "links_around")  # the folders of a snapshot
RESULTS = ("facts", "answers")  # the folders of a sweep


def ask(task: str, **words: object) -> dict[str, Any]:
    """Have it done by a process of its own. Returns its answer. Raises CalledProcessError; what went wrong stands on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sweep.alone", task, json.dumps(words)],
        check=True,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def written(sources: Iterable[RuleSource]) -> str:
    """Rules as JSON, for the process that works alone."""
    return json.dumps([asdict(source) for source in sources])


def main(words: Sequence[str]) -> int:
    """Do one task. Returns the exit code."""
    from gorod.project import start

    start.prepare()
    start.read_city()
    task, text = words
    answer = TASKS[task](**json.loads(text))
    print(json.dumps({**answer, "peak": _peak()}))
    return 0


def _peak() -> int:
    """The most memory this process has had, in bytes: its own, not what it inherited from who started it (as ru_maxrss is)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not say how much memory a process had; benchmarks run on Linux")


def _rules(path: str) -> RuleSet:
    from gorod.catalogue import api as catalogue
    from gorod.engines.rules import api as rules
    from gorod.engines.rules.data import Amount, RuleSource
    from gorod.records.facts import api as facts

    sources = []
    for known in json.loads(Path(path).read_text(encoding="utf-8")):
        amount = known.pop("amount")
        sources.append(RuleSource(**known, amount=Amount(**amount) if amount else None))
    return rules.compile_rules(sources=sources, facts=facts.names(), values=catalogue.current().values)


def make_up(*, residents: int, folder: str, rules: str) -> dict[str, Any]:
    """A snapshot of made-up people with what these rules read."""
    from gorod.catalogue import api as catalogue
    from gorod.kernel import clock
    from gorod.records.snapshots import api as snapshots
    from gorod.records.synthetic import api as synthetic

    city = catalogue.current()
    assert city.synthetic is not None
    taken = snapshots.make_up(
        folder=Path(folder),
        parts=synthetic.parts(profile=city.synthetic, residents=residents, seed=SEED, as_of=clock.today()),
        names=_rules(rules).facts_of_all(),
        district=city.lives_in if residents >= PARTED else "",
    )
    return {"snapshot": str(taken.folder)}


def sweep(*, snapshot: str, folder: str, rules: str, before: str = "", days_before: int = 0) -> dict[str, Any]:
    """A sweep of a snapshot, and what is otherwise than in the sweep `before`. Seconds of both, the folder, what was found.

    `days_before`: judge as of so many days earlier, which makes a sweep to compare with.
    """
    from gorod.engines.sweeps import api as sweeps
    from gorod.records.snapshots import api as snapshots

    place = Path(snapshot)
    (taken,) = [one for one in snapshots.snapshots(folder=place.parent) if one.folder == place]
    taken = replace(taken, as_of=taken.as_of - timedelta(days=days_before))
    rule_set = _rules(rules)
    earlier = [one for one in sweeps.sweeps(folder=Path(folder)) if str(one.folder) == before]
    began = time.perf_counter()
    found = sweeps.run(snapshot=taken, rule_set=rule_set, folder=Path(folder), done=lambda district: None)
    answered = time.perf_counter()
    changes = sweeps.compared(before=earlier[0], after=found) if earlier else []
    compared = time.perf_counter()
    tallies = found.tallies.values()
    return {
        "sweep": str(found.folder),
        "run": answered - began,
        "compared": compared - answered,
        "held": dict(found.held),
        "due": sum(one.due for one in tallies),
        "not_due": sum(one.not_due for one in tallies),
        "unknown": sum(one.unknown for one in tallies),
        "changes": sum(one.began + one.ceased + one.amount_changed for one in changes),
    }


def floor(*, snapshot: str, sweep: str, before: str, folder: str) -> dict[str, Any]:
    """The same bytes with nothing in between: read every file of the snapshot, write every file of the sweep (from frames that
    were read before the clock ran), read its answers and those of the sweep before; as many districts at once as a sweep."""
    to = Path(folder)
    for name in RESULTS:
        (to / name).mkdir(parents=True)
    districts = sorted(path.name for path in (Path(snapshot) / "people").glob("*.parquet"))
    at_once = os.cpu_count() or 1
    seconds = 0.0
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for some in _some(districts, 2 * at_once):
            results = [
                (pl.read_parquet(Path(sweep, "facts", one)), pl.read_ipc(Path(sweep, "answers", _arrow(one))))
                for one in some
            ]
            began = time.perf_counter()
            list(pool.map(lambda one, frames: _bytes_of(one, frames, Path(snapshot), to), some, results))
            list(pool.map(lambda one: _answers_of(one, (sweep, before)), some))
            seconds += time.perf_counter() - began
    shutil.rmtree(to)
    return {"seconds": seconds}


def _some(items: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(items), count):
        yield items[first : first + count]


def _bytes_of(district: str, frames: tuple[pl.DataFrame, pl.DataFrame], snapshot: Path, to: Path) -> None:
    for kind in KINDS:
        pl.read_parquet(snapshot / kind / district)
    facts, answers = frames
    facts.write_parquet(to / "facts" / district)
    answers.write_ipc(to / "answers" / _arrow(district), compression="zstd")


def _answers_of(district: str, sweeps: Sequence[str]) -> None:
    for sweep in sweeps:
        pl.read_ipc(Path(sweep, "answers", _arrow(district)))


def _arrow(district: str) -> str:
    return str(Path(district).with_suffix(".arrow"))


TASKS: Mapping[str, Callable[..., dict[str, Any]]] = {"make_up": make_up, "sweep": sweep, "floor": floor}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
