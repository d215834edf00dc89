"""kill -9 of the ledger while decisions are made: each of them is in the log, once, and the log is the one that was seen before."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from gorod.kernel.merkle import api as merkle
from tests.faults.city import City
from tests.faults.families import Families

KILLS = 4
EACH = 3  # births between two kills
COMES_BACK_S = 30
UNPROVED = "SELECT count(*) FROM cases_decision d WHERE NOT EXISTS (SELECT FROM ledger_opening o WHERE o.about = d.id)"
LOGGED = "SELECT count(*), count(DISTINCT e.index) FROM ledger_opening o JOIN ledger_entry e ON e.entry_id = o.id"

pytestmark = pytest.mark.slow


def published(city: City) -> int:
    """How many entries the world can see."""
    answer = httpx.get(f"{city.url}/ledger/checkpoint")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return 0
    return merkle.read_checkpoint(merkle.read_note(answer.content).text).size


def all_is_there(city: City) -> bool:
    """Whether nothing waits, and the world sees all that is numbered."""
    ((waiting,),) = city.rows("SELECT count(*) FROM ledger_waiting")
    heads = city.rows("SELECT size FROM ledger_head")
    return waiting == 0 and heads != [] and heads[0][0] == published(city)


def test_a_killed_ledger_loses_and_doubles_nothing(city: City, families: Families, tmp_path: Path) -> None:
    born = [f"L{i}" for i in range(KILLS * EACH)]
    families.settle(born)
    key, remember = city.gorod("ledger", "--key").strip(), tmp_path / "seen"
    verify = ("verify", "log", f"{city.url}/ledger", "--key", key, "--remember", str(remember))
    city.until("the log has begun", lambda: published(city), COMES_BACK_S)
    city.gorod(*verify)
    for round in range(KILLS):
        before = published(city)
        for mother in born[round * EACH : (round + 1) * EACH]:
            families.registry.send(families.birth(mother))
        city.until("a decision is in the log", lambda before=before: published(city) > before, 60)
        city.kill("ledger")
    city.wait_idle(60)
    city.until("everything is in the log", lambda: all_is_there(city), COMES_BACK_S)
    assert city.rows(UNPROVED) == [(0,)]
    ((openings, places),) = city.rows(LOGGED)
    assert openings == places == city.rows("SELECT count(*) FROM ledger_opening")[0][0] >= len(born)
    shown = city.gorod(*verify)
    assert "seen before are unchanged" in shown and f"holds: {published(city):,} entries" in shown
