"""Every test of booking begins on a Monday at six, with one service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gorod.engines.booking.tests import factories


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    factories.configure()
    with factories.it_is(factories.MONDAY):
        yield
