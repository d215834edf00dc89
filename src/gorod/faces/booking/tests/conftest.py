"""Every test of these pages begins on a Monday morning."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gorod.faces.booking.tests.factories import MONDAY, Clinic
from gorod.kernel import clock


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    with clock.moved_by(MONDAY - clock.now()):
        yield Clinic()
