"""A snapshot brought forward from the last one is the one that would have been taken whole, whatever happened in between."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import Snapshot
from tests.journeys.test_whole_city import BLOCK, SHARE, everybody, moscow, names

__all__ = ["moscow"]  # the city, for everything here

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
REGISTER = Origin(source="test", owner="tax_service")


class Life:
    """What happens to a city between two nights, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.events: list[UUID] = []
        self.merged: list[UUID] = []

    def somebody(self) -> UUID:
        return self.random.choice(everybody())

    def goes_on(self) -> None:
        """One day's worth of everything that can change what holds of somebody."""
        today = clock.today()
        for _ in range(6):
            event = new_id()
            self.events.append(event)
            begins = today + timedelta(days=self.random.choice([-400, -1, 0, 2, 30]))
            ends = self.random.choice([None, begins + timedelta(days=self.random.choice([1, 3, 60]))])
            income = Statement(
                party_id=self.somebody(),
                fact="monthly_income",
                value=self.random.randrange(10**7),
                valid_from=begins,
                valid_to=ends,
            )
            registers.record(statements=[income], origin=Origin(source="test", owner="tax_service", event_id=event))
        moves = Statement(party_id=self.somebody(), fact="district", value="45301000", valid_from=today)
        registers.record(statements=[moves], origin=REGISTER)
        one, other = self.somebody(), self.somebody()
        links = [
            Link(party_id=one, kind="spouse", other_id=other, valid_from=today),
            Link(party_id=other, kind="spouse", other_id=one, valid_from=today),
        ]
        registers.record(links=links, origin=REGISTER)
        registers.retract(event_id=self.random.choice(self.events))
        for dispute in registers.disputes_of(parties=everybody())[:2]:
            if dispute.closed_at is None:
                registers.close_dispute(dispute_id=dispute.dispute_id, outcome="confirmed", answer="no")
        registers.open_dispute(party_id=self.unquestioned(), fact="monthly_income", reason="no", by="test")
        if self.merged:
            parties.undo_merge(duplicate_id=self.merged.pop())
        kept, duplicate = self.random.sample(everybody(), 2)
        parties.merge(party_id=kept, duplicate_id=duplicate, by="test", reason="the same person")
        self.merged.append(duplicate)
        born = parties.create(names=Names(family_name="N", given_name="N"))
        birth = Statement(party_id=born, fact="birth_date", value=today, valid_from=today)
        mother = Link(party_id=born, kind="mother", other_id=self.somebody(), valid_from=today)
        registers.record(statements=[birth], links=[mother], origin=REGISTER)

    def unquestioned(self) -> UUID:
        asked = {one.party_id for one in registers.disputes_of(parties=everybody()) if one.closed_at is None}
        return self.random.choice([party for party in everybody() if party not in asked])


def taken(folder: Path, *, whole: bool) -> Snapshot:
    return snapshots.take(
        folder=folder, names=names(), district="district", whole=whole, block=BLOCK, share=SHARE, done=lambda n: None
    )


def contents(snapshot: Snapshot) -> dict[str, list[str]]:
    """Everything in its files, each district in an order of its own."""
    found = {}
    for district in snapshot.districts:
        for name in ("people", "around", "links", "links_around"):
            frame = pl.read_parquet(snapshot.folder / name / f"{district}.parquet")
            found[f"{name}/{district}"] = sorted(map(repr, frame.rows()))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_the_one_that_would_have_been_taken_whole(tmp_path: Path, seed: int) -> None:
    life = Life(seed)
    taken(tmp_path / "on", whole=False)
    for number, days in enumerate([0, 1, 45]):
        with clock.moved_by(timedelta(days=days)):
            life.goes_on()
            forward = taken(tmp_path / "on", whole=False)
            anew = taken(tmp_path / str(number), whole=True)
        assert contents(forward) == contents(anew)
        assert forward.people == anew.people == len(everybody())


def test_only_who_has_changed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = taken(tmp_path, whole=False)
    one = everybody()[300]
    richer = Statement(party_id=one, fact="monthly_income", value=77, valid_from=clock.today())
    registers.record(statements=[richer], origin=REGISTER)
    asked: list[int] = []
    real = registers.statements_frame

    def counting(*, parties: Collection[UUID], **more: Any) -> pl.DataFrame:
        asked.append(len(parties))
        return real(parties=parties, **more)

    monkeypatch.setattr(registers, "statements_frame", counting)
    second = taken(tmp_path, whole=False)
    assert len(snapshots.snapshots(folder=tmp_path)) == 2 and second.people == first.people
    assert sum(asked) <= 2, "one person, under one or two ids"
    incomes = pl.concat(second.partition(d).people.filter(pl.col("monthly_income") == 77) for d in second.districts)
    assert set(snapshots.parties_of(keys_of=incomes["person"].to_list()).values()) == {one}


def test_a_fact_that_is_read_in_another_way_is_read_of_everybody(tmp_path: Path) -> None:
    """The city's content has one code less, and silence means something else than it did."""
    before = taken(tmp_path, whole=False)
    known = facts.vocabulary()
    changed = {
        "disability": replace(known.facts["disability"], codes=("none", "child")),
        "pensioner": replace(known.facts["pensioner"], absent=None),
    }
    facts.configure(vocabulary=replace(known, facts={**known.facts, **changed}))
    forward, anew = taken(tmp_path, whole=False), taken(tmp_path, whole=True)
    assert contents(forward) == contents(anew) != contents(before)
    assert forward.misfits["disability"] == anew.misfits["disability"] > 0 == len(before.misfits)


def test_one_that_was_killed_goes_on_from_the_same_last_one(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def killed(people: int) -> None:
        raise Killed

    taken(tmp_path, whole=False)
    life = Life(5)
    life.goes_on()
    with pytest.raises(Killed):
        snapshots.take(folder=tmp_path, names=names(), district="district", block=2, share=SHARE, done=killed)
    forward = taken(tmp_path, whole=False)
    anew = taken(tmp_path / "whole", whole=True)
    assert contents(forward) == contents(anew)
