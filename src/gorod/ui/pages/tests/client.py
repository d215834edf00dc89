"""The client: Django's own, which reads each page as a careful visitor would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client

INTERACTIVE = ("input", "select", "textarea")
CHOSEN = ("radio", "checkbox")  # sent only when they are
WORDED = ("p", "h1", "h2", "h3", "li", "dd", "dt", "a", "title")


class Page:
    """One page that was fetched and passed the inspection."""

    def __init__(self, address: str, soup: BeautifulSoup, query: str = "") -> None:
        self.address = address
        self.query = query
        self.soup = soup

    @property
    def heading(self) -> str:
        """The text of its h1."""
        return self.soup.h1.get_text(" ", strip=True) if self.soup.h1 else ""

    @property
    def text(self) -> str:
        """What can be read on it."""
        return " ".join(self.soup.body.get_text(" ").split()) if self.soup.body else ""

    def form(self, button: str) -> tuple[Tag, Tag]:
        """The form with a button that says this, or the first one in the main part; and the button."""
        main = self.soup.find(id="main")
        assert isinstance(main, Tag)
        said = [
            (pressed.get_text(" ", strip=True), form, pressed)
            for form in main.find_all("form", method="post")
            for pressed in form.find_all("button")
        ]
        for matches in (str.__eq__, str.__contains__):
            for text, form, pressed in said:
                if matches(text, button):
                    return form, pressed
        raise AssertionError(f"{self.address}: no form with a button {button!r}")

    def links(self) -> dict[str, str]:
        """Text → address of every link to a page."""
        links = self.soup.find_all("a", href=True, download=False)
        return {link.get_text(" ", strip=True): str(link["href"]) for link in links}


class PageClient:
    """Opens pages and fails on what no page may have. Forms are filled in and sent as they stand on the page, with CSRF."""

    def __init__(self) -> None:
        self.browser = Client(enforce_csrf_checks=True)

    def open(self, address: str, *, status: int = 200, **headers: Any) -> Page:
        """The page at an address; redirects are followed. Fails unless it answers so and passes the inspection."""
        return self._inspected(self.browser.get(address, follow=True, headers=headers or None), address, status)

    def send(self, page: Page, button: str = "", *, status: int = 200, **values: Any) -> Page:
        """Fill in the form with this button (the text on it) and press it; hidden fields go along."""
        form, pressed = page.form(button)
        data = {
            str(field["name"]): str(field.get("value", ""))
            for field in form.find_all("input", attrs={"name": True})
            if field.get("type") not in CHOSEN or field.has_attr("checked")
        }
        for field in form.find_all("select", attrs={"name": True}):
            if (chosen := field.select_one("option[selected]")) is not None:
                data[str(field["name"])] = str(chosen["value"])
        for field in form.find_all("textarea", attrs={"name": True}):
            data[str(field["name"])] = field.get_text()
        if pressed.get("name"):
            data[str(pressed["name"])] = str(pressed["value"])
        unknown = values.keys() - {str(field["name"]) for field in form.find_all(INTERACTIVE, attrs={"name": True})}
        assert not unknown, f"{page.address}: the form has no {unknown}"
        address = str(form.get("action") or f"{page.address}?{page.query}")
        headers = {"Sec-Fetch-Site": "same-origin"}  # as browsers say of a form on a page of ours
        response = self.browser.post(address, {**data, **values}, follow=True, headers=headers)
        return self._inspected(response, address, status)

    def _inspected(self, response: Any, address: str, status: int) -> Page:
        assert response.status_code == status, f"{address}: {response.status_code}"
        policy = response["Content-Security-Policy"]
        without = policy.replace("'wasm-unsafe-eval'", "")  # lets WebAssembly be compiled and no text be run
        assert "default-src 'none'" in policy and "unsafe" not in without, f"{address}: {policy}"
        soup = BeautifulSoup(response.content, "html.parser")
        page = Page(response.request["PATH_INFO"], soup, response.request["QUERY_STRING"])
        problems = list(_problems(page.soup, page.address))
        assert problems == [], f"{page.address}: {problems}"
        return page

    def status(self, address: str) -> int:
        """The status of an answer, whatever it says."""
        return self.browser.get(address).status_code

    def walk(self, start: str) -> dict[str, Page]:
        """Every page that can be reached from one by links, each inspected; anchors must exist."""
        found: dict[str, Page] = {}
        waiting = [start]
        while waiting:
            address = waiting.pop()
            if address in found:
                continue
            page = self.open(address)
            found[address] = found[page.address] = page
            for link in page.links().values():
                parts = urlsplit(link)
                if parts.fragment and not parts.path:
                    assert page.soup.find(id=parts.fragment), f"{address}: #{parts.fragment} leads nowhere"
                elif not parts.netloc and not parts.scheme:
                    address_of = parts.path or page.address  # `?of=…` alone is the same page
                    waiting.append(f"{address_of}?{parts.query}" if parts.query else address_of)
        return found


def _problems(soup: BeautifulSoup, address: str) -> Iterator[str]:
    """What is wrong with a page, whoever made it."""
    html = soup.html
    if html is None or not html.get("lang"):
        yield "no language"
    elif html["lang"] != address.split("/")[1]:
        yield f"the page says it is in {html['lang']}"
    if len(soup.find_all("h1")) != 1:
        yield f"{len(soup.find_all('h1'))} h1"
    levels = [int(found.name[1]) for found in soup.find_all(["h1", "h2", "h3", "h4"])]
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"a level of headings is left out: {levels}"
    title = soup.title.get_text(strip=True) if soup.title else ""
    if not title or title.startswith("·"):
        yield "no title"
    if len(soup.find_all("main")) != 1 or soup.find(id="main") is None:
        yield "no main part to skip to"
    repeated = [
        found for found, times in Counter(str(tag["id"]) for tag in soup.find_all(id=True)).items() if times > 1
    ]
    if repeated:
        yield f"ids that stand twice: {repeated}"
    for tag in soup.find_all(True):
        yield from _of_tag(tag, soup)


def _of_tag(tag: Tag, soup: BeautifulSoup) -> Iterator[str]:
    if tag.has_attr("style") or tag.name == "style" or any(name.startswith("on") for name in tag.attrs):
        yield f"style or script inside {tag.name}"
    if tag.name == "script" and not tag.has_attr("src") and tag.get("type") != "application/json":
        yield "a script in the page"
    if tag.name == "img" and not tag.has_attr("alt"):
        yield "a picture without words"
    if tag.name == "a" and not (tag.get_text(strip=True) or tag.get("aria-label")):
        yield f"a link without words to {tag.get('href')}"
    named = tag.has_attr("id") and soup.find("label", attrs={"for": tag["id"]}) is not None
    if tag.name in INTERACTIVE and tag.get("type") not in ("hidden", "submit") and not named:
        yield f"nothing says what {tag.get('name')} is"
    if tag.name in WORDED and not tag.get_text(strip=True) and not tag.find():
        yield f"an empty {tag.name}"
