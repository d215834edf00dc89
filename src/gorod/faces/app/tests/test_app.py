"""The portal as an app: what a browser reads to install it, and what it is told about whom a page was made for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from gorod.engines.messages import api as messages
from gorod.engines.messages.tests.factories import browser_keys
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.app import views
from gorod.faces.app.sessions import HEADER, named
from gorod.ui import assets
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db
ENDPOINT = "https://push.example.org/one"


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def release(client: Client) -> dict[str, Any]:
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    found = re.match(
        r"self\.gorod = (\{.+\});\nimportScripts\(\"(/static/gorod/worker\.\w+\.js)\"\);\n", answer.content.decode()
    )
    assert found
    assert client.get(found[2]).status_code == 200
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_manifest_is_linked_and_its_icons_load(language: str) -> None:
    client = PageClient()
    link = client.open(f"/{language}/").soup.find("link", rel="manifest")
    assert link is not None
    answer = client.browser.get(str(link["href"]))
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["lang"], said["start_url"], said["display"]) == (language, f"/{language}/", "standalone")
    assert said["name"] in client.open(f"/{language}/").text
    for icon in said["icons"]:
        got = client.browser.get(icon["src"])
        assert (got.status_code, got["Content-Type"]) == (200, icon["type"])
    purposes = {icon.get("purpose", "any") for icon in said["icons"]}
    assert purposes == {"any", "maskable"}


@pytest.mark.parametrize(("file", "size"), [("icon-192", 192), ("icon-512", 512), ("icon-maskable", 512)])
def test_the_pictures_are_as_large_as_they_say(file: str, size: int) -> None:
    """PNG (W3C), 11.2.1: width and height are the first two numbers of IHDR."""
    head = (Path(assets.__file__).parent / "static" / "gorod" / f"{file}.png").read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(head[at : at + 4], "big") for at in (16, 20)] == [size, size]


def test_the_colour_of_the_app_is_that_of_its_pages() -> None:
    folder = Path(assets.__file__).parent
    assert f"brand: {views.COLOUR}" in (folder / "scss" / "gorod.scss").read_text()
    assert views.COLOUR in (folder / "mark.svg").read_text()
    theme = PageClient().open("/en/").soup.find("meta", attrs={"name": "theme-color"})
    assert theme is not None and theme["content"] == views.COLOUR


def test_the_worker_serves_the_whole_site_and_knows_what_its_release_consists_of() -> None:
    client = Client()
    said = release(client)
    assert said["offline"] == {"de": "/de/offline/", "en": "/en/offline/"}
    assert sorted(said["leave"]) == ["/de/account/logout/", "/en/account/logout/"]
    assert said["words"]["en"]["body"] == "You have a new message"
    assert said["words"]["de"]["body"] == "Sie haben eine neue Nachricht"
    for address in [*said["assets"], *said["offline"].values(), said["icon"]]:
        assert client.get(address).status_code == 200, address
    policy = client.get("/service-worker.js")["Content-Security-Policy"]
    assert policy == "default-src 'none'; script-src 'self'; connect-src 'self'"


def test_other_words_are_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    before = release(Client())["release"]
    assert release(Client())["release"] == before
    views._worker.cache_clear()
    monkeypatch.setattr(views, "render_to_string", lambda *_: "other words")
    assert release(Client())["release"] != before
    views._worker.cache_clear()


def test_what_the_worker_keeps_without_a_network_names_nobody() -> None:
    client = signed_in(resident("Anna"))
    page = client.open("/en/offline/")
    assert page.heading == "No connection"
    assert {"Anna", "Sign in"}.isdisjoint(page.links()), "nor that nobody is signed in"
    assert "/en/account/" in client.open("/en/").links().values()
    kept = page.soup.find(attrs={"data-kept": True})
    assert kept is not None and kept.has_attr("hidden")


def test_a_page_names_the_session_that_it_was_made_for() -> None:
    anna, boris = resident("Anna"), resident("Boris")
    first, second, other = signed_in(anna), signed_in(anna), signed_in(boris)
    names = [client.browser.get("/en/")[HEADER] for client in (first, second, other)]
    assert len(set(names)) == 3, "the same person signed in anew is another session"
    assert first.browser.get("/en/mine/cases/")[HEADER] == names[0]
    assert HEADER not in first.browser.get("/service-worker.js")
    assert HEADER not in Client().get("/en/")
    key = first.browser.session.session_key
    assert key is not None and key not in names[0]


def test_who_has_signed_out_is_named_no_more() -> None:
    client = signed_in(resident("Anna"))
    client.send(client.open("/en/account/"), "Sign out")
    assert HEADER not in client.browser.get("/en/")


def test_a_session_that_ended_elsewhere_is_named_no_more() -> None:
    client = signed_in(resident("Anna"))
    client.browser.session.flush()
    assert HEADER not in client.browser.get("/en/")


def test_while_the_database_is_away_nobody_is_said_to_have_left() -> None:
    class Away:
        @property
        def is_authenticated(self) -> bool:
            raise OperationalError

    request = RequestFactory(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}=some"}).get("/en/services/")
    request.user = Away()  # type: ignore[assignment]
    assert named(lambda _: HttpResponse())(request)[HEADER] == "unknown"


def test_the_note_for_when_there_is_no_network_is_there_and_hidden() -> None:
    page = signed_in(resident("Anna")).open("/en/mine/cases/")
    note = page.soup.find(attrs={"data-as-of": True})
    assert note is not None and note.has_attr("hidden")
    assert "This is how it stood at" in note.get_text()


def test_messages_on_a_device_are_switched_on_and_off() -> None:
    anna = resident("Anna")
    client = signed_in(anna)
    page = client.open("/de/mine/device/")
    token = str(page.form("Anschalten")[0].find("input", attrs={"name": "csrfmiddlewaretoken"})["value"])  # type: ignore[index]

    def said(words: Any, **headers: str) -> int:
        sent = {"X-CSRFToken": token, **headers}
        return client.browser.post(
            "/de/mine/device/", json.dumps(words), content_type="application/json", headers=sent
        ).status_code

    subscription = {"endpoint": ENDPOINT, "expirationTime": None, "keys": browser_keys()}
    assert said({"subscribe": subscription}, **{"X-CSRFToken": "forged"}) == 403
    assert said({"subscribe": {**subscription, "endpoint": "http://127.0.0.1/"}}) == 400
    assert said({"subscribe": {"endpoint": ENDPOINT}}) == 400
    assert said([]) == 400
    assert messages.devices_of(party_id=anna) == []
    assert said({"subscribe": subscription}) == 204
    (device,) = messages.devices_of(party_id=anna)
    assert (device.endpoint, device.language) == (ENDPOINT, "de")
    page = client.open("/de/mine/device/")
    assert "1 Gerät zeigt Nachrichten." in page.text
    known = page.soup.find(id="devices")
    assert known is not None and json.loads(known.get_text()) == [ENDPOINT]
    assert said({"unsubscribe": "https://push.example.org/another"}) == 204
    assert len(messages.devices_of(party_id=anna)) == 1
    assert said({"unsubscribe": ENDPOINT}) == 204
    assert messages.devices_of(party_id=anna) == []


def test_without_a_script_all_devices_are_switched_off() -> None:
    anna = resident("Anna")
    client = signed_in(anna)
    messages.add_device(party_id=anna, endpoint=ENDPOINT, language="en", **browser_keys())
    page = client.send(client.open("/en/mine/device/"), "Switch off on all devices")
    assert "Respected from now on." in page.text
    assert messages.devices_of(party_id=anna) == []


def test_the_switch_is_found_from_the_choices() -> None:
    page = signed_in(resident("Anna")).open("/en/mine/choices/")
    assert page.links()["Messages on this device"] == "/en/mine/device/"
