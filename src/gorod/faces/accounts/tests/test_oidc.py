"""Other sites sign residents in here: what they are told, what they cannot do. A real client does it in tests/browser."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.urls import resolve

from gorod.faces.accounts import oidc
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api import clients
from gorod.faces.api.tests.factories import install, resident, tiny
from gorod.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
BACK = "https://library.example/back"


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


def asking(**changes: str) -> str:
    wanted = {
        "client_id": "library",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile",
        "state": "s1",
        "nonce": "n1",
        **changes,
    }
    return f"/identity/o/authorize?{urlencode(wanted)}"


def site() -> str:
    return oidc.register_site(client_id="library", name="City library", redirect_uris=[BACK])


def test_discovery_names_only_what_is_there() -> None:
    known = Browser().get("/.well-known/openid-configuration").json()
    addresses = [value for name, value in known.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 5
    for address in addresses:
        assert resolve(urlsplit(address).path)


def test_a_stranger_signs_in_first_and_comes_back() -> None:
    site()
    answer = Browser().get(asking(), headers={"accept-language": "de"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/de/account/login/?next=/identity/o/authorize")


def test_the_resident_is_asked_in_their_language_and_the_form_leads_to_the_site_only() -> None:
    site()
    answer = signed_in(resident("Anna")).browser.get(asking(ui_locales="fr de"))
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.html is not None and page.html["lang"] == "de"
    assert "Anmelden bei City library" in page.get_text()
    assert len(page.find_all("input", type="checkbox")) == 2
    assert "form-action 'self' https://library.example;" in answer["Content-Security-Policy"]


def test_no_is_no() -> None:
    site()
    browser = signed_in(resident("Anna")).browser
    page = BeautifulSoup(browser.get(asking()).content, "html.parser")
    fields = {str(tag["name"]): str(tag["value"]) for tag in page.find_all("input", type="hidden")}
    answer = browser.post("/identity/o/authorize?client_id=library", {**fields, "action": "cancel"})
    assert answer["Location"].startswith(f"{BACK}?error=access_denied")


@pytest.mark.parametrize(
    "wrong", [{"redirect_uri": "https://elsewhere.example/"}, {"client_id": "nobody"}, {"response_type": "token"}]
)
def test_nobody_is_sent_to_an_address_that_the_operator_did_not_enter(wrong: dict[str, str]) -> None:
    site()
    answer = signed_in(resident("Anna")).browser.get(asking(**wrong))
    assert "elsewhere.example" not in answer.get("Location", "")
    assert "code=" not in answer.get("Location", "")


def test_a_request_that_we_did_not_sign_gives_nothing() -> None:
    site()
    browser = signed_in(resident("Anna")).browser
    browser.handler.enforce_csrf_checks = False
    answer = browser.post(
        "/identity/o/authorize?client_id=library", {"request": "forged", "scopes": "openid", "action": "grant"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("uri", ["http://library.example/", "javascript:alert(1)", f"{BACK}#x"])
def test_only_safe_addresses_are_registered(uri: str) -> None:
    with pytest.raises(BadInput):
        oidc.register_site(client_id="library", name="City library", redirect_uris=[uri])


def test_an_agencys_client_does_not_become_a_site() -> None:
    clients.register(city=tiny(), agency="residents_office", client_id="library")
    with pytest.raises(BadInput):
        site()
    with pytest.raises(BadInput):
        oidc.register_site(client_id="other", name="Other", redirect_uris=[BACK], scopes=["residents:act"])
