"""kill -9 of whoever takes ballots and of whoever numbers them, while votes come in: each that was acknowledged is in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import cycle
from threading import Event

import httpx
import pytest

from tests.faults.city import City, is_ready

VOTERS = 60
AT_ONCE = 4
COMES_BACK_S = 60
MODULE = "tests.faults.ballots"

pytestmark = pytest.mark.slow


def is_open(city: City, poll: str) -> bool:
    with suppress(httpx.HTTPError):
        return str(httpx.get(f"{city.url}/api/polls/{poll}").json().get("state")) == "open"
    return False


def send(city: City, body: str, stopped: Event) -> str:
    """Send one ballot until it is acknowledged, as a device does. Returns its hash."""
    while not stopped.is_set():
        with suppress(httpx.HTTPError):
            answer = httpx.post(f"{city.url}/api/polls/ballots", content=body, timeout=10)
            if answer.status_code == httpx.codes.CREATED:
                return str(answer.json()["hash"])
    raise AssertionError("nobody answers any more")


def broken(city: City, stopped: Event) -> Iterator[None]:
    """Kill one after the other, each when the city has come back."""
    for part in cycle(["web", "ledger"]):
        if stopped.is_set():
            return
        city.until("it is back", partial(city.runs, part), COMES_BACK_S)
        city.kill(part)
        city.until("the web server is back", lambda: is_ready(city.url), COMES_BACK_S)
        yield


def test_every_acknowledged_ballot_is_in_the_log(city: City) -> None:
    made = json.loads(city.module(MODULE, "announce", str(VOTERS)))
    poll = made["poll"]
    city.until("the poll is open", lambda: is_open(city, poll), COMES_BACK_S)
    ballots = city.module(MODULE, "make", poll, *made["people"]).splitlines()
    stopped = Event()
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [pool.submit(send, city, body, stopped) for body in ballots]
            for _ in broken(city, stopped):
                if all(one.done() for one in sent):
                    break
    finally:
        stopped.set()
    hashes = {one.result() for one in sent}
    assert len(hashes) == VOTERS

    def stored() -> bool:
        with suppress(httpx.HTTPError):
            return bool(httpx.get(f"{city.url}/api/polls/{poll}").json().get("stored") == VOTERS)
        return False

    city.until("all ballots have a number", stored, COMES_BACK_S)
    kept = httpx.get(f"{city.url}/api/polls/{poll}/ballots").json()["ballots"]
    assert {one["hash"] for one in kept} == hashes

    def provable() -> bool:
        return httpx.get(f"{city.url}/api/polls/ballots/{kept[-1]['hash']}").status_code == httpx.codes.OK

    city.until("the last one is published", provable, COMES_BACK_S)
    key = city.gorod("ledger", "--key").strip()
    shown = city.gorod("verify", "poll", f"{city.url}/ledger", poll, "--key", key)
    assert f"tokens issued: {VOTERS}; ballots in the log: {VOTERS}" in shown
