"""Portal and desk in a real browser: a passkey, no JavaScript, the keyboard, axe and the Nu checker on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import checks, tools
from tests.browser.checks import AXE
from tests.browser.conftest import CLERK, OFFICER, OPERATOR, SUPERVISOR, Arrives, City, Visitor

pytestmark = pytest.mark.slow

PLAIN = {"java_script_enabled": False}
ASKED = {"ru": "не хватает денег", "en": "not enough money for food"}
NONSENSE = "zzz xxx"
AID = re.compile(
    "Targeted social aid|Адресная социальная помощь"
)  # nobody has decided these: others may be looked at again
PASSWORD = "four quiet blue rivers"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def links(page: Page, begin: str) -> set[str]:
    found = page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.getAttribute('href'))")
    return {str(href).split("#")[0] for href in found if str(href).startswith(begin)}


def walk(visitor: Visitor, begin: str, starts: Iterable[str]) -> list[str]:
    """Addresses of all pages below `begin` that links lead to; of the many services and cases three each."""
    waiting = {f"{begin}{start}" for start in starts}
    found = set[str]()
    while waiting:
        address = min(waiting)
        found.add(address)
        visitor.open(address)
        waiting = (waiting | links(visitor.page, begin)) - found
        for many in ("/services/", "/cases/", "/mine/facts/", "/what-if/change/"):
            kept = sorted(one for one in found if many in one)[:3]
            waiting = {one for one in waiting if many not in one or len(kept) < 3}
    return sorted(found)


def every_page(visitor: Visitor, language: str) -> list[str]:
    """All pages of a resident, or of nobody."""
    asked = [f"search/?{urlencode({'q': words})}" for words in (ASKED[language], NONSENSE)]
    return walk(visitor, f"/{language}/", ["", "account/login/", "demo/", "offline/", "search/", *asked])


@pytest.mark.parametrize("visitor", [AXE], indirect=True)
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_axe_finds_nothing_and_nothing_is_cut_off(visitor: Visitor, language: str, signed_in: bool) -> None:
    if signed_in:
        visitor.become(language=language)
    wrong = []
    for address in every_page(visitor, language):
        visitor.open(address)
        wrong += checks.found(visitor.page)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_valid_html(visitor: Visitor, language: str, tmp_path: Path) -> None:
    visitor.become(language=language)
    texts = {
        address: visitor.context.request.get(visitor.city.base + address).text()
        for address in every_page(visitor, language)
    }
    assert checks.invalid(texts, tmp_path) == ""


@pytest.fixture(scope="module")
def at_work(city: City, chromium: Browser) -> Mapping[str, str]:
    """Something of everything waits at the desk: a proposal, a dispute, an emergency, a parked event, a law tried. Where to
    see it, and whom."""
    (somebody,) = city.people("--poor", "1")["poor"]
    nobody = {"identifiers": {"snils": "00000000000"}}
    certificate = {"number": "45-NOBODY", "issued_on": city.now()[:10]}
    child = {"identifiers": {"medical_birth_certificate": "45-NOBODY"}, "birth_date": city.now()[:10]}
    fate = city.sends("health", "birth.notified", {"certificate": certificate, "child": child, "mother": nobody})
    assert fate == "parked"
    with chromium.new_context() as context:
        page = Visitor(city, context).sign_in(city.name("mother"), language="en")
        page.goto(f"{city.base}/en/mine/facts/large_family/dispute/")
        page.get_by_label("In your own words").fill("The eldest is eighteen")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/mine/facts/")
    with chromium.new_context() as context:
        visitor = Visitor(city, context)
        page = visitor.sign_in(OFFICER, language="en")
        visitor.open("/en/desk/queue/")
        number = page.locator("main .gorod-rows li").filter(has_text=AID).nth(1).locator("a").inner_text()
        visitor.open(f"/en/desk/cases/{number}/")
        page.locator("summary").filter(has_text=re.compile("^Grant$")).click()
        page.get_by_role("button", name="Propose to grant it").click()
        expect(page.get_by_role("status")).to_contain_text("a colleague confirms it")
        visitor.open("/en/desk/emergency/")
        page.get_by_label("Document").select_option("snils")
        page.get_by_label("Its number").fill(somebody["identifiers"]["snils"])
        page.get_by_label("Family name").fill(somebody["family_name"])
        page.get_by_label("Why can it not wait").fill("Found unconscious in the street, relatives are looked for")
        page.get_by_role("button", name="Open, and be asked about it").click()
        page.wait_for_url(re.compile("/emergency/.{36}/"))
        opening = page.url.rstrip("/").rpartition("/")[2]
    city.gorod("sweep")
    with chromium.new_context() as context:
        visitor = Visitor(city, context)
        page = visitor.sign_in(SUPERVISOR, language="en")
        visitor.open("/en/desk/what-if/change/?value=subsistence_minimum")
        page.get_by_label("What you change").fill("The minimum is 40,000")
        page.locator("[name=value-subsistence_minimum]").fill("40000")
        page.get_by_role("button", name="Try it on the whole city").click()
        expect(page.get_by_text("Save as a file")).to_be_visible(timeout=60_000)
    return {
        "case": number,
        "opening": opening,
        "snils": somebody["identifiers"]["snils"],
        "family": somebody["family_name"],
    }


class Inspector:
    """Looks at pages as they come, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts: dict[str, str] = {}
        self.wrong: list[str] = []

    def opens(self, visitor: Visitor, *addresses: str) -> None:
        for address in addresses:
            visitor.open(address)
            self.texts[address] = visitor.context.request.get(visitor.city.base + address).text()
            self.wrong += checks.found(visitor.page, unfolded=True)

    def looks(self, visitor: Visitor, state: str) -> None:
        """At the page as it stands: what was sent has been answered."""
        self.texts[state] = visitor.page.content()
        self.wrong += [f"{state}: {one}" for one in checks.found(visitor.page, unfolded=True)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_axe_and_nu_find_nothing_at_the_desk(
    arrives: Arrives, at_work: Mapping[str, str], language: str, tmp_path: Path
) -> None:
    desk, inspector = f"/{language}/desk/", Inspector(language)
    send = "main form[method=post] button[type=submit]"

    visitor = arrives(**AXE)
    visitor.sign_in(SUPERVISOR, language=language)
    found = ["search/?q=" + at_work["case"], "search/?q=nobody", f"cases/{at_work['case']}/"]
    tried = "content/services/targeted_social_aid/?registered_in_city=yes&age_years=40&monthly_income=10"
    inspector.opens(visitor, *walk(visitor, desk, ["queue/", *found, tried]))
    visitor.open(f"{desk}reviews/")
    visitor.page.locator(send).first.click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    inspector.looks(visitor, "reviews with mistakes")

    visitor = arrives(**AXE)
    page = visitor.sign_in(OFFICER, language=language)
    inspector.opens(visitor, f"{desk}emergency/{at_work['opening']}/", f"{desk}cases/{at_work['case']}/")
    visitor.open(f"{desk}emergency/")
    page.locator(send).click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspector.looks(visitor, "emergency with mistakes")
    visitor.open(f"{desk}queue/?of=free")
    page.locator("main .gorod-rows li").filter(has_text=AID).nth(2).locator("a").click()
    page.wait_for_url("**/cases/**")
    page.evaluate(checks.OPEN_ALL)
    page.locator("input[name=do][value=refuse] ~ button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspector.looks(visitor, "refusal with mistakes")

    visitor = arrives(**AXE)
    page = visitor.sign_in(CLERK, language=language)
    inspector.opens(visitor, f"{desk}counter/")
    page.locator(send).click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspector.looks(visitor, "counter with mistakes")
    page.locator("[name=scheme]").select_option("snils")
    page.locator("[name=number]").fill(at_work["snils"])
    page.locator("[name=family_name]").fill(at_work["family"])
    page.locator(send).click()
    expect(page.locator("[name=do][value=begin]")).to_be_attached()
    inspector.looks(visitor, "visitor found")
    page.locator(send).click()
    page.wait_for_url(f"{visitor.city.base}/{language}/")
    asked = f"/{language}/search/?{urlencode({'q': ASKED[language]})}"
    inspector.opens(visitor, f"/{language}/", f"{desk}counter/", f"/{language}/mine/facts/", asked)
    page.locator(".gorod-visit button").click()
    page.wait_for_url("**/counter/")
    inspector.looks(visitor, "visit over")

    visitor = arrives(**AXE)
    visitor.sign_in(OPERATOR, language=language)
    inspector.opens(visitor, f"{desk}operations/")
    wrong = "\n".join([*inspector.wrong, checks.invalid(inspector.texts, tmp_path)]).strip()
    assert not wrong, wrong


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
