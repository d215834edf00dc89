"""Waiting on the page, going in, coming back; what machines are told."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from gorod.engines.waitingroom import api as waitingroom
from gorod.engines.waitingroom.tests.factories import HOUR, SECOND, come, later, opening, places
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.waitingroom.tests.behind import SERVICE
from gorod.kernel import clock
from gorod.ui.pages.tests.client import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.urls("gorod.faces.waitingroom.tests.behind")]
OPEN = HOUR + 2 * SECOND


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


@pytest.fixture
def anna() -> UUID:
    return resident("Anna")


@pytest.fixture
def as_anna(anna: UUID) -> PageClient:
    return signed_in(anna)


def test_without_an_opening_nobody_waits(as_anna: PageClient) -> None:
    assert as_anna.open("/en/slots/").heading == "Slots"


def test_waiting_for_the_opening_and_going_in_without_a_script(as_anna: PageClient) -> None:
    about = opening(service=SERVICE)
    page = as_anna.open("/en/slots/?day=1")
    assert page.address == f"/en/waiting/{about}/" and "You are there in time" in page.text
    refresh = page.soup.select_one("noscript > meta[http-equiv=refresh]")
    assert refresh is not None and refresh["content"] == "20"
    assert as_anna.open("/en/slots/").address == page.address, "loading it again brings nothing"
    assert len(places(about)) == 1
    with later(OPEN):
        found = as_anna.open(f"{page.address}?{page.query}")
        assert (found.address, found.query, found.heading) == ("/en/slots/", "day=1", "Slots")


def test_the_page_says_the_place_and_how_long_it_takes(as_anna: PageClient) -> None:
    about = opening(service=SERVICE, capacity=2)
    come(about, 2)
    with later(OPEN):
        come(about, 4)
    with later(OPEN + 2 * SECOND):
        as_anna.open("/en/slots/")
    with later(OPEN + 4 * SECOND):
        page = as_anna.open("/en/slots/")
        assert "Your place 7 People before you 4 Minutes, about …" in page.text
        german = as_anna.open(f"/de/waiting/{about}/?next=/de/slots/")
        assert "Ihr Platz 7 Vor Ihnen 4" in german.text
        gone = list(places(about))[:2]
        for person in gone:
            waitingroom.leave(service=SERVICE, party_id=person)
    with later(OPEN + 40 * SECOND):
        pass
    with later(OPEN + 45 * SECOND):
        assert "People before you 2 Minutes, about 2" in as_anna.open("/en/slots/").text


def test_who_was_away_waits_for_room_and_is_told_so(as_anna: PageClient) -> None:
    about = opening(service=SERVICE, capacity=1)
    as_anna.open("/en/slots/")
    with later(OPEN):
        assert as_anna.open("/en/slots/").heading == "Slots"
        come(about)
    with later(OPEN + timedelta(seconds=700)):
        page = as_anna.open("/en/slots/")
        assert "before all who wait" in page.text
        assert page.soup.select_one("[data-again]") is not None


def test_a_form_sent_when_it_is_not_ones_turn_is_kept(as_anna: PageClient) -> None:
    about = opening(service=SERVICE, capacity=1)
    as_anna.open("/en/slots/")
    with later(OPEN):
        page = as_anna.open("/en/slots/")
        (other,) = come(about)
    with later(OPEN + timedelta(seconds=700)):
        kept = as_anna.send(page, "Book", status=503, slot="7:30", why="a cough,\r\nand <fever>", pin="1234")
        assert "It is not your turn at this moment" in kept.text and "<fever>" in kept.text
        assert "1234" not in str(kept.soup) and "Only passwords and files are not kept" in kept.text
        assert kept.links()["See your place in a new tab"].startswith(f"/en/waiting/{about}/")
        waitingroom.leave(service=SERVICE, party_id=other)
    with later(OPEN + timedelta(seconds=703)):
        done = as_anna.send(kept, "Send it again")
        assert "Chosen: a cough, and <fever>" in done.text


def test_before_people_gather_the_page_says_when(as_anna: PageClient) -> None:
    about = opening(service=SERVICE)
    with clock.moved_by(-HOUR):
        page = as_anna.open(f"/en/waiting/{about}/")
        assert "You can come and wait from" in page.text
        assert places(about) == {}
        assert as_anna.open("/en/slots/").heading == "Slots"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", ""])
def test_the_page_leads_nowhere_else(as_anna: PageClient, wanted: str) -> None:
    about = opening(service=SERVICE)
    with later(OPEN):
        answer = as_anna.browser.get(f"/en/waiting/{about}/", {"next": wanted})
        assert (answer.status_code, answer["Location"]) == (302, "/en/")


def test_what_everybody_may_know_is_the_same_for_everybody(as_anna: PageClient) -> None:
    about = opening(service=SERVICE, capacity=2)
    come(about, 3)
    with later(OPEN):
        answer = as_anna.browser.get(f"/waiting/{about}/state.json")
        said = answer.json()
        assert answer["Cache-Control"] == "public, max-age=1" and "Vary" not in answer
        assert (said["state"], said["present"], said["given"], said["let_in"]) == ("open", 3, 3, 2)
        assert Client().get(f"/waiting/{about}/state.json").json().keys() == said.keys()
    missing = Client().get("/waiting/01a20fa1-3d18-7143-9509-3290b5dc2a7d/state.json")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:gorod:problem:not-found")


def test_a_ticket_says_the_place_without_a_session_and_nobody_can_make_one(as_anna: PageClient) -> None:
    about = opening(service=SERVICE)
    page = as_anna.open("/en/slots/")
    asked = page.soup.select_one("[data-waiting]")
    assert asked is not None
    address = str(asked["data-place"])
    assert Client().get(address).json() == {"place": None}
    with later(OPEN):
        assert Client().get(address).json() == {"place": 1}
        assert Client().get(address.replace("ticket=", "ticket=9")).status_code == 400
        assert Client().get(f"/waiting/{about}/place.json").status_code == 400


def test_after_the_end_the_record_is_there_for_everybody_without_a_name(anna: UUID, as_anna: PageClient) -> None:
    about = opening(service=SERVICE)
    as_anna.open("/en/slots/")
    come(about, 4)
    address = f"/waiting/{about}/record.json"
    with later(OPEN):
        assert Client().get(address).status_code == 404
    with clock.moved_by(5 * HOUR):
        said = Client().get(address).json()
        assert [place for _arrival, _batch, place in said["arrivals"]] == [1, 2, 3, 4, 5]
        assert len(bytes.fromhex(said["seed"])) == 32
        assert str(anna) not in json.dumps(said)
        assert as_anna.open("/en/slots/").heading == "Slots"
