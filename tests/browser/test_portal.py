"""The portal in a real browser: a passkey, no JavaScript, the keyboard, axe and the Nu checker on every page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import tools
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.slow

PLAIN = {"java_script_enabled": False}
AXE = {"bypass_csp": True}  # axe is put into the page by the test
PASSWORD = "four quiet blue rivers"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
RUN_AXE = """async () => (await axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}))
  .violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(" | ")}`)"""


def links(page: Page, language: str) -> set[str]:
    found = page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.getAttribute('href'))")
    return {str(href).split("#")[0] for href in found if str(href).startswith(f"/{language}/")}


def every_page(visitor: Visitor, language: str) -> list[str]:
    """Addresses of all pages that links lead to; of the many services and cases three each."""
    waiting = {f"/{language}/{start}" for start in ("", "account/login/", "demo/", "offline/")}
    found = set[str]()
    while waiting:
        address = min(waiting)
        found.add(address)
        visitor.open(address)
        waiting = (waiting | links(visitor.page, language)) - found
        for many in ("/services/", "/mine/cases/", "/mine/facts/"):
            kept = sorted(one for one in found if many in one)[:3]
            waiting = {one for one in waiting if many not in one or len(kept) < 3}
    return sorted(found)


@pytest.mark.parametrize("visitor", [AXE], indirect=True)
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_axe_finds_nothing_and_nothing_is_cut_off(visitor: Visitor, language: str, signed_in: bool) -> None:
    """1280 px at 400 % zoom is 320 px wide, so both are one check of reflow (WCAG 2.2, 1.4.10)."""
    if signed_in:
        visitor.become(language=language)
    axe, wrong = tools.axe(), []
    for address in every_page(visitor, language):
        for width in (320, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.open(address)
            visitor.page.evaluate(axe)
            wrong += [f"{address} at {width}: {found}" for found in visitor.page.evaluate(RUN_AXE)]
            wide = visitor.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{address} at {width}: {wide} px wide")
    assert wrong == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_valid_html(visitor: Visitor, language: str, tmp_path: Path) -> None:
    visitor.become(language=language)
    files = []
    for number, address in enumerate(every_page(visitor, language)):
        file = tmp_path / f"{number}.html"
        file.write_text(visitor.context.request.get(visitor.city.base + address).text())
        files.append(file)
    found = [m for m in tools.nu(files) if m["type"] == "error" or m.get("subType") == "warning"]
    assert "\n".join(f"{m['message']}: {m.get('extract', '')}" for m in found) == ""


def test_a_code_from_the_counter_then_a_passkey(visitor: Visitor) -> None:
    said = visitor.city.gorod("person", "invite", visitor.city.resident("father"))
    code = re.match(r"[A-Z2-9-]{14}", said)
    assert code, said
    page = visitor.open("/en/account/start/")
    page.get_by_label("Your code").fill(code[0])
    page.get_by_label("Login").fill("oleg")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url(f"{visitor.city.base}/en/")
    browser = visitor.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    visitor.open("/en/account/security/keys/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/keys/add/")  # loaded: the button does nothing before its script is there
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/codes/**")
    visitor.open("/en/account/")
    assert "1 passkey" in page.locator("main").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{visitor.city.base}/en/")
    visitor.open("/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{visitor.city.base}/en/")
    expect(page.locator("h1")).to_contain_text("Good day")


def test_another_site_signs_a_resident_in_and_is_told_only_what_they_left_ticked(visitor: Visitor) -> None:
    """The site is written with the npm client `openid-client`: discovery, PKCE, state, nonce, ID token, user info."""
    back = "http://127.0.0.1:9/back"  # nobody listens: the address that the browser is sent to is enough
    said = visitor.city.gorod("client", "site", "library", "City library", "--redirect-uri", back)
    secret = re.search(r"client secret +(\S+)", said)
    assert secret, said
    for ticked in (True, False):
        site = tools.node("sign_in.mjs", visitor.city.base, "library", secret[1], back)
        assert site.stdin is not None and site.stdout is not None
        page = visitor.become(language="ru")
        page.goto(site.stdout.readline().strip())
        expect(page.locator("h1")).to_have_text("Войти на «City library»")
        if not ticked:
            page.get_by_label("вашу фамилию").uncheck()
        with page.expect_request(lambda request: request.url.startswith(back)) as sent:
            page.get_by_role("button", name="Войти", exact=True).click()
        site.stdin.write(sent.value.url + "\n")
        site.stdin.flush()
        told = json.loads(site.stdout.readline())
        site.communicate()
        assert site.returncode == 0
        assert set(told) == ({"sub", "name", "given_name", "middle_name", "family_name"} if ticked else {"sub"})
    visitor.faults.clear()  # the page that nobody serves


@pytest.mark.parametrize("visitor", [PLAIN], indirect=True)
def test_without_javascript_a_mother_answers_and_disputes(visitor: Visitor) -> None:
    page = visitor.become()
    page.get_by_role("link", name="A child is born").first.click()
    page.get_by_role("button", name="I do want it after all").click()
    page.get_by_role("button", name=re.compile("Yes, arrange it.*health calendar")).click()
    expect(page.locator("main")).to_contain_text("Granted")
    visitor.open("/en/mine/facts/")
    page.get_by_role("link", name="This is wrong · Flat").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("Write a sentence or two.")
    page.get_by_label("In your own words").fill("We moved in spring")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("disputed: nobody relies on it now")


def test_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/en/account/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main content"
    page.keyboard.press("Enter")
    seen: list[Any] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement)"
        seen.append(
            page.evaluate(
                f"[document.activeElement.tagName + '#' + document.activeElement.id, {outline}.outlineStyle, {outline}.boxShadow]"
            )
        )
    fields = [name for name, *_ in seen]
    assert fields.index("INPUT#id_login") < fields.index("INPUT#id_password")
    assert all(outline != "none" or shadow != "none" for name, outline, shadow in seen if not name.startswith("BODY"))


def test_text_is_large_enough_to_read(visitor: Visitor) -> None:
    page = visitor.open("/en/services/birth_registration/")
    sizes = page.eval_on_selector_all("main p, main li, main dd", "all => all.map(e => getComputedStyle(e).fontSize)")
    assert {float(size.removesuffix("px")) >= 19 for size in sizes} == {True}
