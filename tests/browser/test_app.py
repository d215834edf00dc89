"""The portal as an app in a real browser: installable, an offline page, cases kept for their session and for nobody else, push."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import tools
from tests.browser.checks import AXE, RUN_AXE
from tests.browser.conftest import City, Visitor
from tests.faults.city import until

pytestmark = pytest.mark.slow

CASES = "gorod-cases-"
WAITS_SECONDS = 30  # Playwright's own wait_for_function evaluates text in the page, which our policy forbids


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def ready(visitor: Visitor) -> None:
    """The worker serves this page. It is loaded anew, for one that was on its way while the worker took over has none."""
    visitor.page.evaluate("navigator.serviceWorker.ready")
    visitor.page.reload()
    assert visitor.page.evaluate("navigator.serviceWorker.controller !== null")


@pytest.fixture
def app(city: City, chromium: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """Somebody in a window of the installed app: Chromium itself says `display-mode: standalone` there."""
    flags = [*tools.FLAGS, f"--app={city.base}/en/"]
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=tools.chromium() or None, args=flags
    )
    made = Visitor(city, context)
    assert made.page.evaluate("matchMedia('(display-mode: standalone)').matches")
    yield made
    context.close()
    assert made.faults == []


def kept(page: Page) -> list[str]:
    """The paths of what is kept of a signed-in person, in the order in which it goes."""
    found = page.evaluate(
        """async (prefix) => {
          const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
          const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return [names.length, all.flat().map((request) => new URL(request.url).pathname)];
        }""",
        CASES,
    )
    assert found[0] <= 1, "one session at a time"
    return list(found[1])


def keeps(visitor: Visitor, address: str) -> None:
    """Open a page and wait until it is kept."""
    visitor.open(address)
    is_kept = "async (address) => Boolean(await caches.match(address, {ignoreVary: true}))"
    until(f"{address} is kept", lambda: visitor.page.evaluate(is_kept, address), WAITS_SECONDS)


def without_network(visitor: Visitor, address: str) -> Page:
    visitor.context.set_offline(True)
    visitor.page.goto(visitor.city.base + address)
    return visitor.page


def a_case(visitor: Visitor) -> str:
    """The address of the first case of the mother."""
    visitor.open("/en/mine/cases/")
    address = visitor.page.locator("main .gorod-rows a").first.get_attribute("href")
    assert address
    return address


def test_a_browser_may_install_it(visitor: Visitor) -> None:
    """Chromium itself finds nothing against it."""
    visitor.open("/ru/")
    ready(visitor)
    browser = visitor.context.new_cdp_session(visitor.page)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["lang"] == "ru"
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],  # a context of Playwright is one
    )


@pytest.mark.parametrize("visitor", [AXE], indirect=True)
@pytest.mark.parametrize(("language", "heading"), [("ru", "Нет связи"), ("en", "No connection")])
def test_without_a_network_there_is_a_page_that_says_so(visitor: Visitor, language: str, heading: str) -> None:
    visitor.open("/en/")
    ready(visitor)
    page = without_network(visitor, f"/{language}/services/")
    expect(page.locator("h1")).to_have_text(heading)
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Golos Text"')
    assert page.evaluate("document.fonts.load('1em \"Golos Text\"').then((all) => all.length)") > 0
    expect(page.locator("[data-kept]")).to_be_hidden()
    of_an_earlier_release = page.evaluate("fetch('/static/gorod/gorod.000000000000.css').then((one) => one.text())")
    assert ".govuk-heading-l" in of_an_earlier_release, "a case that was kept before keeps its looks"
    page.evaluate(tools.axe())
    assert page.evaluate(RUN_AXE) == []
    visitor.context.set_offline(False)
    page.locator("main .govuk-button").click()
    expect(page.locator("h1")).not_to_have_text(heading)
    assert page.url == f"{visitor.city.base}/{language}/services/"


def test_a_case_seen_in_the_app_is_shown_without_a_network_and_is_gone_after_signing_out(app: Visitor) -> None:
    page = app.become()
    ready(app)
    address = a_case(app)
    keeps(app, "/en/mine/cases/")
    keeps(app, address)
    expect(page.get_by_text("This is how it stood at")).to_be_hidden()
    said = page.locator("main h1").inner_text()
    app.open("/en/mine/facts/")
    assert kept(page) == ["/en/mine/cases/", address], "nothing else of a person's"

    without_network(app, address)
    expect(page.locator("main h1")).to_have_text(said)
    expect(page.get_by_text("There is no connection. This is how it stood at")).to_be_visible()
    without_network(app, "/en/mine/facts/")
    expect(page.locator("h1")).to_have_text("No connection")
    page.get_by_role("link", name="as you saw them last").click()
    expect(page.get_by_text("This is how it stood at")).to_be_visible()
    expect(page.locator("main .gorod-rows")).to_be_visible()

    app.context.set_offline(False)
    app.open("/en/account/")
    assert len(kept(page)) == 2
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{app.city.base}/en/")
    assert kept(page) == []
    assert [name for name in page.evaluate("caches.keys()") if name.startswith(CASES)] == []
    without_network(app, address)
    expect(page.locator("h1")).to_have_text("No connection")


def test_signing_out_without_a_network_removes_it_as_well(app: Visitor) -> None:
    page = app.become()
    ready(app)
    keeps(app, "/en/mine/cases/")
    app.open("/en/account/")
    app.context.set_offline(True)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("No connection")
    assert kept(page) == []


@pytest.mark.parametrize("ends", ["self.ended = true", "throw new Error('the push service is away')"])
def test_signing_out_ends_the_messages_on_this_device_and_cannot_fail_for_it(visitor: Visitor, ends: str) -> None:
    page = visitor.become()
    ready(visitor)
    (worker,) = visitor.context.service_workers
    subscription = f"({{ unsubscribe: async () => {{ {ends} }} }})"
    worker.evaluate(f"() => {{ PushManager.prototype.getSubscription = async () => {subscription}; }}")
    visitor.open("/en/account/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    if "ended" in ends:
        assert worker.evaluate("self.ended")


def test_it_is_gone_as_soon_as_another_person_or_nobody_sits_there(app: Visitor) -> None:
    page = app.become()
    ready(app)
    keeps(app, "/en/mine/cases/")
    app.context.clear_cookies(name="sessionid")
    app.open("/en/services/")
    assert kept(page) == [], "the session is over, and nobody signed out"
    app.become()
    keeps(app, "/en/mine/cases/")
    app.become(1)
    assert kept(page) == [], "another session"
    keeps(app, "/en/mine/cases/")


def test_a_tab_keeps_nothing(visitor: Visitor) -> None:
    """It may be open at the computer of a library."""
    page = visitor.become()
    ready(visitor)
    address = a_case(visitor)
    visitor.open(address)
    visitor.open("/en/mine/cases/")
    visitor.open("/en/account/")
    assert kept(page) == []


def test_what_is_kept_does_not_outlive_a_session(app: Visitor) -> None:
    page = app.become()
    ready(app)
    keeps(app, "/en/mine/cases/")
    page.evaluate(
        """async (prefix) => {
          const name = (await caches.keys()).find((one) => one.startsWith(prefix));
          const cache = await caches.open(name);
          const [request] = await cache.keys();
          const shown = await cache.match(request, {ignoreVary: true});
          const headers = new Headers(shown.headers);
          headers.set("gorod-kept-at", Date.now() - 14 * 24 * 3600 * 1000 - 1000);
          await cache.put(request, new Response(await shown.blob(), {headers}));
        }""",
        CASES,
    )
    without_network(app, "/en/mine/cases/")
    expect(page.locator("h1")).to_have_text("No connection")
    assert kept(page) == []


def test_no_more_than_twenty_pages_are_kept(app: Visitor) -> None:
    page = app.become()
    ready(app)
    keeps(app, "/en/mine/cases/")
    page.evaluate(
        """async (prefix) => {
          const cache = await caches.open((await caches.keys()).find((one) => one.startsWith(prefix)));
          for (let number = 0; number < 19; number++) await cache.put(`/en/mine/cases/${number}/`, new Response(""));
        }""",
        CASES,
    )
    address = a_case(app)
    keeps(app, address)
    twenty = """async (prefix) => {
      const name = (await caches.keys()).find((one) => one.startsWith(prefix));
      return (await (await caches.open(name)).keys()).length === 20;
    }"""
    until("twenty are kept", lambda: page.evaluate(twenty, CASES), WAITS_SECONDS)
    assert kept(page)[-2:] == ["/en/mine/cases/", address], "the youngest stand last"
    assert "/en/mine/cases/0/" not in kept(page)


# the push service of Chromium's maker cannot be reached from a test: the test's own gives the subscription
SUBSCRIBES = """(subscription) => {
  const given = () => localStorage.pushed && {
    endpoint: subscription.endpoint,
    toJSON: () => subscription,
    unsubscribe: async () => delete localStorage.pushed,
  };
  PushManager.prototype.getSubscription = async () => given() || null;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    localStorage.pushed = JSON.stringify([userVisibleOnly, Array.from(applicationServerKey)]);
    return given();
  };
}"""
SHOWN = """navigator.serviceWorker.ready.then((one) => one.getNotifications())
  .then((all) => all.length && all.map((one) => [one.title, one.body, one.lang, one.data]))"""


def test_a_message_reaches_the_device_that_was_switched_on(visitor: Visitor) -> None:
    """From the switch over the city and a push service written by others back into the browser's worker."""
    service = tools.node("push_service.mjs")
    assert service.stdin is not None and service.stdout is not None
    subscription = json.loads(service.stdout.readline())
    visitor.context.grant_permissions(["notifications"], origin=visitor.city.base)
    visitor.context.add_init_script(f"({SUBSCRIBES})({json.dumps(subscription)})")
    page = visitor.become(language="ru")
    ready(visitor)
    visitor.open("/ru/mine/device/")
    page.get_by_role("button", name="Включить").click()
    expect(page.locator("main")).to_contain_text("Сообщения показывает 1 устройство.")
    expect(page.get_by_role("button", name="Выключить", exact=True)).to_be_visible()

    visitor.open("/en/")
    visitor.open(str(page.get_by_role("link", name="A child is born").first.get_attribute("href")))
    page.get_by_role("button", name="I do want it after all").click()
    page.get_by_role("button", name=re.compile("Yes, arrange it")).first.click()
    told = json.loads(service.stdout.readline())
    only_visible, key = json.loads(page.evaluate("localStorage.pushed"))
    assert only_visible and told["signed"] and told["key"] == base64url(bytes(key))

    deliver(visitor, told["text"])
    until("the message is shown", lambda: page.evaluate(SHOWN), WAITS_SECONDS)
    assert page.evaluate(SHOWN) == [["Москва", "У вас новое сообщение", "ru", "/ru/mine/messages/"]]

    visitor.open("/ru/mine/device/")
    page.get_by_role("button", name="Выключить", exact=True).click()
    expect(page.get_by_role("button", name="Включить")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Сообщения показывает")
    service.stdin.close()
    service.wait()


def deliver(visitor: Visitor, text: str) -> None:
    """What the browser does when its push service has something for it."""
    browser = visitor.context.new_cdp_session(visitor.page)
    found: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    visitor.page.evaluate("navigator.serviceWorker.ready")  # by the answer the event has come
    pushed = {"origin": visitor.city.base, "registrationId": found[0], "data": text}
    browser.send("ServiceWorker.deliverPushMessage", pushed)


def test_where_the_browser_has_no_push_there_is_no_switch(visitor: Visitor) -> None:
    visitor.context.add_init_script("delete window.PushManager")
    page = visitor.become()
    visitor.open("/en/mine/device/")
    expect(page.get_by_text("This browser cannot do that.")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on")).to_be_hidden()
