"""A copy of the tiny city for every test, and a process that forgets the city after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from gorod.catalogue.logic import documents
from gorod.catalogue.tests.factories import EMPTY, CityCopy, install


@pytest.fixture(autouse=True, scope="package")
def _files_are_parsed_once() -> Iterator[None]:
    """Of a copied city, all files but the changed one were read by a test before: nothing changes what was read."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(documents, "_read", lru_cache(maxsize=None)(documents._read))
        yield


@pytest.fixture
def tiny(tmp_path: Path) -> CityCopy:
    """A copy of tests/cities/tiny that the test may change."""
    return CityCopy(tmp_path)


@pytest.fixture
def engines() -> Iterator[None]:
    """For tests that install a city: afterwards the engines of this process know nothing again, in UTC."""
    yield
    install(EMPTY)
