"""The only door to facts: values over two times, relations, strict aggregates, provenance, disputes, the access log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Refused
from gorod.kernel.expressions.data import Scalar
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import months_between, years_between
from gorod.records.facts import api
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import READER, VOCABULARY, link, state
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def vocabulary() -> Iterator[None]:
    api.configure(vocabulary=VOCABULARY)
    yield
    api.configure(vocabulary=Vocabulary(facts={}, relations={}))


def read(party_id: UUID, *names: str, **dates: Any) -> dict[str, Scalar | None]:
    dates.setdefault("as_of", TODAY)
    return {f.name: f.value for f in api.read(people=[party_id], names=names, purpose="a test", reader=READER, **dates)}


@pytest.fixture
def child() -> UUID:
    return parties.create()


def test_a_correction_keeps_what_was_known_before(child: UUID) -> None:
    state(child, "income", 100)
    before = clock.now()
    state(child, "income", 300)
    assert read(child, "income") == {"income": 300}
    assert read(child, "income", known_at=before) == {"income": 100}


def test_a_retraction_brings_back_what_was_known_before(child: UUID) -> None:
    event = new_id()
    state(child, "income", 100)
    state(child, "income", 300, by=event)
    during = clock.now()
    registers.retract(event_id=event)
    assert read(child, "income") == {"income": 100}
    assert read(child, "income", known_at=during) == {"income": 300}


def test_a_value_holds_from_its_first_day_to_the_day_before_its_end(child: UUID) -> None:
    state(child, "income", 100, since=date(2026, 1, 1), until=date(2026, 3, 1))
    assert read(child, "income", as_of=date(2025, 12, 31)) == {"income": None}
    assert read(child, "income", as_of=date(2026, 1, 1)) == {"income": 100}
    assert read(child, "income", as_of=date(2026, 2, 28)) == {"income": 100}
    assert read(child, "income", as_of=date(2026, 3, 1)) == {"income": None}


def test_silence_means_what_the_register_says_it_means(child: UUID) -> None:
    assert read(child, "registered", "status", "income") == {"registered": False, "status": "none", "income": None}
    state(child, "registered", None)
    assert read(child, "registered") == {"registered": None}


@settings(max_examples=60, deadline=None)
@given(birth=st.dates(date(1950, 1, 1), TODAY), as_of=st.dates(TODAY, date(2040, 1, 1)))
def test_ages_are_those_of_the_kernel(birth: date, as_of: date) -> None:
    person = parties.create()
    state(person, "birth_date", birth, since=birth)
    ages = read(person, "age_years", "age_months", "age_days", as_of=as_of)
    assert ages == {
        "age_years": years_between(birth, as_of),
        "age_months": months_between(birth, as_of),
        "age_days": (as_of - birth).days,
    }


def test_facts_of_the_mother_and_of_a_father_there_is_not(child: UUID) -> None:
    mother = parties.create()
    link(child, "mother", mother)
    state(mother, "registered", True)
    assert read(child, "mother_registered", "father_registered") == {
        "mother_registered": True,
        "father_registered": None,
    }
    link(child, "father", None)
    assert read(child, "father_registered") == {"father_registered": False}


def family(child: UUID) -> tuple[UUID, UUID, UUID]:
    """A mother with income 1, a father with income 2, an older child of both."""
    mother, father, older = (parties.create() for _ in range(3))
    for kid, birth in ((child, date(2026, 6, 1)), (older, date(2016, 6, 1))):
        link(kid, "mother", mother)
        link(kid, "father", father)
        link(mother, "children", kid)
        link(father, "children", kid)
        state(kid, "birth_date", birth)
        state(kid, "income", 0)
    for adult, income in ((mother, 1), (father, 2)):
        state(adult, "birth_date", date(1995, 1, 1))
        state(adult, "income", income)
    return mother, father, older


def test_a_household_is_counted_once_and_summed(child: UUID) -> None:
    family(child)
    assert read(child, "household_size", "household_income") == {"household_size": 4, "household_income": 3}


def test_one_missing_income_makes_the_sum_unknown_and_says_whose(child: UUID) -> None:
    _, father, _ = family(child)
    state(father, "income", None)
    found = api.frame(people=[child], names=["household_income"], purpose="a test", reader=READER, as_of=TODAY)
    assert found.frame["household_income"].to_list() == [None]
    missing = found.missing(party_id=child, names=["household_income"])
    assert [(m.party_id, m.name, m.may_ask) for m in missing] == [(father, "income", True)]


def test_an_unknown_father_makes_the_household_unknown_and_asks_who_he_is(child: UUID) -> None:
    mother = parties.create()
    link(child, "mother", mother)
    found = api.frame(people=[child], names=["household_size"], purpose="a test", reader=READER, as_of=TODAY)
    assert found.frame["household_size"].to_list() == [None]
    assert ("father", True) in [(m.name, m.relation) for m in found.missing(party_id=child, names=["household_size"])]


def test_an_ended_relation_is_gone(child: UUID) -> None:
    mother, _, older = family(child)
    assert read(mother, "children_count") == {"children_count": 2}
    link(mother, "children", older, present=False)
    assert read(mother, "children_count", "youngest_age") == {"children_count": 1, "youngest_age": 0}


def test_sources_lead_to_every_row_and_person(child: UUID) -> None:
    mother, father, older = family(child)
    row = state(father, "income", 50)
    found = api.frame(people=[child], names=["household_income"], purpose="a test", reader=READER, as_of=TODAY)
    rows, people = found.sources(party_id=child, names=["household_income"])
    assert row in rows
    assert people == {child, mother, father, older}


def test_a_merged_duplicate_speaks_for_the_person(child: UUID) -> None:
    duplicate = parties.create()
    state(duplicate, "income", 70)
    parties.merge(party_id=child, duplicate_id=duplicate, by="clerk", reason="same person")
    assert read(child, "income") == {"income": 70}
    parties.undo_merge(duplicate_id=duplicate)
    assert read(child, "income") == {"income": None}


def test_a_disputed_fact_is_unknown_until_the_owner_answers(child: UUID) -> None:
    state(child, "income", 100)
    dispute = api.dispute(party_id=child, name="income", reason="I left that job", by="resident")
    fact = api.read(people=[child], names=["income"], purpose="a test", reader=READER)[0]
    assert (fact.value, fact.disputed) == (None, True)
    api.answer_dispute(dispute_id=dispute, upheld=False, answer="The employer confirmed it")
    assert read(child, "income") == {"income": 100}


def test_a_value_tells_where_it_comes_from(child: UUID) -> None:
    row = state(child, "income", 100)
    fact = api.read(people=[child], names=["income"], purpose="a test", reader=READER)[0]
    assert fact.provenance is not None
    assert (fact.provenance.statement_id, fact.provenance.owner, fact.provenance.source) == (row, "registry", "test")


def test_every_reading_is_seen_by_everybody_it_concerned(child: UUID) -> None:
    mother, _, _ = family(child)
    api.read(people=[child], names=["household_income"], purpose="child allowance", reader=READER)
    record = api.access_log(party_id=mother)[0]
    assert (record.purpose, record.reader, record.names) == ("child allowance", READER, ("household_income",))


def test_no_purpose_no_facts(child: UUID) -> None:
    with pytest.raises(Refused, match="purpose"):
        api.frame(people=[child], names=["income"], purpose=" ", reader=READER)


def test_an_unknown_name_is_refused(child: UUID) -> None:
    with pytest.raises(BadInput, match="no fact is called"):
        api.frame(people=[child], names=["shoe_size"], purpose="a test", reader=READER)


def test_the_same_two_dates_give_the_same_answer_for_ever(child: UUID) -> None:
    family(child)
    known_at = clock.now()
    before = read(child, "household_income", "settled", as_of=TODAY, known_at=known_at)
    state(child, "income", 999)
    state(child, "registered", True)
    with clock.moved_by(timedelta(days=400)):
        state(child, "status", "ii")
    assert read(child, "household_income", "settled", as_of=TODAY, known_at=known_at) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("income", -1),
        ("income", True),
        ("income", "100"),
        ("registered", 1),
        ("birth_date", "15.06.2026"),
        ("status", "iii"),
    ],
)
def test_a_value_from_outside_must_fit(name: str, value: object) -> None:
    with pytest.raises(BadInput):
        api.checked_value(name=name, value=value)
