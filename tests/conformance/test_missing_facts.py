"""What is said to be missing is what is missing: nothing else can give an answer, and all of it together does.

Families as in the oracle, derived facts over relations included; a rule asks people for exactly these facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.kernel.expressions.data import Scalar
from gorod.records.facts import api as facts
from gorod.records.facts.data import Kind, Reader, Vocabulary
from tests.conformance.families import (
    DERIVED,
    STATED,
    TO_MANY,
    TO_ONE,
    VALUES,
    VOCABULARY,
    Person,
    enter,
    families,
    link,
    statement,
    write,
)

pytestmark = pytest.mark.django_db
READER = Reader(kind="platform", name="test")
TODAY = date(2028, 6, 15)  # nobody of the families is born later: an age is known when its date is
NAMES = st.sampled_from([f.name for f in DERIVED]) | st.sampled_from([f.name for f in DERIVED if f.kind is Kind.SQL])
INCOMPLETE = [kind for kind in TO_ONE + TO_MANY if not VOCABULARY.relations[kind].complete]
# these have nothing to say of somebody who has no mother or no children
SILENT = {f.name for f in DERIVED if f.if_none is None and (f.kind is Kind.VIA or f.aggregate in ("min", "max"))}


@pytest.fixture(autouse=True)
def _vocabulary() -> Iterator[None]:
    facts.configure(vocabulary=VOCABULARY)
    yield
    facts.configure(vocabulary=Vocabulary(facts={}, relations={}))


class Family:
    """A family in the registers, with the way to ask about its first person and to supply what is not known."""

    def __init__(self, people: list[Person], data: st.DataObject) -> None:
        self.ids = enter(people)
        self._data = data
        self.unknown = {
            (person_id, name)
            for person_id, person in zip(self.ids, people, strict=True)
            for name in [*STATED, *INCOMPLETE]
            if (person.links.get(name) if name in INCOMPLETE else _known(person, name)) is None
        }

    def ask(self, name: str) -> tuple[Scalar | None, set[tuple[UUID, str]]]:
        """The first person's value, and what is said to be missing."""
        found = facts.frame(people=[self.ids[0]], names=[name], purpose="a test", reader=READER, as_of=TODAY)
        missing = found.missing(party_id=self.ids[0], names=[name])
        return found.frame.get_column(name)[0], {(item.party_id, item.name) for item in missing}

    def supply(self, wanted: set[tuple[UUID, str]]) -> None:
        """Whatever the answer is: any value, anybody or nobody."""
        statements, links = [], []
        for person, name in sorted(wanted):
            if name in STATED:
                statements.append(statement(person, name, self._data.draw(VALUES[name], label=name)))
            else:
                others = st.none() | st.sampled_from(self.ids)
                links.append(link(person, name, self._data.draw(others, label=name)))
        write(statements, links)
        self.unknown -= wanted


def _known(person: Person, name: str) -> Any:
    return person.said[name] if name in person.said else STATED[name].absent


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(people=families(disputes=False), name=NAMES, data=st.data())
def test_no_other_fact_can_give_the_answer(people: list[Person], name: str, data: st.DataObject) -> None:
    family = Family(people, data)
    answer, missing = family.ask(name)
    assert missing <= family.unknown
    family.supply(family.unknown - missing)
    assert family.ask(name) == (answer, missing)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(people=families(disputes=False), name=NAMES, data=st.data())
def test_supplying_what_is_missing_ends_in_an_answer(people: list[Person], name: str, data: st.DataObject) -> None:
    family = Family(people, data)
    answer, missing = family.ask(name)
    asked: set[tuple[UUID, str]] = set()
    while missing:
        assert answer is None
        assert not missing & asked, "nobody is asked twice"
        asked |= missing
        family.supply(missing)
        answer, missing = family.ask(name)
    assert answer is not None or name in SILENT
