"""One city for all browser tests: `gorod run` as a newcomer starts it, with its story told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser import tools

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 240


class City:
    """A running Moscow with 6,000 made-up residents and one family whose child was born."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://localhost:{self.port}"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GOROD_", "DATABASE_URL"))},
            "GOROD_HOME": str(home),
            "GOROD_PORT": str(self.port),
            "PYTHONPATH": str(PROJECT / "src"),
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
        }
        self.shown = ""

    def start(self) -> None:
        with (self.home / "shown.txt").open("wb") as output:
            self._process = subprocess.Popen(
                self.command("run", "--residents", "6000"),
                env=self._environment,
                cwd=PROJECT,
                stdout=output,
                stderr=output,
            )
        end = time.monotonic() + SECONDS
        while "Ctrl-C stops it." not in self.shown:
            self.shown = (self.home / "shown.txt").read_text()
            assert time.monotonic() < end and self._process.poll() is None, self.shown
            time.sleep(0.2)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "gorod.project.cli", *words]

    def gorod(self, *words: str) -> str:
        """What a command prints, run beside the city as its operator would."""
        done = subprocess.run(
            self.command(*words), env=self._environment, cwd=PROJECT, capture_output=True, text=True, check=True
        )
        return done.stdout

    def resident(self, role: str) -> str:
        """The id of somebody in the story."""
        found = re.search(rf"{role}: .+ ([0-9a-f-]{{36}})", self.shown)
        assert found, self.shown
        return found[1]

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/"):  # noqa: S108 - PostgreSQL is another user
            parent.chmod(0o755)
    made = City(folder)
    made.start()
    yield made
    made.stop()


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
        self.page: Page = context.new_page()
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
