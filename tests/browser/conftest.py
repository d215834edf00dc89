"""One city for all browser tests: `gorod run` as a newcomer starts it, with its story told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser import tools
from tests.newcomer import Newcomer


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
        found = re.search(rf"{role}: .+ ([0-9a-f-]{{36}})", self.shown)
        assert found, self.shown
        return found[1]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    made = City()
    made.start("Ctrl-C stops it.", "--residents", "6000")
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
    """An error in the console, except that a form with a mistake in it is answered with 422."""
    return said.type == "error" and "status of 422" not in said.text


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


@pytest.fixture
def visitor(city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor; `@pytest.mark.parametrize('visitor', [{…}], indirect=True)` sets the context's options."""
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    made = Visitor(city, context)
    yield made
    context.close()
    assert made.faults == []
