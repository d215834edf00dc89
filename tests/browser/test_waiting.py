"""Waiting for an opening in a real browser: the page goes on by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.conftest import Arrives, City
from tests.newcomer import PROJECT

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}}


def openings(city: City, *words: str) -> str:
    command = [sys.executable, "-m", "tests.browser.openings", *words]
    done = subprocess.run(command, env=city._environment(), cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()[-1]


def test_who_is_there_at_the_opening_is_led_on(city: City, arrives: Arrives, tmp_path: Path) -> None:
    anna = arrives(**PHONE, **checks.AXE)
    anna.become()
    about = openings(city, "announce", "--in", "25")
    page = anna.open(f"/en/waiting/{about}/?next=/en/account/")
    expect(page.get_by_text("You are there in time")).to_be_visible()
    assert checks.found(page, unfolded=True) == []
    assert checks.invalid({page.url: anna.context.request.get(page.url).text()}, tmp_path) == ""
    page.wait_for_url(f"{city.base}/en/account/", timeout=60_000)


def test_who_comes_later_sees_the_place_and_goes_in_when_somebody_leaves(city: City, arrives: Arrives) -> None:
    boris = arrives(**PHONE, **checks.AXE)
    boris.become(1)
    about = openings(city, "announce", "--in", "-5", "--crowd", "3")
    page = boris.open(f"/en/waiting/{about}/?next=/en/account/")
    expect(page.locator("[data-figure=place]")).to_have_text("4", timeout=30_000)
    expect(page.locator("[data-figure=before]")).to_have_text("2")
    expect(page.get_by_role("status").filter(has_text="Your place: 4. People before you: 2.")).to_be_visible()
    assert checks.found(page, unfolded=True) == []
    for _ in range(3):
        openings(city, "leave", about)
        page.wait_for_timeout(2_000)
    page.wait_for_url(re.compile("/en/account/$"), timeout=60_000)
