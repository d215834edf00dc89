"""The story told while it happens: every line comes from an answer of the machine API."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from gorod.faces.demo import scenario as scenes
from gorod.faces.demo.client import Api
from gorod.kernel.errors import GorodError
from gorod.kernel.money import as_text

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1
ENDED = ("approved", "refused", "withdrawn", "stopped")
ON_THE_WAY = ("approved", "sent")  # states of a payment order
COLOURS = {
    "done": "green",
    "offered": "yellow",
    "asks": "magenta",
    "under_way": "cyan",
    "not_due": "red",
    "refused": "red",
    "informed": "blue",
}


class StoryStuck(GorodError):
    """What the story waits for did not happen."""

    code = "story"
    title = "The demonstration is stuck"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """One person of the story: their strong identifiers (scheme → value) and how they are called."""

    identifiers: Mapping[str, str]
    name: str


class Story:
    """Plays a scenario through the public API and prints what happened and where to look."""

    def __init__(
        self,
        *,
        scenario: scenes.Scenario,
        cast: Mapping[str, Cast],
        agencies: Mapping[str, Api],
        today: Callable[[], date],
        move_clock: Callable[[int], None],
        console: Console,
        language: str,
    ) -> None:
        self._scenario = scenario
        self._cast = cast
        self._agencies = agencies
        self._today = today
        self._move_clock = move_clock
        self._console = console
        self._language = language
        self._number = uuid4().hex[:8].upper()
        self._counter = agencies[scenario.counter]
        self._first = next(iter(scenario.people))
        self._ids: dict[str, str] = {}
        self._sent = 0

    def tell(self) -> None:
        """Play every act in order. Raises StoryStuck, httpx.HTTPError."""
        for role, person in self._cast.items():
            found = self._counter.call("POST", "/api/residents/match", json={"identifiers": dict(person.identifiers)})
            self._ids[role] = found["resident"]
        self._console.rule(self._scenario.name.get(self._language, ""))
        for role, person in self._cast.items():
            self._console.print(f"  {role}: [bold]{person.name}[/] {self._ids[role]}")
        for act in self._scenario.acts:
            if text := act.say.get(self._language):
                self._console.print(f"\n[bold]▸ {text}[/]")
            self._play(act)

    def _play(self, act: scenes.Act) -> None:
        match act:
            case scenes.Consent():
                self._act("PUT", "consents", json={"scope": act.scope, "allowed": act.allowed})
            case scenes.Send():
                self._send(act)
            case scenes.Accept():
                self._accept(act)
            case scenes.Supply():
                self._supply(act)
            case scenes.Account():
                self._act("PUT", "account", json={"account": act.account})
            case scenes.Settle():
                self._until("all cases are decided", self._unsettled)
            case scenes.MoveClock():
                self._move_clock(act.days)
                self._console.print(f"  {self._today().isoformat()}")
            case scenes.Show():
                getattr(self, f"_show_{act.do}")()

    def _act(self, method: str, path: str, *, who: str = "", **request: Any) -> Any:
        return self._counter.call(method, f"/api/residents/{self._ids[who or self._first]}/{path}", **request)

    def _read(self, path: str, **params: Any) -> Any:
        headers = {"purpose": "demonstration at the counter"}
        return self._act("GET", path, params={"language": self._language, **params}, headers=headers)

    def _send(self, act: scenes.Send) -> None:
        self._sent += 1
        event = {
            "specversion": "1.0",
            "id": f"{self._number}-{self._sent}",
            "source": f"/{act.agency}",
            "type": act.type,
            "time": self._city_time(),
            "data": self._filled(act.data),
        }
        began = time.monotonic()
        receipt = self._agencies[act.agency].send(event)
        self._console.print(f"  {act.agency} → {act.type} {event['id']}: {receipt['fate']} {receipt['reason']}")
        if receipt["fate"] == "parked":
            raise StoryStuck(f"the event was parked: {receipt['reason']}", remedy="gorod event list")
        if (journey := receipt["journey"]) is not None:
            self._until("the family's dues are known", lambda: [] if self._steps(journey) else [f"journey {journey}"])
            took = (time.monotonic() - began) * 1000
            self._console.print(f"  the family's dues were known after {took:.0f} ms")

    def _city_time(self) -> str:
        ready: str = self._counter.call("GET", "/health/ready")["city_time"]
        return ready

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if not isinstance(value, str) or "$" not in value:
            return value
        if value[1:] in self._cast:
            return {"identifiers": dict(self._cast[value[1:]].identifiers)}
        if found := re.fullmatch(r"\$today(?:-(\d+))?", value):
            return (self._today() - timedelta(days=int(found[1] or 0))).isoformat()
        return value.replace("$number", self._number)

    def _journeys(self) -> list[dict[str, Any]]:
        journeys: list[dict[str, Any]] = self._read("journeys")
        return [j for j in journeys if j["life_event"] == self._scenario.life_event]

    def _steps(self, journey_id: str) -> list[dict[str, Any]]:
        return [step for j in self._journeys() if j["journey_id"] == journey_id for step in j["steps"]]

    def _accept(self, act: scenes.Accept) -> None:
        for step in self._journeys()[-1]["steps"]:
            if step["state"] != "offered":
                continue
            if step["service"] in act.decline:
                self._act("POST", f"steps/{step['step_id']}/decline", json={"reason": "not wanted"})
                self._console.print(f"  {step['name']}: [dim]declined[/]")
                continue
            asks = self._counter.call("GET", f"/api/services/{step['service']}")["asks"]
            data = {name: act.data[name] for name in asks}
            accepted = self._act("POST", f"steps/{step['step_id']}/accept", json={"data": data})
            self._console.print(f"  {step['name']}: yes → {accepted['case']}")

    def _supply(self, act: scenes.Supply) -> None:
        self._act("PUT", "facts", who=act.who, json={"values": act.values})
        names = set(act.values)
        self._until(
            "the answer is taken in",
            lambda: [m["name"] for s in self._journeys()[-1]["steps"] for m in s["missing"] if m["name"] in names],
        )

    def _unsettled(self) -> list[str]:
        cases = [f"{c['number']} {c['service']} {c['status']}" for c in self._read("cases") if c["phase"] not in ENDED]
        orders = self._read("payments")
        waiting = [f"payment of {o['service']} {o['period']} {o['state']}" for o in orders if o["state"] in ON_THE_WAY]
        steps = [s for s in self._journeys()[-1]["steps"] if s["state"] == "under_way"]
        return [*cases, *waiting, *(f"step {s['service']} {s['case']} {s['reason']}" for s in steps)]

    def _until(self, what: str, left: Callable[[], list[str]]) -> None:
        """Wait until nothing is left. Raises StoryStuck, which names what is."""
        end = time.monotonic() + WAIT_SECONDS
        while still := left():
            if time.monotonic() > end:
                raise StoryStuck(
                    f"after {WAIT_SECONDS:.0f} s still not: {what} ({'; '.join(still)})", remedy="look at var/logs/"
                )
            time.sleep(POLL_SECONDS)

    def _show_journey(self) -> None:
        journey = self._journeys()[-1]
        table = Table(title=f"{journey['name']} · {journey['journey_id']}")
        for column in ("", "step", "state", "why", "amount", "case"):
            table.add_column(column, overflow="fold")
        for index, step in enumerate(journey["steps"], 1):
            colour = COLOURS.get(step["state"], "white")
            why = [*step["failing"].values(), *(m["meaning"] for m in step["missing"])] or [step["reason"]]
            until = f"≤ {step['offer_until']}" if step["offer_until"] and step["state"] in ("offered", "asks") else ""
            table.add_row(
                str(index),
                f"{step['name']} [dim]({step['mode']})[/]",
                f"[{colour}]{step['state']}[/]",
                "; ".join(part for part in [*why, until] if part),
                as_text(step["amount"]) if step["amount"] is not None else "",
                step["case"] or "",
            )
        self._console.print(table)

    def _show_messages(self) -> None:
        for message in self._read("messages")[-12:]:
            self._console.print(f"  ✉ {message['subject']}")

    def _show_payments(self) -> None:
        for order in self._read("payments"):
            self._console.print(
                f"  {order['service']} {order['period']}: {as_text(order['amount'])} · {order['state']}"
            )

    def _show_access_log(self) -> None:
        looked: dict[tuple[str, str], set[str]] = {}
        for row in reversed(self._read("access-log", limit=200)):
            purpose = row["purpose"].split(":")[0].split(" case ")[0]
            looked.setdefault((row["reader"], purpose), set()).update(row["names"])
        for (reader, purpose), names in looked.items():
            self._console.print(f"  {reader}: {purpose}: {', '.join(sorted(names))}")
