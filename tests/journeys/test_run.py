"""`make run` as a newcomer sees it: the city comes up, one birth is told, everything stops; the second time it is there again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.newcomer import Newcomer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    made = Newcomer()
    yield made
    made.remove()


def test_the_story_shows_what_the_city_can(newcomer: Newcomer) -> None:
    newcomer.start("Ctrl-C stops it.", "--residents", "6000")
    newcomer.stop()
    shown = newcomer.shown
    assert "6,000 made-up residents" in shown
    steps = set(re.findall(r"│ (\d+) +│", shown))
    assert len(steps) >= 10
    for mode in ("(automatic)", "(offered)", "(informed)"):
        assert mode in shown
    assert re.search(r"│ asks +│", shown), "a missing fact is asked for"
    assert re.search(r"│ not_due +│ \S", shown), "and it says why"
    assert "paid" in shown
    assert "продлили без" in shown, "a yearly right was renewed"
    assert not list(newcomer.home.glob("database-url")), "nothing is left behind"


def test_the_second_time_the_same_city_is_there(newcomer: Newcomer) -> None:
    newcomer.start("Up after", "--no-story")
    newcomer.stop()
    assert "made-up residents" not in newcomer.shown
