"""kill -9 of the worker in the middle of a batch of offers: another takes it up, nobody is told twice and nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.faults.city import City
from tests.faults.families import Families, moved_in

CROWD = [f"O{i}" for i in range(9)]
STALLED_JOBS_SECONDS = 90  # 30 s without a heartbeat, a sweep every 15 s, then the work itself
OFFERS = "SELECT count(*) FROM offers_offer WHERE party_id = ANY(%s)"
TOLD = "SELECT count(*), count(DISTINCT party_id) FROM messages_message WHERE kind = 'due_found' AND party_id = ANY(%s)"
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

pytestmark = pytest.mark.slow


@contextmanager
def nobody_gets_past(city: City, person: str) -> Iterator[None]:
    """Whoever comes to this person's offers waits, until the end of the block."""
    with psycopg.connect(city.postgres.url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"offers:{person}"])
        yield


def test_a_batch_cut_off_in_the_middle_is_done_by_another_worker(city: City, families: Families) -> None:
    families.counter.send(moved_in("there before"))
    city.wait_idle(60)
    city.gorod("sweep")
    city.wait_idle(STALLED_JOBS_SECONDS)
    families.counter.send_all([moved_in(name) for name in CROWD])
    city.wait_idle(60)
    people = sorted(families.resident(name) for name in CROWD)  # as a batch takes them
    assert city.rows(OFFERS, [people]) == [(0,)]

    middle = len(people) // 2
    with nobody_gets_past(city, people[middle]):
        shown = " ".join(city.gorod("sweep").split())
        assert f"for {len(people)} people in 1 batches" in shown, shown
        city.until("the worker waits in the middle of the batch", lambda: city.rows(WAITS) == [(1,)], 60)
        assert city.rows(OFFERS, [people]) == [(middle,)], "each is done in a transaction of their own"
        assert city.rows(TOLD, [people]) == [(middle, middle)]
        city.kill("worker")
        assert city.jobs("doing") == 1, "nobody has it, and nobody knows"

    city.wait_idle(STALLED_JOBS_SECONDS)
    assert city.rows(OFFERS, [people]) == [(len(people),)]
    assert city.rows(TOLD, [people]) == [(len(people), len(people))]
    assert city.rows("SELECT count(*) FROM offers_batch WHERE done_at IS NULL OR changes <> '[]'") == [(0,)]
    city.gorod("sweep")
    city.wait_idle(60)
    assert city.rows(OFFERS, [people]) == [(len(people),)], "the night after has nothing to add"
