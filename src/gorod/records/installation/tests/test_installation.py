"""A database says once what it holds, and a made-up city never mixes with real people."""

from __future__ import annotations

import pytest

from gorod.kernel.errors import Conflict
from gorod.records.installation import api
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


def test_founding_twice_with_the_same_words_changes_nothing() -> None:
    first = api.found(city="tiny", synthetic=True)
    assert api.found(city="tiny", synthetic=True) == first == api.installation()


def test_another_city_is_refused() -> None:
    api.found(city="tiny", synthetic=True)
    with pytest.raises(Conflict, match="holds tiny"):
        api.found(city="moscow", synthetic=True)


def test_the_mark_cannot_be_set_on_real_residents() -> None:
    parties.create()
    with pytest.raises(Conflict, match="not made up"):
        api.found(city="tiny", synthetic=True)
    assert api.installation() is None


def test_the_mark_cannot_be_changed_later() -> None:
    api.found(city="tiny", synthetic=False)
    with pytest.raises(Conflict, match="real residents"):
        api.found(city="tiny", synthetic=True)
