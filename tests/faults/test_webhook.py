"""An agency that is called: a real server that fails, hangs up and recovers gets everything, signed, in order, never too early."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.faults.city import City
from tests.faults.families import Families, at_once, status_of

OWNER = "family_office"
REFUSES, HANGS_UP = 1, 2  # which calls the receiver does not take
RETRIES_SECONDS = 60  # 5 s and 10 s after the failures, each noticed by the worker within 5 s
TOLERANCE_SECONDS = 300  # how old a call may be, by Standard Webhooks 1.0

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Call:
    """One call as the receiver saw it. `unknown`: events whose transaction had not ended at that moment."""

    headers: dict[str, str]
    body: bytes
    age: float
    taken: bool
    unknown: list[str]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The batch of CloudEvents."""
        return list(json.loads(self.body))


class Receiver:
    """An agency's server on this machine: the first call is answered 500, the second is taken but never answered."""

    def __init__(self, city: City) -> None:
        self._city = city
        self.calls: list[Call] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                number = receiver.note({name.lower(): value for name, value in self.headers.items()}, body)
                if number == HANGS_UP:
                    return
                self.send_response(500 if number == REFUSES else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """A test prints nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def note(self, headers: dict[str, str], body: bytes) -> int:
        """Keep a call. Returns its number, from 1."""
        ids = [event["id"] for event in json.loads(body)]
        known = {str(row[0]) for row in self._city.rows("SELECT id FROM outbox_item WHERE id = ANY(%s::uuid[])", [ids])}
        self.calls.append(
            Call(
                headers=headers,
                body=body,
                age=time.time() - int(headers["webhook-timestamp"]),
                taken=len(self.calls) + 1 not in (REFUSES, HANGS_UP),
                unknown=[id for id in ids if id not in known],
            )
        )
        return len(self.calls)

    @contextmanager
    def listening(self) -> Iterator[None]:
        thread = Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def taken(self) -> list[str]:
        """The ids of the events of all calls that were answered, in order of arrival."""
        return [event["id"] for call in list(self.calls) if call.taken for event in call.events]


def signed(call: Call, secret: str) -> bool:
    """Whether the signature holds, as Standard Webhooks 1.0 computes it: v1 is the base64 of the HMAC-SHA256, under the
    decoded secret, of id, timestamp and body with dots between."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    right = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(right, said) for said in call.headers["webhook-signature"].split(" "))


def feed(city: City) -> list[str]:
    """The ids of everything the agency was told, in the order of its feed."""
    return [str(row[0]) for row in city.rows("SELECT id FROM outbox_item WHERE owner = %s ORDER BY seq", [OWNER])]


def test_an_agency_that_fails_for_a_while_gets_everything_in_order(city: City, families: Families) -> None:
    mothers = [f"H{i}" for i in range(12)]
    families.settle(mothers)
    families.registry.send_all([families.birth(mother) for mother in mothers])
    city.wait_idle(60)
    numbers = at_once(families.apply, mothers)
    receiver = Receiver(city)
    with receiver.listening():
        secret = city.gorod("client", "webhook", OWNER, receiver.url).split("signing secret")[1].split()[0]
        try:
            city.until("it is called until it answers", lambda: len(receiver.calls) > HANGS_UP, RETRIES_SECONDS)
            _statuses_come(families, numbers)
            city.until("everything arrives", lambda: set(feed(city)) == set(receiver.taken()), RETRIES_SECONDS)
        finally:
            city.gorod("client", "webhook", OWNER, "")

    calls, arrived = receiver.calls, receiver.taken()
    assert arrived == feed(city), "in the order of the feed, and what was answered does not come again"
    in_order = [event["sequence"] for call in calls if call.taken for event in call.events]
    assert in_order == [str(number) for number in range(1, len(arrived) + 1)]
    assert [call.unknown for call in calls] == [[]] * len(calls), "nothing arrives before its commit"
    assert [signed(call, secret) for call in calls] == [True] * len(calls)
    assert all(abs(call.age) < TOLERANCE_SECONDS for call in calls)
    assert {call.headers["content-type"] for call in calls} == {"application/cloudevents-batch+json; charset=utf-8"}
    messages = [(call.headers["webhook-id"], call.body) for call in calls]
    assert messages[0] == messages[1] == messages[2], "what was not taken comes again as the same message"
    assert len({id for id, _ in messages[2:]}) == len(messages[2:]), "another message has another id"


def _statuses_come(families: Families, numbers: list[str]) -> None:
    """A long transaction and short ones at the same time: what was written first is not what is committed first."""
    chatter = [
        status_of(number, status) for number in numbers[4:] for status in ("accepted", "in_progress", "accepted") * 4
    ]
    with ThreadPoolExecutor(2) as crowd:
        long = crowd.submit(families.office.send_all, chatter)
        short = crowd.submit(lambda: [families.office.send(status_of(number, "granted")) for number in numbers[:4]])
        long.result()
        short.result()
