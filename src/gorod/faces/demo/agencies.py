"""Demo agencies: each pulls its feed and answers with seeded delays, repeats, late statuses and refusals, as real ones do."""

from __future__ import annotations

import heapq
import json
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog

from gorod.faces.demo.client import Api

POLL_SECONDS = 0.2  # while there is something to do
IDLE_SECONDS = 1.0  # when nothing comes any more
REFUSES = 0.04  # shares of cases
ASKS_TWICE = 0.2  # a status sent a second time
COMES_LATE = 0.15  # an old status sent after the decision
RETURNS = 0.05  # payments that the bank sends back

log = structlog.get_logger()


@dataclass(order=True)
class Due:
    """An event to be sent at a time of this process (monotonic seconds)."""

    at: float
    order: int
    event: dict[str, Any] = field(compare=False)


class Agency:
    """One agency: what it has read, what it is going to send."""

    def __init__(
        self, *, name: str, api: Api, seed: int, memory: Path, speed: float = 1.0, agreeable: bool = False
    ) -> None:
        """`memory` keeps the number read last over a restart; `speed` 2.0 is twice as fast; who is agreeable refuses nothing."""
        self._name = name
        self._api = api
        self._seed = seed
        self._memory = memory
        self._speed = speed
        self._agreeable = agreeable
        self._waiting: list[Due] = []
        self._services: dict[str, dict[str, Any]] = {}
        self._count = 0

    def run(self, stop: threading.Event) -> None:
        """Play until told to stop; a platform that is away for a moment is asked again."""
        after = json.loads(self._memory.read_text()) if self._memory.exists() else 0
        pause = POLL_SECONDS
        while not stop.wait(pause / self._speed):
            try:
                feed = self._api.call("GET", "/api/agency/cases", params={"after": after, "limit": 200})
                # what the law lets the platform grant comes decided; no agency takes it up again
                granted = {e["data"]["number"] for e in feed["events"] if e["type"] == "case.decided"}
                for event in feed["events"]:
                    if event["data"].get("number") not in granted or event["type"] == "case.reopened":
                        self._read(event)
                self._send()
            except (httpx.HTTPError, OSError) as error:
                log.warning("agency_waits", agency=self._name, error=str(error)[:300])
                stop.wait(1)
                continue
            pause = POLL_SECONDS if feed["events"] or self._waiting else min(pause * 1.5, IDLE_SECONDS)
            if feed["last"] != after and not self._waiting:
                # only what is wholly answered is forgotten: after a crash the rest is read and answered again, with the same ids
                self._memory.write_text(json.dumps(feed["last"]))
            after = feed["last"]

    def _read(self, event: dict[str, Any]) -> None:
        chance = random.Random(f"{self._seed}:{event['id']}")  # noqa: S311 - a play, not a secret
        if event["type"] in ("case.submitted", "case.answered"):
            self._decide(event, chance)
        elif event["type"] == "case.reopened":
            self._keep(event)
        elif event["type"] == "payment.ordered":
            self._pay(event, chance)

    def _decide(self, event: dict[str, Any], chance: random.Random) -> None:
        number, service = event["data"]["number"], event["data"]["service"]
        known = self._service(service)
        if known["decides_by"] == "officer":
            return  # that waits for a person at the desk
        working = [s for s in ("accepted", "in_progress") if s in known["statuses"]]
        wait = chance.uniform(0.1, 0.4)
        for status in working:
            self._later(event, wait, "case.status", {"number": number, "status": status})
            if chance.random() < ASKS_TWICE:
                self._later(event, wait, "case.status", {"number": number, "status": status})
            wait += chance.uniform(0.1, 0.4)
        if known["refusals"] and chance.random() < REFUSES and not self._agreeable:
            status = _first(known, "refused")
            data = {"number": number, "status": status, "reasons": [chance.choice(known["refusals"])]}
        else:
            data = {"number": number, "status": _first(known, "approved")}
            if known["carries"]:
                data["values"] = {fact: f"{fact}-{chance.randint(1, 200)}" for fact in known["carries"]}
        self._later(event, wait, "case.status", data)
        if working and chance.random() < COMES_LATE:
            late = {"number": number, "status": working[0]}
            self._later(event, 0.05, "case.status", late, send_after=wait + 0.3, suffix="late")

    def _keep(self, event: dict[str, Any]) -> None:
        """The agency's inspector looks at what the platform asks about, and keeps the decision unless somebody was faster.

        An appeal against what officials decide at the desk waits for them there.
        """
        number = event["data"]["number"]
        if self._service(event["data"]["service"])["decides_by"] == "officer":
            return
        if self._api.call("GET", f"/api/agency/cases/{number}")["status"] == "reopened":
            by = {"by": "inspector", "reason": "looked at again, nothing to change"}
            self._api.call("POST", f"/api/agency/cases/{number}/keep", json=by)

    def _pay(self, event: dict[str, Any], chance: random.Random) -> None:
        order, attempt = event["data"]["order"], event["data"]["attempt"]
        returned = attempt == 1 and chance.random() < RETURNS and not self._agreeable
        for wait, state in ((0.2, "sent"), (0.5, "returned" if returned else "paid")):
            self._later(event, wait, "payment.status", {"order": order, "attempt": attempt, "state": state})

    def _later(
        self,
        cause: dict[str, Any],
        wait: float,
        type: str,
        data: dict[str, Any],
        *,
        send_after: float | None = None,
        suffix: str = "",
    ) -> None:
        """An answer `wait` seconds after its cause by the city's clock; its id is the same whenever it is made again."""
        said = data.get("status") or data.get("state")
        at = datetime.fromisoformat(cause["time"]) + timedelta(seconds=wait)
        self._count += 1
        event = {
            "specversion": "1.0",
            "id": f"{cause['id']}/{said}{suffix}",
            "source": f"/{self._name}",
            "type": type,
            "time": at.isoformat(),
            "data": data,
        }
        moment = time.monotonic() + (wait if send_after is None else send_after) / self._speed
        heapq.heappush(self._waiting, Due(moment, self._count, event))

    def _send(self) -> None:
        while self._waiting and self._waiting[0].at <= time.monotonic():
            self._api.send(self._waiting[0].event)
            heapq.heappop(self._waiting)

    def _service(self, name: str) -> dict[str, Any]:
        if name not in self._services:
            self._services[name] = self._api.call("GET", f"/api/services/{name}")
        return self._services[name]


def _first(known: dict[str, Any], phase: str) -> str:
    statuses: dict[str, str] = known["statuses"]
    return next(code for code, of in statuses.items() if of == phase)


def play(
    *,
    base: str,
    clients: dict[str, dict[str, str]],
    memory: Path,
    seed: int,
    stop: threading.Event,
    speed: float = 1.0,
    agreeable: bool = False,
) -> None:
    """Play all agencies, a thread each, until told to stop."""
    memory.mkdir(parents=True, exist_ok=True)
    threads = []
    for name, kept in clients.items():
        api = Api(base=base, client_id=kept["id"], secret=kept["secret"])
        agency = Agency(name=name, api=api, seed=seed, memory=memory / f"{name}.json", speed=speed, agreeable=agreeable)
        threads.append(threading.Thread(target=agency.run, args=(stop,), name=name))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
