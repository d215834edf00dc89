"""A copy of the tiny city for every test, and a process that forgets the city after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gorod.catalogue.tests.factories import EMPTY, CityCopy, install


@pytest.fixture
def tiny(tmp_path: Path) -> CityCopy:
    """A copy of tests/cities/tiny that the test may change."""
    return CityCopy(tmp_path)


@pytest.fixture
def engines() -> Iterator[None]:
    """For tests that install a city: afterwards the engines of this process know nothing again, in UTC."""
    yield
    install(EMPTY)
