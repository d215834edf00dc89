"""The whole city overnight answers as the same city answers one family: the door of dues is the oracle of the sweep."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.dues import api as dues
from gorod.engines.rules.data import Verdict
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Sweep
from gorod.kernel import clock
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.registers.data import Origin, Statement
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import Snapshot
from gorod.records.synthetic import api as synthetic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
RESIDENTS, BLOCK = 400, 70  # six blocks
SHARE = 3  # people of a part: most districts here have several
ORIGIN = Origin(source="test", owner="tax_service")


@pytest.fixture(autouse=True)
def moscow() -> City:
    """Moscow with 400 made-up residents, of whom some are merged, some dispute a fact and some are corrected."""
    city = catalogue.load(folder=MOSCOW)
    catalogue.install(city=city)
    assert city.synthetic is not None
    population = synthetic.generate(profile=city.synthetic, residents=RESIDENTS, seed=7, as_of=clock.today())
    synthetic.load(population=population)
    people = [UUID(party) for party in population.residents["party_id"]]
    for kept, duplicate in zip(people[:60:6], people[1:60:6], strict=True):
        parties.merge(party_id=kept, duplicate_id=duplicate, by="test", reason="the same person")
    for party in people[100:160:4]:
        registers.open_dispute(party_id=party, fact="monthly_income", reason="no", by="test")
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    corrected = [
        Statement(party_id=party, fact="monthly_income", value=1_000_00, valid_from=yesterday)
        for party in people[200:300:3]
    ]
    registers.record(statements=corrected, origin=ORIGIN)
    return city


def names() -> list[str]:
    return list(dues.rule_set().facts_of_all())


def taken(folder: Path, **more: object) -> Snapshot:
    district = catalogue.current().lives_in
    return snapshots.take(
        folder=folder / "snapshots",
        names=names(),
        district=district,
        block=BLOCK,
        share=SHARE,
        done=lambda n: None,
        **more,
    )


def swept(folder: Path, snapshot: Snapshot) -> Sweep:
    return sweeps.run(snapshot=snapshot, rule_set=dues.rule_set(), folder=folder / "sweeps", done=lambda district: None)


def everybody() -> list[UUID]:
    return parties.residents_after(party_id=None, limit=10**6)


def answers_of(sweep: Sweep) -> dict[UUID, dict[str, object]]:
    rows = [row for district in sweep.districts for row in sweep.answers(district).iter_rows(named=True)]
    meant = snapshots.parties_of(keys_of=[row["person"] for row in rows])
    return {meant[row["person"]]: row for row in rows}


def test_everybody_gets_the_answer_that_they_would_get_alone(tmp_path: Path) -> None:
    sweep = swept(tmp_path, taken(tmp_path))
    found = answers_of(sweep)
    people = everybody()
    assert found.keys() == set(people)
    verdicts = {Verdict.DUE: True, Verdict.NOT_DUE: False, Verdict.UNKNOWN: None, Verdict.WAITING: None}
    wrong = [
        (answer.service, answer.verdict, found[answer.party_id][answer.service])
        for answer in dues.assess(people=people, purpose="test", keep=False)
        if found[answer.party_id][answer.service] is not verdicts[answer.verdict]
        or (answer.amount or None) != (found[answer.party_id].get(f"{answer.service}#") or None)
    ]
    assert wrong == []
    due = {service: tally.due for service, tally in sweep.tallies.items()}
    assert sum(due.values()) > RESIDENTS / 4, "a city in which nothing is due tests nothing"
    assert all(tally.due + tally.not_due + tally.unknown == len(people) for tally in sweep.tallies.values())


def test_rows_that_do_not_fit_their_facts_are_unknown_and_counted(tmp_path: Path) -> None:
    """A register holds what a fact of today cannot be. Nobody else suffers for it, and no rule sees it."""
    broken = {
        "birth_date": 10**12,
        "disability": "of_the_first_group",
        "monthly_income": 10**17,
        "registered_in_city": 7,
    }
    people = everybody()[-len(broken) :]
    rows = [
        Statement(party_id=party, fact=fact, value=value, valid_from=clock.today())
        for party, (fact, value) in zip(people, broken.items(), strict=True)
    ]
    registers.record(statements=rows, origin=ORIGIN)
    assert taken(tmp_path).misfits == dict.fromkeys(broken, 1)
    test_facts_are_those_of_the_door(tmp_path / "all")
    known = facts.values(people=people, names=list(broken), purpose="test", reader=dues.PLATFORM)
    assert [known[row.party_id][row.fact] for row in rows] == [None] * len(rows)


def test_facts_are_those_of_the_door(tmp_path: Path) -> None:
    sweep = swept(tmp_path, taken(tmp_path))
    rows = [row for district in sweep.districts for row in sweep.facts(district).collect().iter_rows(named=True)]
    meant = snapshots.parties_of(keys_of=[row["person"] for row in rows])
    known = facts.values(people=everybody(), names=names(), purpose="test", reader=dues.PLATFORM)
    assert {meant[row.pop("person")]: row for row in rows} == known


def test_everybody_sees_that_the_whole_city_was_read(tmp_path: Path) -> None:
    taken(tmp_path)
    logs = [facts.access_log(party_id=party) for party in everybody()[::50]]
    assert all([row.purpose for row in log].count(snapshots.PURPOSE) == 1 for log in logs)
    facts.values(people=[], names=["birth_date"], purpose="of nobody", reader=dues.PLATFORM)
    assert "of nobody" not in [row.purpose for row in facts.access_log(party_id=everybody()[0])]
    assert set(logs[0][0].names) >= {"birth_date", "monthly_income"}


def test_files_say_nothing_of_who_it_is(tmp_path: Path) -> None:
    snapshot = taken(tmp_path)
    sweep = swept(tmp_path, snapshot)
    texts: set[str] = set()
    for path in [*snapshot.folder.rglob("*.parquet"), *sweep.folder.rglob("*.parquet")]:
        frame = pl.read_parquet(path)
        for column in frame.select(pl.col(pl.String)).iter_columns():
            texts |= set(column.drop_nulls())
    people = parties.parties(party_ids=everybody())
    assert not texts & {str(party) for party in people}
    assert not texts & {part for one in people.values() for part in (one.names.family_name, one.names.full())}
    assert not [path for path in tmp_path.rglob("*.json") for party in people if str(party) in path.read_text()]


def test_a_snapshot_that_was_killed_goes_on_at_its_own_moment(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def killed(people: int) -> None:
        if people > 2 * BLOCK:
            raise Killed

    with pytest.raises(Killed):
        snapshots.take(folder=tmp_path, names=names(), district="district", block=BLOCK, done=killed)
    assert snapshots.snapshots(folder=tmp_path) == []
    *_, one, two, later = everybody()
    parties.merge(party_id=one, duplicate_id=two, by="test", reason="found out meanwhile")
    registers.record(
        statements=[Statement(party_id=later, fact="deceased", value=True, valid_from=clock.today())], origin=ORIGIN
    )
    seen: list[int] = []
    snapshot = snapshots.take(folder=tmp_path, names=names(), district="district", block=BLOCK, done=seen.append)
    assert snapshots.snapshots(folder=tmp_path) == [snapshot]
    dead = pl.concat(snapshot.partition(one).people.filter("deceased") for one in snapshot.districts)
    assert later not in snapshots.parties_of(keys_of=dead["person"].to_list()).values()
    again = snapshots.take(folder=tmp_path / "other", names=names(), district="district", block=BLOCK, done=seen.append)
    dead = pl.concat(again.partition(one).people.filter("deceased") for one in again.districts)
    assert later in snapshots.parties_of(keys_of=dead["person"].to_list()).values()
    assert snapshot.people == again.people + 1, "they were two people at its moment"
