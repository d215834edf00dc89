"""Strong identifiers: who carries them, how a message finds its person, what a retracted event takes back."""

from __future__ import annotations

import pytest

from gorod.kernel.errors import Conflict, NotFound
from gorod.kernel.identifiers import new_id
from gorod.records.parties import api
from gorod.records.parties.data import Names, PartyKind
from gorod.records.parties.tests.factories import IVANOVA, merged, resident

pytestmark = pytest.mark.django_db


def test_a_message_finds_the_one_person_who_carries_its_identifiers() -> None:
    anna = resident(pension_number="001", passport="4500 111111")
    resident(pension_number="002")
    match = api.match(identifiers={"pension_number": "001", "passport": "4500 111111"})
    assert (match.one, match.parties, match.unknown) == (anna, (anna,), ())


def test_an_identifier_nobody_carries_is_named_and_the_others_still_find_the_person() -> None:
    anna = resident(pension_number="001")
    match = api.match(identifiers={"pension_number": "001", "passport": "4500 111111"})
    assert (match.one, match.unknown) == (anna, ("passport",))


def test_nobody_is_found_by_identifiers_that_nobody_carries() -> None:
    resident(pension_number="001")
    match = api.match(identifiers={"pension_number": "999"})
    assert (match.one, match.parties, match.unknown) == (None, (), ("pension_number",))


def test_identifiers_of_different_people_lead_to_nobody_in_particular() -> None:
    anna, boris = resident(pension_number="001"), resident(passport="4500 222222")
    match = api.match(identifiers={"pension_number": "001", "passport": "4500 222222"})
    assert match.one is None
    assert set(match.parties) == {anna, boris}


def test_the_same_digits_under_another_scheme_are_another_identifier() -> None:
    resident(pension_number="123")
    assert api.match(identifiers={"tax_number": "123"}).parties == ()


def test_namesakes_are_different_people() -> None:
    assert resident(pension_number="001") != resident(pension_number="002")
    assert api.match(identifiers={}).one is None


def test_nobody_is_given_a_number_that_another_person_carries() -> None:
    resident(pension_number="001")
    with pytest.raises(Conflict, match="pension_number"):
        resident(pension_number="001")
    boris = resident(passport="4500 222222")
    with pytest.raises(Conflict, match="belongs to another person"):
        api.identify(party_id=boris, identifiers={"pension_number": "001"})
    assert api.identifiers(party_id=boris) == {"passport": "4500 222222"}


def test_a_person_refused_for_a_taken_number_leaves_nothing_behind() -> None:
    resident(pension_number="001")
    before = api.residents_count()
    with pytest.raises(Conflict):
        resident(birth_record="7", pension_number="001")
    assert api.residents_count() == before
    assert api.match(identifiers={"birth_record": "7"}).parties == ()


def test_an_identifier_said_again_changes_nothing() -> None:
    anna = resident(pension_number="001")
    api.identify(party_id=anna, identifiers={"pension_number": "001", "tax_number": "77"})
    assert api.identifiers(party_id=anna) == {"pension_number": "001", "tax_number": "77"}


def test_a_new_passport_stands_beside_the_old_one_and_both_lead_to_the_person() -> None:
    anna = resident(passport="4500 111111")
    api.identify(party_id=anna, identifiers={"passport": "4510 333333"})
    assert api.identifiers(party_id=anna) == {"passport": "4510 333333"}
    assert api.match(identifiers={"passport": "4500 111111"}).one == anna


def test_a_retracted_event_takes_its_identifiers_back_and_no_others() -> None:
    event = new_id()
    anna = resident(pension_number="001")
    api.identify(party_id=anna, identifiers={"pension_number": "001", "passport": "4500 111111"}, event_id=event)
    api.retract_identifiers(event_id=event)
    assert api.identifiers(party_id=anna) == {"pension_number": "001"}
    assert api.match(identifiers={"passport": "4500 111111"}).parties == ()


def test_a_number_written_to_the_wrong_person_can_go_to_the_right_one_after_the_retraction() -> None:
    wrong, right, event = resident(), resident(), new_id()
    api.identify(party_id=wrong, identifiers={"pension_number": "001"}, event_id=event)
    api.retract_identifiers(event_id=event)
    api.identify(party_id=right, identifiers={"pension_number": "001"})
    assert api.match(identifiers={"pension_number": "001"}).one == right


def test_the_registered_child_is_the_notified_one() -> None:
    """The provisional row stays the child's row: the civil registry only names it."""
    child = api.create(provisional=True, identifiers={"medical_birth_certificate": "МБ-1"})
    assert api.party(party_id=child).provisional
    api.rename(party_id=child, names=IVANOVA)
    api.identify(party_id=child, identifiers={"birth_record": "170-1"})
    known = api.party(party_id=child)
    assert (known.names.full(), known.provisional) == ("Иванова Анна Сергеевна", False)
    assert api.match(identifiers={"birth_record": "170-1", "medical_birth_certificate": "МБ-1"}).one == child


def test_a_number_is_found_as_the_document_prints_it() -> None:
    anna = api.create(names=Names(family_name="Ёлкина"), identifiers={"pension_number": "90551051471"})
    for printed in ("905-510-514 71", "905 510 514 71", " 90551051471 ", "905\u2011510\u2011514\u00a071"):
        assert api.carrier(scheme="pension_number", value=printed, family_name="елкина") == anna
    boris = api.create(names=Names(family_name="Иванов"), identifiers={"record": "I-МЮ 123"})
    assert api.carrier(scheme="record", value="I-МЮ 123", family_name="Иванов") == boris
    assert api.carrier(scheme="pension_number", value="905-510-514 72", family_name="Ёлкина") is None


def test_organisations_are_parties_of_the_same_kind() -> None:
    school = api.create(kind=PartyKind.ORGANISATION, names=Names(family_name="Школа № 57"))
    before = api.residents_count()
    resident()
    assert api.party(party_id=school).kind is PartyKind.ORGANISATION
    assert api.residents_count() == before + 1


def test_an_unknown_party_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound, match="no resident or organisation"):
        api.party(party_id=new_id())


def test_identifiers_of_a_merged_duplicate_are_those_of_the_person() -> None:
    anna, duplicate = resident(pension_number="001"), resident(passport="4500 111111")
    merged(anna, duplicate)
    both = {"pension_number": "001", "passport": "4500 111111"}
    assert api.match(identifiers=both).one == anna
    assert api.identifiers(party_id=anna) == both
    assert api.identifiers(party_id=duplicate) == both


def test_an_identifier_falls_with_the_last_event_that_says_it() -> None:
    first, second = new_id(), new_id()
    party_id = api.create(identifiers={"certificate": "1"}, event_id=first)
    api.identify(party_id=party_id, identifiers={"certificate": "1"}, event_id=second)
    api.retract_identifiers(event_id=first)
    assert api.match(identifiers={"certificate": "1"}).one == party_id
    api.retract_identifiers(event_id=second)
    assert api.match(identifiers={"certificate": "1"}).one is None
