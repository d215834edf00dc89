"""Trying the city as one of its people: only where all of them are made up."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.apps import apps

from gorod.faces.api.tests.factories import install, resident
from gorod.kernel.errors import Conflict, Refused
from gorod.records.installation import api as installation
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def made_up(name: str) -> UUID:
    return parties.create(names=Names(family_name=name), identifiers={"resident_number": name}, synthetic=True)


def test_anybody_may_be_one_of_the_made_up_people() -> None:
    installation.found(city="tiny", synthetic=True)
    installation.add_personas(people={"mother": made_up("Lind")})
    client = PageClient()
    page = client.open("/en/demo/")
    assert "Lind" in page.text
    page = client.send(page, "Sign in")
    assert page.address == "/en/"
    assert "Lind" in page.text, "the frame says who is signed in"
    assert client.send(client.open("/en/demo/"), "Sign in").address == "/en/", "and again"


def test_two_visitors_are_the_same_person_at_once() -> None:
    installation.found(city="tiny", synthetic=True)
    installation.add_personas(people={"mother": made_up("Lind")})
    first, second = PageClient(), PageClient()
    for client in (first, second):
        client.send(client.open("/en/demo/"), "Sign in")
    assert "Lind" in first.open("/en/").text, "the first one is still signed in"


def test_only_those_who_are_shown() -> None:
    installation.found(city="tiny", synthetic=True)
    installation.add_personas(people={"mother": made_up("Lind")})
    other = made_up("Berg")
    client = PageClient()
    page = client.open("/en/demo/")
    assert client.send(page, "Sign in", persona=str(other), status=404).heading == "There is nothing here"


def test_there_is_no_such_page_where_people_are_real() -> None:
    installation.found(city="tiny", synthetic=False)
    client = PageClient()
    assert client.open("/en/demo/", status=404).heading == "There is nothing here"
    assert "made-up" not in client.open("/en/account/login/").text
    with pytest.raises(Refused):
        installation.add_personas(people={"mother": resident("Anna")})


def test_personas_of_before_are_dead_letters_where_people_are_real() -> None:
    installation.found(city="tiny", synthetic=False)
    apps.get_model("installation", "Persona").objects.create(party_id=resident("Anna"), role="mother")
    assert PageClient().status("/en/demo/") == 404
    assert installation.personas() == []


def test_the_mark_cannot_be_set_over_real_people() -> None:
    resident("Anna")
    with pytest.raises(Conflict):
        installation.found(city="tiny", synthetic=True)
    assert PageClient().status("/en/demo/") == 404


def test_an_empty_stage_says_so() -> None:
    installation.found(city="tiny", synthetic=True)
    assert "Nobody is ready yet" in PageClient().open("/en/demo/").text
