"""One city for all tests of this folder: what a test breaks must be whole again at its end, or the next one says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.city import City
from tests.faults.families import Families


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    made = City()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def _whole(request: pytest.FixtureRequest) -> None:
    """Before each test of the city: all its parts run."""
    if "city" in request.fixturenames:
        request.getfixturevalue("city").wait_whole()


@pytest.fixture(scope="session")
def families(city: City) -> Families:
    return Families(city)
