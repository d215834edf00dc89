"""Ten thousand statuses, shuffled, repeated and stale: every case ends where the latest one puts it."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.faults.city import City
from tests.faults.families import ALLOWANCE, Families, at_once, status_of

FAMILIES = 20
EACH = 200  # different statuses of one case
SENT = 10_000  # with the repeats
LARGEST_BATCH = 1000
CONNECTIONS = 2
KNOWN = ("accepted", "in_progress", "asks", "granted", "refused")
UNKNOWN = "lost"
DECIDED, UNDECIDED = (40, 30, 15, 8, 6, 1), (40, 30, 29, 0, 0, 1)  # how often an agency says each of them
PHASES = {"submitted": "open", "accepted": "open", "in_progress": "open", "asks": "asks"}
PHASES |= {"granted": "approved", "refused": "refused"}
STEPS = {"open": "under_way", "asks": "under_way", "approved": "done", "refused": "refused"}
ZONE = ZoneInfo("Europe/Berlin")  # of the tiny city
STATED = ("intake_event", "registers_statement", "outbox_item", "messages_message")
DERIVED = ("cases_case", "cases_decision", "cases_entry", "journeys_step", "journeys_change", "payments_order")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class End:
    """Where a case ends: what its owner reads of it. `amount`, `reasons` and `valid_from` are those of the decision."""

    status: str
    phase: str
    status_at: datetime
    amount: int | None = None
    reasons: tuple[str, ...] = ()
    valid_from: str | None = None


def statuses(case: dict[str, Any], weights: tuple[int, ...], chance: random.Random) -> list[dict[str, Any]]:
    """What an agency may say of one case: most from after the application, some from before it, some that no case knows."""
    opened = datetime.fromisoformat(case["opened_at"])
    made = []
    for moment in chance.sample(range(1, 20 * EACH), EACH):
        offset = timedelta(milliseconds=moment) if chance.random() < 0.9 else -timedelta(seconds=moment)
        (said,) = chance.choices([*KNOWN, UNKNOWN], weights)
        data: dict[str, Any] = {}
        if said == "granted":
            first = opened.date() + timedelta(days=chance.randint(0, 20))
            data = {"amount": chance.randint(1, 100_000), "valid_from": first.isoformat()}
            data = {name: value for name, value in data.items() if chance.random() < 0.7}
        if said == "refused":
            data = {"reasons": chance.sample(["lives_elsewhere", "income_too_high"], chance.randint(1, 2))}
        made.append(status_of(case["number"], said, **data) | {"time": (opened + offset).isoformat()})
    return made


def end(case: dict[str, Any], said: list[dict[str, Any]]) -> End:
    """Where the case must end: a decision beats what is no decision, then the latest wins; nothing counts from before the
    application, nor what the service does not know. What an approval leaves out is as it was applied for."""
    opened = datetime.fromisoformat(case["opened_at"])
    counts = [
        (event["data"]["status"] in ("granted", "refused"), datetime.fromisoformat(event["time"]), event["data"])
        for event in said
        if event["data"]["status"] in KNOWN and datetime.fromisoformat(event["time"]) >= opened
    ]
    if not counts:
        return End("submitted", "open", opened)
    _, at, data = max(counts, key=lambda entry: entry[:2])
    if data["status"] == "granted":
        data = {"amount": case["amount"], "valid_from": opened.astimezone(ZONE).date().isoformat(), **data}
    return End(
        status=data["status"],
        phase=PHASES[data["status"]],
        status_at=at,
        amount=data.get("amount"),
        reasons=tuple(data.get("reasons", ())),
        valid_from=data.get("valid_from"),
    )


def read(case: dict[str, Any]) -> End:
    """Where a case is, from its owner's reading of it."""
    decision = case["decision"] or {}
    return End(
        status=case["status"],
        phase=case["phase"],
        status_at=datetime.fromisoformat(case["status_at"]).astimezone(UTC),
        amount=decision.get("amount"),
        reasons=tuple(decision.get("reasons", ())),
        valid_from=decision.get("valid_from"),
    )


def send(families: Families, events: list[dict[str, Any]], chance: random.Random) -> list[str]:
    """Send in batches of all sizes over several connections: none may be refused for being in another's way. Returns the
    fates."""
    batches = []
    while events:
        size = chance.choice([1, 30, 300, LARGEST_BATCH])
        batches.append(events[:size])
        events = events[size:]
    with ThreadPoolExecutor(CONNECTIONS) as crowd:
        answers = list(crowd.map(families.office.send_all, batches))
    return [receipt["fate"] for receipts in answers for receipt in receipts]


def books(city: City) -> dict[str, str]:
    """A digest of every row that statuses can touch."""
    digest = "SELECT md5(string_agg(row::text, ',' ORDER BY row::text)) FROM {} row"
    return {table: city.rows(digest.format(table))[0][0] for table in (*STATED, *DERIVED)}


def test_ten_thousand_shuffled_repeated_and_stale_statuses(city: City, families: Families) -> None:
    chance = random.Random(2)
    mothers = [f"S{i}" for i in range(FAMILIES)]
    families.settle(mothers)
    families.registry.send_all([families.birth(mother) for mother in mothers])
    city.wait_idle(60)
    numbers = at_once(families.apply, mothers)
    cases = [families.office.call("GET", f"/api/agency/cases/{number}") for number in numbers]
    said = [statuses(case, UNDECIDED if i % 5 == 0 else DECIDED, chance) for i, case in enumerate(cases)]
    different = [event for of_one in said for event in of_one]
    events = [*different, *chance.choices(different, k=SENT - len(different))]
    chance.shuffle(events)

    fates = send(families, events, chance)
    unknown = sum(event["data"]["status"] == UNKNOWN for event in different)
    assert (fates.count("repeated"), fates.count("parked")) == (SENT - len(different), unknown)
    city.wait_idle(120)
    expected = [end(case, of_one) for case, of_one in zip(cases, said, strict=True)]
    assert {e.phase for e in expected} == set(STEPS), "the cases do not end in all ways: draw others"
    assert [read(families.office.call("GET", f"/api/agency/cases/{number}")) for number in numbers] == expected
    assert [families.step(mother, ALLOWANCE)["state"] for mother in mothers] == [STEPS[e.phase] for e in expected]

    before = books(city)
    chance.shuffle(events)
    assert set(send(families, events, chance)) == {"repeated"}
    city.wait_idle(60)
    assert books(city) == before
