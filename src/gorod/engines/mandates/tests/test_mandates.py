"""Who is trusted with what, until when."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gorod.engines.mandates import api
from gorod.engines.messages import api as messages
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.kernel.periods import add_months
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

pytestmark = pytest.mark.django_db


def person(name: str) -> UUID:
    return parties.create(names=Names(family_name=name), identifiers={})


def give(giver: UUID, holder: UUID, *services: str, last_day: date | None = None) -> UUID:
    day = last_day or clock.today() + timedelta(days=30)
    made = api.give(giver_id=giver, holder_id=holder, services=services or ("gift",), last_day=day, by="test")
    return made.mandate_id


def test_a_mandate_covers_the_services_it_names_up_to_its_last_day_and_no_more() -> None:
    anna, boris = person("Anna"), person("Boris")
    give(anna, boris, "gift", "permit", last_day=clock.today() + timedelta(days=3))
    assert api.givers(holder_id=boris, service="gift") == {anna}
    assert api.givers(holder_id=boris, service="pension") == frozenset()
    assert api.givers(holder_id=anna, service="gift") == frozenset(), "it goes one way"
    with clock.moved_by(timedelta(days=3)):
        assert api.givers(holder_id=boris, service="permit") == {anna}
    with clock.moved_by(timedelta(days=4)):
        assert api.givers(holder_id=boris, service="permit") == frozenset()
        assert api.given_by(party_id=anna) == api.held_by(party_id=boris) == []


@pytest.mark.parametrize("by_giver", [True, False])
def test_either_side_ends_it_at_once_and_twice_is_once(by_giver: bool) -> None:
    anna, boris = person("Anna"), person("Boris")
    mandate = give(anna, boris)
    kept = give(anna, boris, "permit")
    for _ in range(2):
        api.end(party_id=anna if by_giver else boris, mandate_id=mandate)
    assert [one.mandate_id for one in api.held_by(party_id=boris)] == [kept]
    assert [one.mandate_id for one in api.given_by(party_id=anna)] == [kept]


def test_nobody_else_ends_it() -> None:
    mandate = give(person("Anna"), person("Boris"))
    with pytest.raises(NotFound):
        api.end(party_id=person("Clara"), mandate_id=mandate)
    with pytest.raises(NotFound):
        api.end(party_id=person("Clara"), mandate_id=new_id())


def test_who_is_trusted_is_told() -> None:
    boris = person("Boris")
    give(person("Anna"), boris)
    assert [message.kind for message in messages.inbox(party_id=boris)] == ["trusted"]


def test_what_is_no_mandate_is_refused() -> None:
    anna, boris = person("Anna"), person("Boris")
    with pytest.raises(Refused):
        give(anna, anna)
    with pytest.raises(BadInput):
        api.give(giver_id=anna, holder_id=boris, services=[], last_day=clock.today(), by="test")
    for day in (clock.today() - timedelta(days=1), add_months(clock.today(), 36) + timedelta(days=1)):
        with pytest.raises(BadInput):
            give(anna, boris, last_day=day)


def test_a_duplicate_of_oneself_is_oneself() -> None:
    anna, again = person("Anna"), person("Anna")
    parties.merge(party_id=anna, duplicate_id=again, by="test", reason="one person")
    with pytest.raises(Refused):
        give(anna, again)
    boris = person("Boris")
    give(again, boris)
    assert api.givers(holder_id=boris, service="gift") == {anna}
