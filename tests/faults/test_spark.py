"""The city's sweep on a real Spark cluster: row for row what one machine finds, also when a worker dies in the middle."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.dues import api as dues
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import Scenario
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Runner, Sweep
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.project import environment, start
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import Snapshot
from gorod.records.synthetic import api as synthetic
from tests.faults.city import until
from tests.faults.cluster import Cluster, running

pytestmark = pytest.mark.slow
RESIDENTS, PART, EVERY = 24_000, 12_000, 9  # only every ninth district, or the tests would last minutes
TAKEN_SECONDS = 60
KILLED_SECONDS = 120


@pytest.fixture(scope="module")
def moscow() -> City:
    city = catalogue.load(folder=MOSCOW)
    catalogue.install(city=city)
    return city


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def snapshot(moscow: City, home: Path) -> Snapshot:
    assert moscow.synthetic is not None
    parts = synthetic.parts(profile=moscow.synthetic, residents=RESIDENTS, seed=7, as_of=clock.today(), part=PART)
    names = [*dues.rule_set().facts_of_all(), *scenarios.facts_beside(rule_set=dues.rule_set())]
    whole = snapshots.make_up(folder=home / "snapshots", parts=parts, names=names, district=moscow.lives_in)
    districts = whole.districts[::EVERY]
    return replace(whole, districts=districts, people=sum(whole.partition(one).own.len() for one in districts))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture(scope="module")
def on_spark(cluster: Cluster, snapshot: Snapshot, home: Path) -> Iterator[Runner]:
    with sweeps.spark(master=cluster.master, folder=home, prepare=start.prepare_to_examine) as runner:
        yield runner


@pytest.fixture(scope="module")
def expected(snapshot: Snapshot, home: Path) -> Sweep:
    """What the threads of this machine find."""
    return swept(snapshot, home / "here", sweeps.here)


def swept(snapshot: Snapshot, folder: Path, runner: Runner) -> Sweep:
    return sweeps.run(
        snapshot=snapshot,
        rule_set=dues.rule_set(),
        folder=folder,
        beside=scenarios.facts_beside(rule_set=dues.rule_set()),
        runner=runner,
        done=lambda district: None,
    )


def assert_same(found: Sweep, expected: Sweep) -> None:
    assert found.tallies == expected.tallies and not found.held
    for district in expected.districts:
        assert_frame_equal(found.answers(district), expected.answers(district))
        assert_frame_equal(found.facts(district).collect(), expected.facts(district).collect())
    files = [{path.relative_to(one.folder) for path in one.folder.rglob("*")} for one in (found, expected)]
    assert files[0] == files[1], "something was left over"


def test_workers_find_what_one_machine_finds(on_spark: Runner, snapshot: Snapshot, expected: Sweep, home: Path) -> None:
    seen: list[str] = []
    found = sweeps.run(
        snapshot=snapshot,
        rule_set=dues.rule_set(),
        folder=home / "spark",
        beside=scenarios.facts_beside(rule_set=dues.rule_set()),
        runner=on_spark,
        done=seen.append,
    )
    assert_same(found, expected)
    assert found.people > 2_000
    assert sorted(seen) == sorted(snapshot.districts) and len(seen) > 10
    assert sum(one.due for one in found.tallies.values()) > RESIDENTS / 4, (
        "a city in which nothing is due tests nothing"
    )


def test_workers_answer_a_change_of_law_as_one_machine_does(on_spark: Runner, expected: Sweep) -> None:
    rule_set = dues.rule_set()
    higher = Scenario(title="a tenth higher", figures={"subsistence_minimum": 29_269_00})
    found = scenarios.answer(scenario=higher, sweep=expected, rule_set=rule_set, runner=on_spark)
    assert found == scenarios.answer(scenario=higher, sweep=expected, rule_set=rule_set)
    assert found.together.gain


@dataclass(frozen=True)
class NeverDone:
    """Work that, when it has been done for the first time in a district, waits to be killed before anybody hears of it."""

    work: Callable[[str], dict[str, Any]]
    begun: Path

    def __call__(self, district: str) -> dict[str, Any]:
        done = self.work(district)
        mine = self.begun.with_name(f"begun-{os.getpid()}")
        mine.write_text(str(os.getpid()))
        try:
            self.begun.hardlink_to(mine)  # whole at once, and once
        except FileExistsError:
            return done
        time.sleep(KILLED_SECONDS)
        raise AssertionError("it was to be killed")


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(
    on_spark: Runner, cluster: Cluster, snapshot: Snapshot, expected: Sweep, home: Path
) -> None:
    begun = home / "begun"

    def killed_in_the_middle(
        work: Callable[[str], dict[str, Any]], districts: Sequence[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        return on_spark(NeverDone(work, begun), districts)

    with ThreadPoolExecutor(max_workers=1) as beside:
        sweep = beside.submit(swept, snapshot, home / "killed", killed_in_the_middle)
        until("a district is begun", lambda: sweep.done() or begun.exists(), TAKEN_SECONDS)
        assert not sweep.done(), sweep.exception()
        cluster.kill_worker_of(int(begun.read_text()))
        cluster.add_workers(1)
        found = sweep.result()
    assert_same(found, expected)


def fails(error: Exception, district: str) -> dict[str, Any]:
    raise error


def test_what_goes_wrong_on_a_worker_is_raised_here(on_spark: Runner, snapshot: Snapshot, home: Path) -> None:
    def on_full_disks(
        work: Callable[[str], dict[str, Any]], districts: Sequence[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        return on_spark(partial(fails, OSError(errno.ENOSPC, "No space left on device", "/far/away")), districts)

    with pytest.raises(Refused, match="no room for the sweep"):
        swept(replace(snapshot, districts=snapshot.districts[:2]), home / "full", on_full_disks)
    assert sweeps.sweeps(folder=home / "full") == []
    with pytest.raises(Refused, match="nothing there"):
        list(on_spark(partial(fails, NotFound("nothing there")), ["north"]))
    with pytest.raises(RuntimeError, match="KeyError: 'a fault of ours'"):
        list(on_spark(partial(fails, KeyError("a fault of ours")), ["north"]))


def test_a_worker_that_does_not_see_the_folder_is_named(on_spark: Any, home: Path) -> None:
    with pytest.raises(Refused, match=r"does not see .*elsewhere"):
        list(replace(on_spark, shared=home / "elsewhere" / "spark")(len, ["north"]))


def test_workers_have_no_secret_of_this_installation(on_spark: Runner) -> None:
    ((_, found),) = on_spark(eval, ["{**__import__('os').environ}"])
    assert {name: found[name] for name in environment.MADE} == {name: f"no {name} here" for name in environment.MADE}
    assert not {os.environ[name] for name in (*environment.MADE, "DATABASE_URL")} & set(found.values())


def test_when_no_worker_is_left_it_is_said_so(
    on_spark: Runner, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test of this file: it ends them."""
    monkeypatch.setattr("gorod.engines.sweeps.logic.cluster.NO_WORKER_S", 2)
    cluster.kill_workers()
    with pytest.raises(Refused, match=r"no worker of spark://.* took the work for 2 s"):
        list(on_spark(len, ["north", "south"]))
