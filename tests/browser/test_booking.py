"""Appointments in a real browser: three taps on a phone, moved by dragging at the desk, called off when the doctor falls ill, and a
place that somebody gives back and somebody else waits for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import checks
from tests.browser.conftest import Arrives, Visitor

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}}
REGISTRAR = "Лидия Павловна Зотова"
MOTHER, FATHER = 0, 1  # on the page of made-up people
OPEN = re.compile(r"/mine/appointments/.{36}/$")


def book(visitor: Visitor, service: str, *, nth: int = -1) -> Page:
    """From the list of services to a booked time; the last one shown, so that there is time left until then."""
    page = visitor.open("/en/book/")
    page.get_by_role("link", name=service).click()
    page.locator("button[name=slot]").nth(nth).click()
    page.wait_for_url(OPEN)
    page.get_by_role("button", name="Yes, book it").click()
    expect(page.get_by_text("Booked. We remind you before.")).to_be_visible()
    return page


def drag(page: Page, what: Locator, target: Locator) -> None:
    """As a hand does: down, there, a little further (a browser asks a place only when something moves over it), up."""
    what.hover()
    page.mouse.down()
    target.hover()
    target.hover(position={"x": 9, "y": 9})
    page.mouse.up()


def when(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_booked_moved_called_off_and_a_new_time_accepted(arrives: Arrives) -> None:
    mother, desk = arrives(**PHONE, **checks.AXE), arrives(**checks.AXE)
    mother.become(MOTHER)
    page = book(mother, "General practitioner", nth=-1)
    address, first = page.url, when(page)

    page.get_by_role("link", name="Move it to another time").click()
    assert checks.found(page) == []
    page.locator("button[name=slot]").last.click()
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.get_by_text("Booked. We remind you before.")).to_be_visible()
    assert when(page) != first
    doctor = page.locator("dd").last.inner_text()

    with page.expect_download() as file:
        page.get_by_role("link", name="Into your calendar (file)").click()
    text = file.value.path().read_text()
    day = re.search(r"DTSTART:(\d{4})(\d\d)(\d\d)T", text)
    assert day is not None, text

    desk.sign_in(REGISTRAR, language="en")
    at_desk = desk.open("/en/desk/booking/")
    place = page.locator("dd").nth(1).inner_text().splitlines()[0]
    at_desk.get_by_role("link", name=place).click()
    at_desk.goto(f"{at_desk.url}?day={'-'.join(day.groups())}")
    assert checks.found(at_desk) == []
    column = at_desk.locator("section", has=at_desk.get_by_role("heading", name=doctor))
    at_desk.set_viewport_size({"width": 1280, "height": 4000})  # nothing scrolls while it is dragged
    drag(at_desk, column.locator("[data-appointment]"), column.locator("[data-slot]").last)
    expect(at_desk.get_by_text("Moved. The person is told.")).to_be_visible()
    page.goto(address)
    moved = when(page)

    at_desk.get_by_role("link", name="Somebody is ill or away").click()
    at_desk.get_by_label("Who is away?").select_option(label=doctor)
    at_desk.get_by_role("button", name="Call their times off").click()
    expect(at_desk.get_by_text("chooses a new time before others")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("does not take place")).to_be_visible()

    mother.open("/en/mine/appointments/")
    offered = page.get_by_text("offered to you")
    mother.waits_for(offered)
    page.get_by_role("link", name="General practitioner").first.click()
    page.get_by_role("button", name="Yes, book it").click()
    expect(page.get_by_text("Booked. We remind you before.")).to_be_visible()
    assert when(page) != moved


def test_a_place_given_back_goes_to_who_waits_and_is_taken_on_the_phone(arrives: Arrives) -> None:
    mother, father = arrives(), arrives(**PHONE, **checks.AXE)
    mother.become(MOTHER)
    hers = book(mother, "Visit to a service centre")
    taken = when(hers)
    page = father.become(FATHER)
    father.open("/en/book/service_centre_visit/")
    page.get_by_role("link", name="No time suits you? Wait for one").click()
    assert checks.found(page) == []
    page.get_by_role("button", name="Wait", exact=True).click()
    expect(page.get_by_text("0 people who want a place like it are before you")).to_be_visible()
    hers.get_by_role("button", name="Cancel it").click()
    expect(hers.get_by_text("Given back.")).to_be_visible()
    father.open("/en/mine/appointments/")
    father.waits_for(page.get_by_text("offered to you"))
    page.get_by_role("link", name="Visit to a service centre").click()
    page.get_by_role("button", name="Yes, book it").click()
    expect(page.get_by_text("Booked. We remind you before.")).to_be_visible()
    assert when(page) == taken
