"""What a sweep found due, on the portal: yes with one tap, no, after all; never another person's."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.cache import cache

from gorod.engines.cases import api as cases
from gorod.engines.offers import api as offers
from gorod.engines.offers.data import Offer, OfferState
from gorod.engines.offers.tests.factories import Nights, only
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import COUNTER, Agency, install, resident
from gorod.faces.portal.tests.test_mine import part
from gorod.kernel import clock
from gorod.records.consents import api as consents
from gorod.records.facts.tests.factories import LONG_AGO
from gorod.records.registers import api as registers
from gorod.records.registers.data import Link, Origin, Statement
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db
ORIGIN = Origin(source="test", owner="registry_office")


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    cache.clear()
    install()
    return Nights(tmp_path)


def say(person: UUID, fact: str, value: bool | int | str) -> None:
    said = Statement(party_id=person, fact=fact, value=value, valid_from=LONG_AGO)
    registers.record(statements=[said], origin=ORIGIN)


class Newcomer:
    """Somebody who has come to live in the city: the letter for parents is due to them since tonight."""

    def __init__(self, nights: Nights, number: str = "N1") -> None:
        self.nights = nights
        self.me = resident(number, lives_here=False)
        nights.pass_by(self.me)
        say(self.me, "lives_here", True)
        nights.pass_by(self.me)
        self.client = signed_in(self.me)

    @property
    def offer(self) -> Offer:
        return only(self.me)

    @property
    def address(self) -> str:
        return f"/en/mine/due/{self.offer.offer_id}/"


def due(client: PageClient) -> str:
    return part(client.open("/en/"), "due")


def test_it_stands_on_the_home_page_with_its_reason_and_one_tap_says_yes(nights: Nights) -> None:
    home = Newcomer(nights)
    page = home.client.open("/en/")
    assert "Parents' letter" in part(page, "due") and "Found on " in part(page, "due")
    done = home.client.send(page, "Yes, arrange it · Parents' letter")
    assert re.fullmatch(r"/en/mine/cases/[\d-]+/", done.address)
    again = home.client.send(page, "Yes, arrange it · Parents' letter")
    assert again.address == done.address and len(cases.cases_of(subjects=[home.me])) == 1
    assert due(home.client) == ""
    told = home.client.open(home.address)
    assert "Yes, arrange it" not in told.text and done.address in told.links().values()


def test_its_page_says_why_with_what_is_known_and_where_to_switch_it_off(nights: Nights) -> None:
    home = Newcomer(nights)
    page = home.client.open(home.address)
    assert "Why you" in page.text and "Kinderbetreuungssatzung Kleinau" in page.text
    assert "Lives in" in page.text or "lives" in page.text.lower()
    assert "What the city may do by itself" in page.links()
    consents.say(party_id=home.me, scope="offers", allowed=False, by="test")
    assert due(home.client) == ""


def test_no_stays_no_until_one_changes_ones_mind(nights: Nights) -> None:
    home = Newcomer(nights)
    page = home.client.open("/en/")
    declined = home.client.send(page, "No, thank you · Parents' letter")
    assert declined.address == home.address and "Declined" in declined.text and due(home.client) == ""
    home.client.send(page, "No, thank you · Parents' letter")
    say(home.me, "lives_here", False)
    nights.pass_by(home.me)
    say(home.me, "lives_here", True)
    nights.pass_by(home.me)
    assert due(home.client) == "", "the same right is not offered again"
    home.client.send(declined, "I do want it after all")
    assert "Parents' letter" in due(home.client)


def test_what_has_changed_since_is_said_when_one_says_yes(nights: Nights) -> None:
    home = Newcomer(nights)
    page = home.client.open(home.address)
    say(home.me, "lives_here", False)
    answered = home.client.send(page, "Yes, arrange it")
    assert answered.address == "/en/services/parents_letter/apply/"
    assert "Something has changed" in answered.text and cases.cases_of(subjects=[home.me]) == []
    nights.pass_by(home.me)
    gone = home.client.open(home.address)
    assert "Ended" in gone.text and home.offer.failing == ("resident",)
    assert due(home.client) == ""


def test_an_offer_of_another_resident_is_not_found(nights: Nights) -> None:
    home = Newcomer(nights)
    stranger = signed_in(resident("S1"))
    assert stranger.status(home.address) == 404
    page = stranger.open("/en/mine/trust/")
    token = {"csrfmiddlewaretoken": str(page.soup.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"])}  # type: ignore[index]
    for what in ("", "decline/", "resume/"):
        assert stranger.browser.post(f"{home.address}{what}", token).status_code == 404
    assert home.offer.state is OfferState.OPEN
    assert "Parents' letter" not in due(stranger)


def test_a_childs_offer_is_its_parents_with_what_the_form_asks(nights: Nights) -> None:
    mother, other = resident("M1", yearly_income=9_000_000, lives_here=False), resident("P1", yearly_income=0)
    child = resident("C1", born=clock.today() - timedelta(days=60))
    for parent, relation in ((mother, "mother"), (other, "other_parent")):
        links = [
            Link(party_id=child, kind=relation, other_id=parent, valid_from=LONG_AGO, present=True),
            Link(party_id=parent, kind="children", other_id=child, valid_from=LONG_AGO, present=True),
        ]
        registers.record(links=links, origin=ORIGIN)
    say(child, "care_wanted", "mornings")
    nights.pass_by(child, mother, other)
    say(mother, "lives_here", True)
    nights.pass_by(child)
    offer = next(one for one in offers.offers_of(party_id=child) if one.service == "day_care_place")
    as_mother, as_other, as_child = signed_in(mother), signed_in(other), signed_in(child)
    assert "For whom: C1" in due(as_mother) and "For whom: C1" in due(as_other) and due(as_child) == ""
    address = f"/en/mine/due/{offer.offer_id}/"
    assert as_child.status(address) == 404
    page = as_mother.open(address)
    bad = as_mother.send(page, "Yes, arrange it", care_begins_on="", status=422)
    assert "Answer this question." in bad.text
    kept = as_mother.send(bad, "Go on later", care_begins_on="2027-03-01")
    assert kept.address == "/en/"
    done = as_mother.send(as_mother.open(address), "Yes, arrange it", care_begins_on="2027-03-01")
    assert "March 1, 2027" in done.text
    assert "9,000,000" not in as_other.open(address).text


@pytest.mark.slow
def test_every_page_from_home_can_be_opened(nights: Nights) -> None:
    home = Newcomer(nights)
    readings = home.client.open("/en/mine/readings/?all").text  # before the walk, whose own readings come after it
    assert "to offer what has become due" in readings and "offer after a sweep" not in readings
    assert home.address in home.client.walk("/en/")
    data = json.loads(home.client.browser.get("/en/mine/download/").content)
    assert [one["offer"]["service"] for one in data["offers"]] == ["parents_letter"]


def test_the_machine_api_says_the_same(nights: Nights) -> None:
    home = Newcomer(nights)
    counter, stranger = Agency(COUNTER), resident("S1", born=date(1980, 1, 1))
    address = f"/api/residents/{home.me}/offers"
    (one,) = counter.get(address)
    assert (one["service"], one["state"], one["case"]) == ("parents_letter", "open", None)
    mine, wrong = f"{address}/{one['offer_id']}", f"/api/residents/{stranger}/offers/{one['offer_id']}"
    assert counter.call("POST", f"{wrong}/accept", {"data": {}}).status_code == 404
    assert counter.call("POST", f"{mine}/decline", {"reason": "no"}).json()["state"] == "declined"
    assert counter.get(address) == []
    assert counter.call("POST", f"{mine}/resume").json()["state"] == "open"
    accepted = counter.call("POST", f"{mine}/accept", {"data": {}}).json()
    assert (accepted["state"], bool(accepted["case"])) == ("accepted", True)
