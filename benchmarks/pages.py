"""Pages of the portal, in a city of 100,000.

Measured: the time that Django needs for a page, from the request to the last byte, without the network: mothers to whom a child was
born, each signed in, open their home page, a service, the search, a case; and send the form of an offer. Every middleware runs; the
session, the facts and the log of readings are in PostgreSQL.

Beside it: a page of Django with one query and one small template, without any middleware, on the same connection, in turns.
That is the floor because no page from this database costs less.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.measuring.data import Row, Table, Unit, row
from benchmarks.measuring.events import REGISTRY, birth
from benchmarks.measuring.families import families
from benchmarks.measuring.stage import Stage
from gorod.engines.cases import api as cases
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import StepState
from gorod.engines.search import api as search
from gorod.records.accounts import api as accounts

SEED = 21
ROUNDS = 5
COUNTED = 2  # of each page, to count its queries
MILLISECONDS = 1000.0
SERVICE = "/ru/services/monthly_child_allowance/"
SEARCH = f"/ru/search/?q={quote('сколько платят на ребенка в месяц')}"  # finds services whose answers are hers


class _Mother:
    """A mother at her browser."""

    def __init__(self, resident_id: UUID) -> None:
        self.resident_id = resident_id
        self.case = ""
        self.browser = Client(headers={"host": "localhost"})
        account = accounts.ensure(login=f"benchmark-{resident_id}", resident_id=resident_id)
        self.browser.force_login(get_user_model().objects.get(id=account.account_id))

    def open(self, address: str) -> None:
        """Raises RuntimeError unless the page is there."""
        answer = self.browser.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    def offer(self) -> UUID | None:
        """A step on offer that asks nothing."""
        for journey in journeys.journeys_of(party_id=self.resident_id):
            for step in journey.steps:
                if step.state is StepState.OFFERED and not cases.case_type(service=step.service).asks:
                    return step.step_id
        return None

    def accept(self, step: UUID) -> None:
        """Say yes; `case` is the address that it leads to. Raises RuntimeError when it was not taken."""
        answer = self.browser.post(f"/ru/mine/offers/{step}/")
        if answer.status_code != 302:
            raise RuntimeError(f"the offer was not taken: {answer.status_code}")
        self.case = str(answer["Location"])


def run(stage: Stage) -> Table:
    """Births, then pages of the mothers, in turns with the bare page."""
    city, wanted = stage.city, stage.size(30, quick=3)
    found = families(population=city.population(), city=city.content, seed=SEED)[:wanted]
    with city.web() as base, city.worker():
        registry = city.client(base=base, agency=REGISTRY)
        for number, family in enumerate(found):
            registry.send(birth(family=family, number=f"page-{number}"))
        city.wait_idle()
    stage.say(f"pages of {wanted} mothers")
    mothers = [_Mother(family.mother.party_id) for family in found]
    offers = {mother: step for mother in mothers if (step := mother.offer()) is not None}
    homes, services, found_ones, submitted, shown = map(
        _Page, ("home", "a service", "the search", "an offer accepted", "a case")
    )
    search.warm_up()
    bare = _bare()
    for mother in mothers:
        for _ in range(ROUNDS):
            homes.take(partial(mother.open, "/ru/"), bare)
            services.take(partial(mother.open, SERVICE), bare)
            found_ones.take(partial(mother.open, SEARCH), bare)
    for mother, step in offers.items():
        submitted.take(partial(mother.accept, step), bare)
        for _ in range(ROUNDS):
            shown.take(partial(mother.open, mother.case), bare)
    pages = [homes, services, found_ones, submitted, shown]
    return Table(
        rows=[page.row() for page in pages],
        notes=[
            f"{city.residents:,} residents; {len(mothers)} mothers, each page {ROUNDS} times, an offer once.",
            "Queries a page (median): " + ", ".join(f"{page.name} {page.queries()}" for page in pages) + ".",
            "Requests a second of one process (from the median): "
            + ", ".join(f"{page.name} {page.rate():.0f}" for page in pages)
            + f", the bare page {pages[0].floor_rate():.0f}.",
        ],
    )


class _Page:
    """One kind of page: its times beside the floor's, and its queries."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ours: list[float] = []
        self._floor: list[float] = []
        self._queries: list[int] = []

    def take(self, ours: Callable[[], object], bare: Callable[[], object]) -> None:
        """Once ours, once the floor. The first ones count queries and are not timed: counting costs time."""
        if len(self._queries) < COUNTED:
            with CaptureQueriesContext(connection) as captured:
                ours()
            self._queries.append(len(captured))
            return
        self._ours.append(_milliseconds(ours))
        self._floor.append(_milliseconds(bare))

    def queries(self) -> int:
        """The median."""
        return sorted(self._queries)[len(self._queries) // 2]

    def rate(self) -> float:
        """A second, from the median."""
        return MILLISECONDS / sorted(self._ours)[len(self._ours) // 2]

    def floor_rate(self) -> float:
        """The bare page's, a second."""
        return MILLISECONDS / sorted(self._floor)[len(self._floor) // 2]

    def row(self) -> Row:
        """The line of the table."""
        return row(
            what=self.name, unit=Unit.MILLISECONDS, ours=self._ours, beside="a bare page, one query", floor=self._floor
        )


def _bare() -> Callable[[], object]:
    """Opens the bare page through a handler without middleware, made once."""
    with override_settings(MIDDLEWARE=[]):
        handler = BaseHandler()
        handler.load_middleware()
    requests = RequestFactory()

    def opened() -> object:
        request = requests.get("/bare/", headers={"host": "localhost"})
        request.urlconf = "benchmarks.measuring.bare"  # type: ignore[attr-defined]
        return handler.get_response(request)

    return opened


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MILLISECONDS
