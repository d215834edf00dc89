"""Nights in Moscow: what a sweep finds newly due is offered on the portal, accepted, declined or withdrawn, and told once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.core.cache import cache

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests import factories as of_catalogue
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Message
from gorod.engines.offers import api as offers
from gorod.engines.offers.data import Following, OfferState
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.sweeps import api as sweeps
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.portal.tests.test_mine import part
from gorod.records.consents import api as consents
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement
from gorod.records.snapshots import api as snapshots
from gorod.ui.pages.tests.client import PageClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ORIGIN = Origin(source="test", owner="internal_affairs")
LONG_AGO = date(2015, 1, 1)
AID, STATUS = "targeted_social_aid", "large_family_status"
POOR, MODEST, RICH = 1_000_000, 3_000_000, 90_000_000  # kopecks a month


@pytest.fixture(autouse=True)
def _moscow() -> None:
    cache.clear()
    catalogue.install(city=catalogue.load(folder=MOSCOW))


def night(folder: Path) -> Following:
    """What `gorod sweep` does, and then the workers."""
    taken = snapshots.take(
        folder=folder / "snapshots",
        names=dues.rule_set().facts_of_all(),
        district=catalogue.current().lives_in,
        done=lambda people: None,
    )
    earlier = sweeps.sweeps(folder=folder / "sweeps")
    swept = sweeps.run(snapshot=taken, rule_set=dues.rule_set(), folder=folder / "sweeps", done=lambda district: None)
    following = offers.follow(sweep=swept, earlier=earlier)
    run_jobs()
    return following


def person(name: str, born: date = date(1985, 3, 1), **known: bool | int | str) -> UUID:
    """Somebody of Moscow, registered there."""
    party_id = parties.create(names=Names(given_name=name), language="ru")
    facts = {"birth_date": born, "registered_in_city": True, "deceased": False, "district": "45301000", **known}
    say(party_id, **facts)
    return party_id


def say(party_id: UUID, **known: bool | int | str | date) -> None:
    statements = [
        Statement(party_id=party_id, fact=fact, value=value, valid_from=LONG_AGO) for fact, value in known.items()
    ]
    registers.record(statements=statements, origin=ORIGIN)


def mother_of_three(**known: bool | int | str) -> UUID:
    mother = person("Анна", **known)
    for year in (2014, 2017, 2020):
        child = person(f"Ребёнок {year}", born=date(year, 5, 1), birth_registered=True)
        links = [
            Link(party_id=child, kind="mother", other_id=mother, valid_from=LONG_AGO, present=True),
            Link(party_id=mother, kind="children", other_id=child, valid_from=LONG_AGO, present=True),
        ]
        registers.record(links=links, origin=ORIGIN)
    return mother


def letters(party_id: UUID, kind: str = "due_found") -> list[Message]:
    return [message for message in messages.inbox(party_id=party_id) if message.kind == kind]


def offered(party_id: UUID) -> dict[str, OfferState]:
    return {offer.service: offer.state for offer in offers.offers_of(party_id=party_id)}


def due(client: PageClient) -> str:
    return part(client.open("/ru/"), "due")


def test_a_registration_makes_a_family_due_and_one_yes_makes_the_next_thing_due(tmp_path: Path) -> None:
    """Registered in the city → the status is offered → one tap, granted at once → the next night what follows from it."""
    mother = mother_of_three(registered_in_city=False, monthly_income=RICH)
    assert night(tmp_path).before == ()
    assert offered(mother) == {}
    say(mother, registered_in_city=True)
    night(tmp_path)
    assert offered(mother)[STATUS] is OfferState.OPEN
    told = [one for one in letters(mother) if "многодетн" in one.subject.lower()]
    assert len(told) == 1 and "во всём городе" in told[0].body
    client = signed_in(mother)
    assert "многодетн" in due(client).lower()
    address = next(
        f"/ru/mine/due/{one.offer_id}/" for one in offers.offers_of(party_id=mother) if one.service == STATUS
    )
    page = client.open(address)
    assert "Почему вам" in page.text and "1924-ПП" in page.text
    done = client.send(page, "Да")
    assert done.address.startswith("/ru/mine/cases/")
    assert offered(mother)[STATUS] is OfferState.ACCEPTED
    run_jobs()
    night(tmp_path)
    follows = offered(mother)
    assert follows["large_family_utilities"] is OfferState.OPEN
    assert follows["large_family_parking_permit"] is OfferState.OPEN
    (utilities,) = (one for one in offers.offers_of(party_id=mother) if one.service == "large_family_utilities")
    assert utilities.amount and any(f"{utilities.amount // 100}" in re_spaced(one.body) for one in letters(mother))
    before = len(messages.inbox(party_id=mother))
    night(tmp_path)
    assert offered(mother) == follows and len(messages.inbox(party_id=mother)) == before


def re_spaced(text: str) -> str:
    """Without the spaces that group digits."""
    return "".join(text.split()).replace("\u00a0", "").replace("\u202f", "")


def test_a_change_of_law_reaches_everybody_it_makes_due_but_those_who_want_no_offers(tmp_path: Path) -> None:
    modest, silent, rich = (person(name, monthly_income=MODEST) for name in ("Ольга", "Нина", "Вера"))
    say(rich, monthly_income=RICH)
    consents.say(party_id=silent, scope="offers", allowed=False, by="test")
    night(tmp_path)
    law = of_catalogue.CityCopy(tmp_path / "law", of=MOSCOW)
    law.change(
        "services/social/targeted_social_aid/service.yaml",
        "income: monthly_income < subsistence_minimum",
        "income: monthly_income < 2 * subsistence_minimum",
    )
    law.change("services/social/targeted_social_aid/cases.yaml", "monthly_income: 2534200", "monthly_income: 5068400")
    law.install()
    night(tmp_path)
    assert [offered(one).get(AID) for one in (modest, silent, rich)] == [OfferState.OPEN, None, None]
    assert [len(letters(one)) for one in (modest, silent, rich)] == [1, 0, 0]
    client = signed_in(modest)
    client.send(client.open("/ru/"), "Нет")
    for income in (RICH, POOR):
        say(modest, monthly_income=income)
        night(tmp_path)
    assert offered(modest) == {AID: OfferState.DECLINED} and len(letters(modest)) == 1


def test_what_is_lost_before_an_answer_is_taken_back_with_the_condition_that_fails(tmp_path: Path) -> None:
    someone = person("Ольга", monthly_income=RICH)
    night(tmp_path)
    say(someone, monthly_income=POOR)
    night(tmp_path)
    assert AID in offered(someone)
    say(someone, registered_in_city=False)
    night(tmp_path)
    assert offered(someone) == {AID: OfferState.WITHDRAWN}
    (told,) = letters(someone, "offer_withdrawn")
    words = catalogue.current().texts.conditions["ru"][AID]["registered"]
    assert words in told.body and due(signed_in(someone)) == ""
    assert cases.cases_of(subjects=[someone]) == []
