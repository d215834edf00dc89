"""One city for all browser tests: `gorod run` as a newcomer starts it, with its story told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from gorod.faces.demo.client import Api, credentials
from tests.browser import tools
from tests.newcomer import PROJECT, Newcomer

OFFICER, COLLEAGUE = "Ольга Петровна Ершова", "Тимур Рашидович Валеев"
SUPERVISOR, CLERK = "Галина Сергеевна Рудина", "Мария Алексеевна Котова"
OPERATOR = "Артём Ильич Дорохов"
LOOKS_AGAIN = 1000  # milliseconds between two looks at a page on which something is to appear
LOOKS = 60


class City(Newcomer):
    """A running Moscow with 6,000 made-up residents and one family whose child was born."""

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    def _environment(self) -> dict[str, str]:
        """As a newcomer's, except that pushes may go to this machine, where the tests' push service is."""
        return {**super()._environment(), "GOROD_PUSH_PRIVATE": "1"}

    def resident(self, role: str) -> str:
        """The id of somebody in the story."""
        return self._cast(role)[2]

    def name(self, role: str) -> str:
        """The name of somebody in the story."""
        return self._cast(role)[1]

    def _cast(self, role: str) -> re.Match[str]:
        found = re.search(rf"{role}: (.+) ([0-9a-f-]{{36}})", self.shown)
        assert found, self.shown
        return found

    def now(self) -> str:
        """What time it is in the city: a year later than here, once its story is told."""
        return str(self._api("service_centre").call("GET", "/health/ready")["city_time"])

    def sends(self, agency: str, kind: str, data: Mapping[str, Any]) -> str:
        """An agency sends an event as its system does, a client of the API with credentials of its own; its fate."""
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": f"/{agency}",
            "type": kind,
            "time": self.now(),
            "data": data,
        }
        return str(self._api(agency).send(event)["fate"])

    def _api(self, agency: str) -> Api:
        kept = credentials(self.home / "clients.json")[agency]
        return Api(base=self.base, client_id=kept["id"], secret=kept["secret"])

    def people(self, *words: str) -> dict[str, Any]:
        """What `tests.browser.people` finds in this city."""
        command = [sys.executable, "-m", "tests.browser.people", *words]
        done = subprocess.run(
            command, env=self._environment(), cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    made = City()
    made.start(
        "Ctrl-C stops it.", "--residents", "6000", "--agreeable"
    )  # what agencies do by chance, a test cannot expect
    yield made
    made.stop()
    made.remove()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with the module: while Playwright runs, its event loop keeps Django from the database in this thread."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=tools.chromium() or None, args=tools.FLAGS)
        yield made
        made.close()


def _is_fault(said: ConsoleMessage) -> bool:
    """An error in the console, but for what tests do on purpose: a form with a mistake is answered with 422, and only a test takes
    the network away (which the browser may say some time after)."""
    meant = ("status of 422", "net::ERR_INTERNET_DISCONNECTED")
    return said.type == "error" and not any(words in said.text for words in meant)


class Visitor:
    """Somebody at a browser of their own. What goes wrong in the page is a fault of the test's subject."""

    def __init__(self, city: City, context: BrowserContext) -> None:
        self.city = city
        self.context = context
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.faults.append(said.text) if _is_fault(said) else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, address: str) -> Page:
        answer = self.page.goto(self.city.base + address)
        assert answer is not None and answer.status == 200, (address, answer and answer.status)
        return self.page

    def become(self, number: int = 0, *, language: str = "en") -> Page:
        """Sign in as one of the made-up people."""
        self.open(f"/{language}/demo/")
        self.page.locator("main button").nth(number).click()
        self.page.wait_for_url(f"{self.city.base}/{language}/")
        return self.page

    def sign_in(self, name: str, *, language: str = "ru") -> Page:
        """Sign in as the made-up person with this name."""
        self.open(f"/{language}/demo/")
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_url(lambda address: not address.endswith("/demo/"))
        return self.page

    def waits_for(self, wanted: Locator) -> None:
        """Load the page anew until this is on it: agencies and jobs take their time."""
        for _ in range(LOOKS):
            try:
                expect(wanted).to_be_visible(timeout=LOOKS_AGAIN)
            except AssertionError:
                self.page.reload()
            else:
                return
        expect(wanted).to_be_visible()


Arrives = Callable[..., Visitor]


@pytest.fixture
def arrives(city: City, chromium: Browser) -> Iterator[Arrives]:
    """Call it for each person of a journey: a visitor in a browser of their own (options of the context)."""
    made: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        made.append(Visitor(city, chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})))
        return made[-1]

    yield arrive
    for one in made:
        one.context.close()
    assert [one.faults for one in made if one.faults] == []


@pytest.fixture
def visitor(city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor; `@pytest.mark.parametrize('visitor', [{…}], indirect=True)` sets the context's options."""
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    made = Visitor(city, context)
    yield made
    context.close()
    assert made.faults == []
