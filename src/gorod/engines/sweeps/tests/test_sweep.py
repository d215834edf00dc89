"""A sweep goes on after a kill, holds back what fails, runs alone, publishes all or nothing, and says what is otherwise."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gorod.engines.rules import api as rules
from gorod.engines.rules.data import RuleSource
from gorod.engines.sweeps import api
from gorod.engines.sweeps.data import Change, Runner, Sweep
from gorod.kernel.errors import Conflict, Refused
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import VOCABULARY
from gorod.records.snapshots.data import Snapshot

DAY = date(2026, 6, 15)
LINKS = pl.DataFrame(schema={"person": pl.Int64, "kind": pl.String, "other": pl.Int64})


@pytest.fixture(autouse=True)
def _vocabulary() -> Iterator[None]:
    facts.configure(vocabulary=VOCABULARY)
    yield
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


def rule_set() -> rules.RuleSet:
    """Two services over a person's own facts."""
    sources = {
        "bonus": RuleSource(service="bonus", conditions={"earns": "income > 100"}),
        "ticket": RuleSource(service="ticket", conditions={"registered": "registered"}),
    }
    return rules.compile_rules(sources=sources.values(), facts=facts.names(), values={})


def people(*rows: tuple[int, int | None, bool | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(person, income, registered) for person, income, registered in rows],
        schema={"person": pl.Int64, "income": pl.Int64, "registered": pl.Boolean},
        orient="row",
    )


def snapshot(folder: Path, name: str, **districts: pl.DataFrame) -> Snapshot:
    """A snapshot whose districts need nobody of each other."""
    place = folder / "snapshots" / name
    for kind in ("people", "around", "links", "links_around"):
        (place / kind).mkdir(parents=True)
    for district, frame in districts.items():
        frame.write_parquet(place / "people" / f"{district}.parquet")
        frame.clear().write_parquet(place / "around" / f"{district}.parquet")
        LINKS.write_parquet(place / "links" / f"{district}.parquet")
        LINKS.write_parquet(place / "links_around" / f"{district}.parquet")
    return Snapshot(
        folder=place,
        as_of=DAY,
        known_at=datetime(2026, 6, 15, tzinfo=UTC),
        stated=("income", "registered"),
        relations=(),
        hops=0,
        district="",
        districts=tuple(sorted(districts)),
        people=sum(frame.height for frame in districts.values()),
        form="",
        misfits={},
    )


NORTH = people((1, 150, True), (2, 50, None), (3, None, False))
SOUTH = people((4, 200, True), (5, 100, True))


def sweep(
    folder: Path,
    taken: Snapshot,
    done: Callable[[str], None] = lambda district: None,
    runner: Runner = api.here,
) -> Sweep:
    return api.run(snapshot=taken, rule_set=rule_set(), folder=folder / "sweeps", done=done, runner=runner)


def test_each_has_an_answer_of_each_service_and_they_are_counted(tmp_path: Path) -> None:
    found = sweep(tmp_path, snapshot(tmp_path, "one", north=NORTH, south=SOUTH))
    assert found.answers("north").rows() == [(1, True, True), (2, False, None), (3, None, False)]
    bonus = found.tallies["bonus"]
    assert (bonus.due, bonus.not_due, bonus.unknown) == (2, 2, 1)
    assert api.sweeps(folder=tmp_path / "sweeps") == [found]


def test_one_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def killed(district: str) -> None:
        raise Killed

    taken = snapshot(tmp_path, "one", north=NORTH, south=SOUTH)
    with pytest.raises(Killed):
        sweep(tmp_path, taken, done=killed)
    assert api.sweeps(folder=tmp_path / "sweeps") == []
    written = tmp_path / "sweeps" / "running" / "answers" / "north.arrow"
    before = written.stat().st_mtime_ns
    found = sweep(tmp_path, taken)
    assert (found.folder / "answers" / "north.arrow").stat().st_mtime_ns == before, "it was examined twice"
    assert (
        found.tallies
        == sweep(tmp_path / "whole", snapshot(tmp_path / "whole", "one", north=NORTH, south=SOUTH)).tallies
    )


def test_a_service_that_fails_on_one_district_is_held_back_everywhere_and_the_others_are_not(tmp_path: Path) -> None:
    broken = SOUTH.with_columns(pl.col("income").cast(pl.String))
    found = sweep(tmp_path, snapshot(tmp_path, "one", north=NORTH, south=broken))
    assert found.held.keys() == {"bonus"} and found.held["bonus"]
    assert found.tallies.keys() == {"ticket"} and found.tallies["ticket"].due == 3
    assert all(found.answers(district).columns == ["person", "ticket"] for district in found.districts)


def test_two_at_once_are_refused_and_one_after_the_other_are_not(tmp_path: Path) -> None:
    taken = snapshot(tmp_path, "one", north=NORTH)
    (tmp_path / "sweeps").mkdir()
    handle = os.open(tmp_path / "sweeps" / "lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(Conflict, match="a sweep runs"):
        sweep(tmp_path, taken)
    os.close(handle)
    assert sweep(tmp_path, taken).people == 3


def test_a_full_disk_publishes_nothing_and_the_next_try_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = snapshot(tmp_path, "one", north=NORTH, south=SOUTH)
    real = Path.open

    def full(path: Path, *how: Any, **more: Any) -> Any:
        if path.name.startswith("south.parquet"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *how, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Refused, match="no room"):
        sweep(tmp_path, taken)
    assert api.sweeps(folder=tmp_path / "sweeps") == []
    monkeypatch.undo()
    assert sweep(tmp_path, taken).people == 5


def test_what_is_otherwise_than_the_last_time_also_of_who_has_moved(tmp_path: Path) -> None:
    before = sweep(tmp_path, snapshot(tmp_path, "one", north=NORTH, south=SOUTH))
    later_north = people((1, 50, True), (2, 500, None), (3, None, False))
    later_south = people((4, 300, True))
    moved_west = people((5, 101, False), (6, 1000, True))
    after = sweep(tmp_path, snapshot(tmp_path, "two", north=later_north, south=later_south, west=moved_west))
    assert api.compared(before=before, after=after) == [
        Change(service="bonus", began=3, ceased=1),  # 2 and 5 began, and 6, who is new; 1 ceased
        Change(service="ticket", began=1, ceased=1),  # 6; 5
    ]
    found = pl.concat(api.differences(before=before, after=after, services=["bonus"]))
    assert sorted(found.rows()) == [
        (1, "bonus", "ceased"),
        (2, "bonus", "began"),
        (5, "bonus", "began"),
        (6, "bonus", "began"),
    ]


def test_a_changed_rule_is_compared_over_the_same_people(tmp_path: Path) -> None:
    taken = snapshot(tmp_path, "one", north=NORTH, south=SOUTH)
    before = sweep(tmp_path, taken)
    generous = RuleSource(service="bonus", conditions={"earns": "income > 10"})
    changed = rules.compile_rules(sources=[generous], facts=facts.names(), values={})
    after = api.run(snapshot=taken, rule_set=changed, folder=tmp_path / "sweeps", done=lambda district: None)
    assert api.sweeps(folder=tmp_path / "sweeps") == [before, after]
    assert api.compared(before=before, after=after) == [Change(service="bonus", began=2)]


def test_old_ones_go(tmp_path: Path) -> None:
    made = [sweep(tmp_path, snapshot(tmp_path, name, north=NORTH)) for name in ("one", "two", "three")]
    assert api.remove_old(folder=tmp_path / "sweeps", keep=2, spare=[made[0].name]) == 0
    assert api.remove_old(folder=tmp_path / "sweeps", keep=2) == 1
    assert api.sweeps(folder=tmp_path / "sweeps") == made[1:]


Work = Callable[[str], dict[str, Any]]


def test_a_district_that_several_do_at_once_is_done_once(tmp_path: Path) -> None:
    def by_four(work: Work, districts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        with ThreadPoolExecutor(max_workers=4) as pool:
            for district in districts:
                first, *others = pool.map(work, [district] * 4)
                assert others == [first] * 3
                yield district, first

    taken = snapshot(tmp_path, "one", north=NORTH, south=SOUTH)
    found = sweep(tmp_path, taken, runner=by_four)
    once = sweep(tmp_path / "once", taken)
    assert found.tallies == once.tallies
    assert {path.name for path in found.folder.rglob("*")} == {path.name for path in once.folder.rglob("*")}
    assert found.answers("north").equals(once.answers("north"))


def test_who_still_works_for_an_older_sweep_changes_nothing(tmp_path: Path) -> None:
    late: list[Work] = []

    def kept(work: Work, districts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        late.append(work)
        return api.here(work, districts)

    def with_the_late_one(work: Work, districts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        with pytest.raises(FileNotFoundError):
            late[0]("north")
        return api.here(work, districts)

    older = sweep(tmp_path, snapshot(tmp_path, "one", north=NORTH), runner=kept)
    with pytest.raises(FileNotFoundError):
        late[0]("north")
    assert older.answers("north").height == 3
    later = sweep(tmp_path, snapshot(tmp_path, "two", north=SOUTH), runner=with_the_late_one)
    assert later.answers("north")["person"].to_list() == [4, 5]
