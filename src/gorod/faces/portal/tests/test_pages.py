"""Pages that everybody may open, in every language of the city."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gorod.catalogue import api as catalogue
from gorod.faces.api.tests.factories import install
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def test_the_way_in_follows_the_language_of_the_reader() -> None:
    client = PageClient()
    assert client.open("/", accept_language="fr, en-GB;q=0.8, de;q=0.5").address == "/en/"
    assert client.open("/", accept_language="fr").address == "/de/", "the city's first language"
    assert client.open("/").address == "/de/"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_that_can_be_reached_is_in_order(language: str) -> None:
    found = PageClient().walk(f"/{language}/")
    services = catalogue.current().services
    assert {f"/{one}/services/{name}/" for one in ("de", "en") for name in services} <= found.keys()


def test_a_service_says_what_it_is_in_the_readers_words() -> None:
    page = PageClient().open("/de/services/child_allowance/")
    texts = catalogue.current().services["child_allowance"].texts["de"]
    assert page.heading == texts.name
    assert all(sentence in page.text for sentence in (texts.summary, *texts.conditions.values()))
    assert "Familienkasse Kleinau" in page.text
    assert "Was Sie bekommen" in page.text, "the engine's own words are German too"


def test_a_life_event_shows_its_services_in_their_order() -> None:
    page = PageClient().open("/en/life-events/new_child/")
    steps = catalogue.current().life_events["new_child"].steps
    names = [catalogue.current().services[name].texts["en"].name for name in steps]
    assert [found.get_text(strip=True) for found in page.soup.find_all("h2")] == names
    assert "After: " in page.text


def test_the_language_is_switched_on_the_page_itself() -> None:
    page = PageClient().open("/de/services/child_allowance/")
    assert page.links()["English"] == "/en/services/child_allowance/"


def test_the_style_sheet_is_named_by_its_content_and_kept_for_ever() -> None:
    address = str(PageClient().open("/de/").soup.find("link", rel="stylesheet")["href"])  # type: ignore[index]
    answer = Client().get(address)
    assert re.fullmatch(r"/static/gorod/gorod\.[0-9a-f]{12}\.css", address)
    assert (answer.status_code, "immutable" in answer["Cache-Control"]) == (200, True)
    font = re.search(rb"url\(\"?(fonts/[^)\"]+)", b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert font is not None
    assert Client().get(f"/static/gorod/{font.group(1).decode()}").status_code == 200


def test_what_is_not_there_is_not_found() -> None:
    client = PageClient()
    assert [client.status(address) for address in ("/fr/", "/de/services/unicorn/", "/de/nowhere/")] == [404, 404, 404]


def test_a_service_says_what_it_costs() -> None:
    assert "What it costs €2.50" in PageClient().open("/en/services/parents_letter/").text
    assert "What it costs nothing, it is free" in PageClient().open("/en/services/child_allowance/").text
