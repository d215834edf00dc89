"""Everyday questions of a real city: how many the search answers. docs/reference/search.md has the figures."""

from __future__ import annotations

import pytest

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.search import api as search

pytestmark = pytest.mark.django_db

FIRST, IN_THREE, REFUSED = 0.88, 0.93, 0.85  # measured, less two questions of a hundred


@pytest.mark.slow
def test_everyday_questions_are_answered_and_others_are_not() -> None:
    catalogue.install(city=catalogue.load(folder=MOSCOW))
    search.index()
    found = catalogue.judge_search()
    assert found.on_topic >= 70 and found.off_topic >= 10
    assert found.first / found.on_topic >= FIRST, found.missed
    assert found.in_three / found.on_topic >= IN_THREE, found.missed
    assert found.refused / found.off_topic >= REFUSED, found.missed
