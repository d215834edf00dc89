"""The latest word of a resident counts."""

from __future__ import annotations

import pytest

from gorod.kernel.errors import BadInput
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api

pytestmark = pytest.mark.django_db


def test_the_latest_word_counts_and_what_nothing_was_said_about_is_left_out() -> None:
    party = new_id()
    assert api.words(party_id=party) == {}
    api.say(party_id=party, scope="automatic:birth", allowed=True, by="resident")
    api.say(party_id=party, scope="offers", allowed=False, by="resident")
    assert api.words(party_id=party) == {"automatic:birth": True, "offers": False}
    api.say(party_id=party, scope="automatic:birth", allowed=False, by="resident")
    assert api.words(party_id=party) == {"automatic:birth": False, "offers": False}
    assert [word.allowed for word in api.history(party_id=party)] == [True, False, False]


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(BadInput, match="no consent"):
        api.say(party_id=new_id(), scope="everything", allowed=True, by="resident")
