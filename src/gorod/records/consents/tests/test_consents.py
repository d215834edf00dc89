"""The latest word of a resident counts."""

from __future__ import annotations

import pytest

from gorod.kernel.errors import BadInput
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api

pytestmark = pytest.mark.django_db


def test_the_latest_word_counts_and_nothing_said_is_what_the_caller_says_it_means() -> None:
    party = new_id()
    assert api.allows(party_id=party, scope="offers", unless_said=True)
    assert not api.allows(party_id=party, scope="automatic:birth", unless_said=False)
    api.say(party_id=party, scope="automatic:birth", allowed=True, by="resident")
    assert api.allows(party_id=party, scope="automatic:birth", unless_said=False)
    api.say(party_id=party, scope="automatic:birth", allowed=False, by="resident")
    assert not api.allows(party_id=party, scope="automatic:birth", unless_said=True)
    assert [word.allowed for word in api.history(party_id=party)] == [True, False]


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(BadInput, match="no consent"):
        api.say(party_id=new_id(), scope="everything", allowed=True, by="resident")
