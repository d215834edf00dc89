"""kill -9 of the worker in the middle of its work: living workers get its jobs, and nobody notices in the end."""

from __future__ import annotations

import pytest

from tests.faults.city import City
from tests.faults.families import Families, at_once, status_of

KILLS = 3
BIRTHS_EACH = 6
STALLED_JOBS_SECONDS = 90  # 30 s without a heartbeat, a sweep every 15 s, then the work itself

pytestmark = pytest.mark.slow


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(city: City, families: Families) -> None:
    """Births come in and allowances are granted, the worker dies again and again; every family ends as an undisturbed one."""
    born = [f"W{i}" for i in range(KILLS * BIRTHS_EACH)]
    paid = [f"V{i}" for i in range(KILLS * BIRTHS_EACH)]
    families.settle(["calm birth", "calm pay", *born, *paid])
    families.registry.send_all([families.birth(mother) for mother in ("calm birth", "calm pay", *paid)])
    city.wait_idle(60)
    families.office.send(status_of(families.apply("calm pay"), "granted"))
    numbers = dict(zip(paid, at_once(families.apply, paid), strict=True))
    city.wait_idle(60)

    left_behind = 0
    for round in range(KILLS):
        mine = slice(round * BIRTHS_EACH, (round + 1) * BIRTHS_EACH)
        for mother in born[mine]:
            families.registry.send(families.birth(mother))
        families.office.send_all([status_of(numbers[mother], "granted") for mother in paid[mine]])
        finished = city.jobs("succeeded")
        city.until(
            "the worker has done something and is doing more",
            lambda finished=finished, left=left_behind: city.jobs("succeeded") > finished and city.jobs("doing") > left,
            60,
        )
        city.kill("worker")
        left_behind = city.jobs("doing")
    assert left_behind, "no kill came in the middle of a job"

    city.wait_idle(STALLED_JOBS_SECONDS)
    calm = families.outcomes(["calm birth", "calm pay"])
    assert calm["calm birth"].cases == (("birth_certificate", "issued"),)
    assert calm["calm pay"].cases == (
        ("birth_certificate", "issued"), ("child_allowance", "granted"), ("free_day_care", "granted"),
    )  # fmt: skip
    assert len(calm["calm pay"].orders) == 1
    assert families.outcomes(born) == dict.fromkeys(born, calm["calm birth"])
    assert families.outcomes(paid) == dict.fromkeys(paid, calm["calm pay"])
    told = city.rows(
        "SELECT type, count(*) FROM outbox_item WHERE subject = ANY(%s) GROUP BY type ORDER BY type",
        [[*numbers.values()]],
    )
    assert told == [("case.decided", len(paid)), ("case.submitted", len(paid))], "each agency is told each thing once"
