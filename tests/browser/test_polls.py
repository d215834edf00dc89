"""A poll in a real browser: asked at the desk, voted on from a phone, kept, brought to another device, counted, and counted again
by somebody who trusts nobody."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SUPERVISOR, Arrives, City, Visitor

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}}
WORDS = "four quiet blue rivers"
RECORDED = "Your vote is in the public ledger."


def ask(visitor: Visitor) -> str:
    """At the desk: fill the form in, one question more, announce. Returns the poll's number."""
    page = visitor.page
    visitor.open("/en/desk/polls/new/")
    now = datetime.fromisoformat(visitor.city.now())
    for language, title in (("ru", "Новая площадь"), ("en", "The new square")):
        page.get_by_label(f"Title ({language})").fill(title)
        page.get_by_label(f"What it is about ({language})").fill(title)
        page.get_by_label(f"Who may take part, in words ({language})").fill("18+")
    page.get_by_label("Opens", exact=True).fill(f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_label("Closes", exact=True).fill(f"{now + timedelta(days=3):%Y-%m-%dT%H:%M}")
    page.get_by_label("Points for taking part").fill("20")
    page.get_by_role("button", name="One more question").click()
    for number, (russian, english) in enumerate(
        (("Что построить?", "What shall be built?"), ("Насколько это нужно?", "How much is it needed?"))
    ):
        question = page.get_by_role("group", name=f"Question {number + 1}")
        question.get_by_label("The question (ru)").fill(russian)
        question.get_by_label("The question (en)").fill(english)
    first, second = (page.get_by_role("group", name=f"Question {number}") for number in (1, 2))
    first.get_by_label("Options (ru)").fill("сквер\nрынок")
    first.get_by_label("Options (en)").fill("a park\na market")
    second.get_by_label("How it is answered").select_option("rating")
    page.get_by_role("button", name="Keep the draft").click()
    page.wait_for_url(re.compile("/desk/polls/.{36}/$"))
    expect(page.get_by_text("What shall be built?")).to_be_visible()
    page.get_by_role("button", name="Announce it").click()
    visitor.waits_for(page.get_by_role("link", name="As residents see it"))
    return page.url.rstrip("/").rpartition("/")[2]


def vote(page: Page, option: str) -> None:
    page.get_by_label(option, exact=True).check()
    page.get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_text(RECORDED)).to_be_visible(timeout=30_000)


def open_poll(visitor: Visitor, poll: str) -> Page:
    """The ballot, once the poll is open and the page's program is ready."""
    page = visitor.page
    visitor.open(f"/en/polls/{poll}/")
    visitor.waits_for(page.locator("[data-poll][data-ready]"))
    return page


def saved(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_poll_from_the_desk_to_the_count(city: City, arrives: Arrives, tmp_path: Path) -> None:
    at_desk, at_home, elsewhere = arrives(), arrives(**PHONE), arrives(**PHONE)
    at_desk.sign_in(SUPERVISOR, language="en")
    poll = ask(at_desk)
    at_home.sign_in(city.name("mother"), language="en")

    page = open_poll(at_home, poll)
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("What shall be built?")
    vote(page, "a park")
    receipt = saved(page, "Save the receipt", tmp_path)
    page.get_by_label("Words that lock the backup").fill(WORDS)
    page.get_by_role("button", name="Make a backup").click()
    backup = saved(page, "Save the backup", tmp_path)
    assert "seed" not in backup.read_text() and WORDS not in backup.read_text()
    page.reload()
    expect(page.get_by_text(RECORDED)).to_be_visible(timeout=30_000)

    # on another device the right is used up, and only the backup opens the way
    elsewhere.sign_in(city.name("mother"), language="en")
    page = open_poll(elsewhere, poll)
    elsewhere.faults.clear()
    page.get_by_label("a market").check()
    page.get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You have voted in this poll already")
    elsewhere.faults.clear()  # the refusal is a 409, which the console says
    page.get_by_text("I voted on another device").click()
    page.get_by_label("The backup file").set_input_files(backup)
    page.get_by_label("The words that lock it").fill("others")
    page.get_by_role("button", name="Bring my vote here").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no backup")
    page.get_by_label("The backup file").set_input_files(backup)
    page.get_by_label("The words that lock it").fill(WORDS)
    page.get_by_role("button", name="Bring my vote here").click()
    expect(page.get_by_text(RECORDED)).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Vote again").click()
    vote(page, "a market")

    # the first device does not know of that ballot: its next one has the same number, is refused, and follows it
    page = at_home.page
    page.get_by_role("button", name="Vote again").click()
    vote(page, "a market")
    at_home.faults.clear()

    elsewhere.open("/en/mine/polls/")
    expect(elsewhere.page.get_by_text("20 points")).to_be_visible()

    city.gorod("demo", "days", "4")
    at_desk.open(f"/en/desk/polls/{poll}/")
    at_desk.waits_for(at_desk.page.get_by_role("heading", name="Result"))
    at_home.open(f"/en/polls/{poll}/")
    expect(at_home.page.get_by_role("row", name="a market")).to_contain_text("1")
    expect(at_home.page.get_by_role("row", name="a park")).to_contain_text("0")

    key = city.gorod("ledger", "--key").strip()
    counted = city.gorod("verify", "poll", f"{city.base}/ledger", poll, "--key", key)
    assert "Everything adds up." in counted and re.search(r"a market\s+│\s+1 ", counted)
    words = ("verify", "poll", f"{city.base}/ledger", poll, "--key", key, "--ballot")
    assert "does not count: a later ballot of the same voter counts" in city.gorod(*words, str(receipt))
    proved = city.gorod("verify", "receipt", str(receipt), "--key", key)
    assert "This was recorded" in proved
    forged = json.loads(receipt.read_text())
    forged["content"]["number"] = 2
    receipt.write_text(json.dumps(forged))
    with pytest.raises(subprocess.CalledProcessError):
        city.gorod("verify", "receipt", str(receipt), "--key", key)


def test_without_javascript_the_counter_is_offered(city: City, arrives: Arrives) -> None:
    at_desk, plain = arrives(), arrives(java_script_enabled=False)
    at_desk.sign_in(SUPERVISOR, language="en")
    poll = ask(at_desk)
    plain.sign_in(city.name("mother"), language="en")
    plain.open(f"/en/polls/{poll}/")
    plain.waits_for(plain.page.get_by_text("come to any service centre"))
    expect(plain.page.get_by_role("button", name="Vote", exact=True)).to_be_hidden()
