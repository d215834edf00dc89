"""Ballots taken in a second, durable and on their way into the log.

Measured: ballots of different voters, each with a token of its own, sent to `POST /api/polls/ballots` of the real web server
over 16 connections at once, while `gorod ledger` numbers them and publishes its files. A 201 means: the RSA token and the
Ed25519 signature hold, the poll is open, nobody has cast this ballot before, and it is committed with fsync. The sender shares
the processors with the server. How long the last ballot of a round then took until it stood in the published log is said below.

Beside it: the same bytes, a plain INSERT and COMMIT each, over as many connections.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx

from benchmarks.measuring.city import RunningCity
from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from benchmarks.polls.making.voters import ballots, open_poll

CONNECTIONS = 16
MOST_WAIT_S = 30.0
Send = Callable[[bytes], None]


def run(stage: Stage) -> Table:
    """Rounds in turns with the floor."""
    city, rounds, each = stage.city, stage.size(5, quick=2), stage.size(4_000, quick=200)
    with ExitStack() as stack:
        stack.enter_context(city.ledger())
        base = stack.enter_context(city.web())
        version_id, key = open_poll()
        stage.say(f"making {rounds * each:,} ballots")
        made = [json.dumps(one).encode() for one in ballots(version_id, key, rounds * each)]
        ours, floor, late = [], [], []
        over_http = [_Connection(base).send for _ in range(CONNECTIONS)]
        plain = _plain(city, stack)
        for number in range(rounds):
            some = made[number * each : (number + 1) * each]
            stage.say(f"round {number + 1} of {rounds}")
            ours.append(each / _round(over_http, some))
            late.append(_published(base, some[-1]))
            floor.append(each / _round(plain, some))
    return Table(
        rows=[
            row(
                what="ballots acknowledged",
                unit=Unit.PER_SECOND,
                ours=ours,
                beside="INSERT, COMMIT each",
                floor=floor,
            )
        ],
        notes=[
            f"{rounds} rounds of {each:,} ballots over {CONNECTIONS} connections. The aim was 500 a second; Active Citizen's peak"
            " was 17.",
            "From the last acknowledgement of a round until that ballot stood in the published log: "
            + ", ".join(f"{seconds:.2f} s" for seconds in late)
            + ".",
        ],
    )


class _Connection:
    """One that is kept open and costs the sender as little as possible: it shares the processors."""

    def __init__(self, base: str) -> None:
        at = urlsplit(base)
        self._host = f"{at.hostname}:{at.port}"
        self._socket = socket.create_connection((at.hostname or "", at.port or 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, body: bytes) -> None:
        """Send a ballot. Raises RuntimeError when it is not acknowledged."""
        head = (
            f"POST /api/polls/ballots HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        answer = self._read()
        if not answer.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(answer.decode(errors="replace"))

    def _read(self) -> bytes:
        """A whole answer: it says how long its body is."""
        said = b""
        while b"\r\n\r\n" not in said:
            said += self._more()
        head, _, body = said.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += self._more()
        return head + b"\r\n\r\n" + body

    def _more(self) -> bytes:
        more = self._socket.recv(65536)
        if not more:
            raise RuntimeError("the server has closed the connection")
        return more


def _plain(city: RunningCity, stack: ExitStack) -> list[Send]:
    connections = [stack.enter_context(city.connect()) for _ in range(CONNECTIONS)]
    connections[0].execute(
        "CREATE TABLE floor.ballot (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry bytea)"
    )

    def sender(place: int) -> Send:
        def send(body: bytes) -> None:
            connections[place].execute("INSERT INTO floor.ballot (entry) VALUES (%s)", [body])

        return send

    return [sender(place) for place in range(CONNECTIONS)]


def _round(senders: Sequence[Send], bodies: Sequence[bytes]) -> float:
    """Send all, every sender its share one after another. Returns seconds."""

    def share(place: int) -> None:
        for body in bodies[place :: len(senders)]:
            senders[place](body)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(senders)) as pool:
        list(pool.map(share, range(len(senders))))
    return time.perf_counter() - began


def _published(base: str, body: bytes) -> float:
    """Seconds until a ballot that was just acknowledged can be proved."""
    began = time.perf_counter()
    with httpx.Client(base_url=base) as client:
        found = client.post("/api/polls/ballots", content=body).json()["hash"]
        while client.get(f"/api/polls/ballots/{found}").status_code != httpx.codes.OK:
            if time.perf_counter() - began > MOST_WAIT_S:
                raise TimeoutError("the ballot was not published")
            time.sleep(0.01)
    return time.perf_counter() - began
