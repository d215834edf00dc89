"""Facts of a person who stood in the registers twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from gorod.kernel import clock
from gorod.records.facts import api
from gorod.records.facts.data import Fact, Vocabulary
from gorod.records.facts.tests.factories import READER, VOCABULARY, link, state
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary() -> Iterator[None]:
    api.configure(vocabulary=VOCABULARY)
    yield
    api.configure(vocabulary=Vocabulary(facts={}, relations={}))


def fact(party_id: UUID, name: str, **more: Any) -> Fact:
    return api.read(people=[party_id], names=[name], purpose="test", reader=READER, **more)[0]


def merge(kept: UUID, duplicate: UUID) -> None:
    parties.merge(party_id=kept, duplicate_id=duplicate, by="clerk", reason="one person")


def test_one_mother_remains_of_two_and_it_is_the_one_of_the_kept_row() -> None:
    kept, duplicate, own, other = (parties.create() for _ in range(4))
    link(duplicate, "mother", other)
    link(kept, "mother", own)
    state(own, "registered", True)
    state(other, "registered", False)
    merge(kept, duplicate)
    related = api.related(party_id=kept, relations=["mother"], purpose="test", reader=READER)
    assert related == {"mother": (own,)}
    assert fact(kept, "mother_registered").value is True


def test_children_of_both_rows_are_children() -> None:
    kept, duplicate, first, second = (parties.create() for _ in range(4))
    link(kept, "children", first)
    link(duplicate, "children", second)
    merge(kept, duplicate)
    assert fact(kept, "children_count").value == 2


def test_both_ids_lead_to_the_same_facts() -> None:
    kept, duplicate = parties.create(), parties.create()
    state(kept, "income", 5)
    merge(kept, duplicate)
    assert fact(duplicate, "income").value == fact(kept, "income").value == 5


def test_what_was_known_then_does_not_change_when_two_are_found_to_be_one() -> None:
    kept, duplicate = parties.create(), parties.create()
    state(duplicate, "income", 5)
    then = clock.now()
    merge(kept, duplicate)
    assert fact(kept, "income", known_at=then).value is None
    assert fact(kept, "income").value == 5
    merged = clock.now()
    parties.undo_merge(duplicate_id=duplicate)
    assert fact(kept, "income").value is None
    assert fact(kept, "income", known_at=merged).value == 5
