"""Two parties found to be one person: both ids keep their rows and their meaning, and the finding can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.kernel.errors import Refused
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api
from gorod.records.parties.tests.factories import merged, resident

pytestmark = pytest.mark.django_db


def test_a_duplicate_keeps_its_id_and_answers_with_the_person() -> None:
    anna, duplicate = resident(pension_number="001"), resident()
    merged(anna, duplicate)
    assert api.party(party_id=duplicate).party_id == anna
    several = api.parties(party_ids=[duplicate, anna, new_id()])
    assert {asked: found.party_id for asked, found in several.items()} == {duplicate: anna, anna: anna}
    assert api.canonical(party_ids=[duplicate, anna]) == {duplicate: anna, anna: anna}
    assert api.identities(party_ids=[anna])[anna] == (anna, duplicate)


def test_a_duplicate_is_not_listed_as_a_resident_of_its_own() -> None:
    anna, duplicate = resident(), resident()
    merged(anna, duplicate)
    assert api.residents_after(party_id=None, limit=10) == [anna]


def test_undoing_gives_each_its_own_again() -> None:
    anna, other = resident(pension_number="001"), resident(pension_number="002")
    merged(anna, other)
    assert api.match(identifiers={"pension_number": "002"}).one == anna
    api.undo_merge(duplicate_id=other)
    assert api.match(identifiers={"pension_number": "002"}).one == other
    assert api.identifiers(party_id=anna) == {"pension_number": "001"}
    assert api.identities(party_ids=[anna, other]) == {anna: (anna,), other: (other,)}


def test_what_was_undone_can_be_merged_again() -> None:
    anna, other = resident(), resident()
    merged(anna, other)
    api.undo_merge(duplicate_id=other)
    merged(anna, other)
    assert api.canonical(party_ids=[other]) == {other: anna}


def test_undoing_a_merge_gives_the_person_back_the_duplicates_found_before() -> None:
    """Vera and Viktoria were one before both were taken for Anna: when that proves wrong, they still are."""
    anna, vera, viktoria = resident(), resident(), resident()
    merged(vera, viktoria)
    merged(anna, vera)
    assert api.canonical(party_ids=[viktoria]) == {viktoria: anna}
    api.undo_merge(duplicate_id=vera)
    assert api.canonical(party_ids=[vera, viktoria]) == {vera: vera, viktoria: vera}


def test_a_merged_party_is_not_merged_a_second_time() -> None:
    anna, duplicate, other = resident(), resident(), resident()
    merged(anna, duplicate)
    with pytest.raises(Refused, match="merged already"):
        merged(other, duplicate)
    with pytest.raises(Refused, match="merged already"):
        merged(duplicate, other)
    with pytest.raises(Refused, match="both must exist"):
        merged(anna, new_id())
    with pytest.raises(Refused, match="into itself"):
        merged(anna, anna)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([False, False, True]), st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_merges_and_their_undoing_in_any_order(steps: list[tuple[bool, int, int]]) -> None:
    """Every id stands for the top of the merges that are not undone, whatever was merged and undone in between."""
    people = [resident() for _ in range(4)]
    into: dict[int, int] = {}
    for undo, first, second in steps:
        if undo:
            api.undo_merge(duplicate_id=people[first])
            into.pop(first, None)
        elif first != second and first not in into and second not in into:
            merged(people[first], people[second])
            into[second] = first
        else:
            with pytest.raises(Refused):
                merged(people[first], people[second])

    def top(person: int) -> int:
        return top(into[person]) if person in into else person

    assert api.canonical(party_ids=people) == {people[i]: people[top(i)] for i in range(4)}
    for i in range(4):
        if i not in into:
            ids = api.identities(party_ids=[people[i]])[people[i]]
            assert ids[0] == people[i]
            assert set(ids) == {people[j] for j in range(4) if top(j) == i}
