"""Families of the tiny city, and all that an outsider can see of what the platform did for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from gorod.faces.api import access
from gorod.faces.api.tests.factories import COUNTER, birth, event, person
from tests.faults.city import City

ALLOWANCE = "child_allowance"
NUMBER = re.compile(r"[0-9]{4}-[0-9]{7}-[0-9]")  # of a case
COMES_BACK = 5  # times
AT_ONCE = 4  # requests of a crowd at the same time


@dataclass(frozen=True)
class Outcome:
    """What one family has; instants and the numbers of cases, which differ from family to family, are left out."""

    journeys: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # state, and each step with its state
    cases: tuple[tuple[str, str], ...]  # service, status
    messages: tuple[tuple[str, str], ...]  # kind, subject
    orders: tuple[tuple[str, str, int, str], ...]  # service, period, amount, state


class Families:
    """The people of a city and the agencies that speak with it, over HTTP only."""

    def __init__(self, city: City) -> None:
        self.counter = city.agency(COUNTER, "residence.changed", access.CASES, access.READ, access.ACT)
        self.registry = city.agency("registry_office")
        self.office = city.agency("family_office")

    def settle(self, mothers: Iterable[str]) -> None:
        """Mothers who live in the city, earn little and let the platform apply for them."""
        mothers = list(mothers)
        self.counter.send_all([moved_in(mother) for mother in mothers])

        def prepare(name: str) -> None:
            address = f"/api/residents/{self.resident(name)}"
            self.counter.call("PUT", f"{address}/consents", json={"scope": "automatic:new_child", "allowed": True})
            self.counter.call("PUT", f"{address}/facts", json={"values": {"yearly_income": 1_000_000}})

        at_once(prepare, mothers)

    def resident(self, number: str) -> str:
        """The id of the one resident with this number."""
        found = self._asked("POST", "/api/residents/match", json={"identifiers": {"resident_number": number}})
        return str(found["resident"])

    def _asked(self, method: str, path: str, **request: Any) -> Any:
        """An answer; told to come back (503), one does, when it says: a crowd after an outage may still hold every connection."""
        for _ in range(COMES_BACK):
            try:
                return self.counter.call(method, path, **request)
            except httpx.HTTPStatusError as error:
                if error.response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    raise
                time.sleep(int(error.response.headers["retry-after"]))
        return self.counter.call(method, path, **request)

    def birth(self, mother: str) -> dict[str, Any]:
        """The registry office's event about this mother's child."""
        return birth(mother=mother, other_parent=None, baby=f"child of {mother}")

    def step(self, mother: str, service: str) -> dict[str, Any]:
        """One step of the family's only life event."""
        (journey,) = self.counter.call("GET", f"/api/residents/{self.resident(mother)}/journeys")
        (found,) = [step for step in journey["steps"] if step["service"] == service]
        return dict(found)

    def apply(self, mother: str) -> str:
        """The mother says yes to the child allowance. Returns the number of her case."""
        address = f"/api/residents/{self.resident(mother)}/steps/{self.step(mother, ALLOWANCE)['step_id']}"
        return str(self.counter.call("POST", f"{address}/accept", json={"data": {}})["case"])

    def outcome(self, mother: str) -> Outcome:
        """Everything that the platform did for one family."""
        address = f"/api/residents/{self.resident(mother)}"
        journeys, cases, messages, orders = (
            self._asked("GET", f"{address}/{what}") for what in ("journeys", "cases", "messages", "payments")
        )
        return Outcome(
            journeys=tuple((j["state"], tuple((s["service"], s["state"]) for s in j["steps"])) for j in journeys),
            cases=tuple(sorted((c["service"], c["status"]) for c in cases)),
            messages=tuple(sorted((m["kind"], NUMBER.sub("", m["subject"])) for m in messages)),
            orders=tuple(sorted((o["service"], o["period"], o["amount"], o["state"]) for o in orders)),
        )

    def outcomes(self, mothers: Iterable[str]) -> dict[str, Outcome]:
        """Each family's outcome."""
        mothers = list(mothers)
        return dict(zip(mothers, at_once(self.outcome, mothers), strict=True))


def at_once(work: Callable[[str], Any], names: Iterable[str]) -> list[Any]:
    """Do the same for many, several at a time. Raises what one raised."""
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(work, names))


def moved_in(number: str) -> dict[str, Any]:
    """The residents' office's event: a person with this number lives in the city now."""
    return event("residence.changed", {"resident": person(number), "lives_here": True, "since": "2020-01-01"})


def status_of(number: str, status: str, **more: Any) -> dict[str, Any]:
    """The family office's event: this case is in this status now."""
    return event("case.status", {"number": number, "status": status, **more})
