"""Every test of FHIR begins on a Monday at six, in the tiny city."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gorod.engines.booking.tests import factories as engine
from gorod.faces.api.tests.factories import install


@pytest.fixture(autouse=True)
def _monday(db: None) -> Iterator[None]:
    install()
    with engine.it_is(engine.MONDAY):
        yield
