"""A supervisor tries a change of law: a figure, a rule, a new service, a saved file; what is wrong is told at its field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.tests.factories import CHILDREN, swept
from gorod.engines.sweeps import api as sweeps
from gorod.faces.desk.tests.factories import at_work
from gorod.faces.portal.tests.factories import Home
from gorod.records.officials.data import Role
from gorod.ui.pages.tests.client import Page, PageClient

pytestmark = pytest.mark.django_db
START = "/en/desk/what-if/"
BUTTON = "Try it on the whole city"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """The tiny city, examined as a whole."""
    home = Home()
    swept(tmp_path / "sweeps")
    yield home
    sweeps.configure(folder=tmp_path / "none")


@pytest.fixture
def client(home: Home) -> PageClient:
    return at_work(Role.SUPERVISOR, name="Bea")[1]


def counted(client: PageClient, waiting: Page) -> Page:
    """The page of a trial, after the worker has counted."""
    assert "It is being counted." in waiting.text
    run_jobs()
    return client.open(waiting.address)


def test_a_higher_limit_brings_the_allowance_to_more_families(home: Home, client: PageClient) -> None:
    start = client.open(START)
    assert f"Asked of {CHILDREN} residents" in start.text
    form = client.open(start.links()["limit of the parents' yearly income"])
    assert "60000" in str(form.soup.find(id="id_value-income_limit"))
    waiting = client.send(form, BUTTON, **{"title": "A higher limit", "value-income_limit": "75000"})
    page = counted(client, waiting)
    figures = [dd.text for dd in page.soup.select(".gorod-figures dd")]
    assert figures == ["30", "0", "+€7,500"], "30 children between the limits, 250 each a month"
    assert "A higher limit" in client.open(START).text
    readings = home.as_mother.open("/en/mine/readings/")
    everything = readings.links()["Also show what the platform computed without any person"]
    seen = home.as_mother.open(f"{readings.address}{everything}").text
    assert "to see what a change of law would bring: A higher limit" in seen


def test_a_rule_is_changed_and_the_next_one_goes_on_from_there(client: PageClient) -> None:
    form = client.open(f"{START}change/?service=child_allowance")
    changed = {"title": "For all, twice as much", "if-child_allowance-income": "", "amount-child_allowance": "50000"}
    page = counted(client, client.send(form, BUTTON, **changed))
    assert [dd.text for dd in page.soup.select(".gorod-figures dd")][:2] == [str(CHILDREN), "0"]
    again = client.open(page.links()["Change it and try again"])
    assert "For all, twice as much" in str(again.soup.find(id="id_title"))
    assert again.soup.find(id="id_if-child_allowance-income").text.strip() == "", "dropped it is, and stays so"
    same = client.send(again, BUTTON, status=422, **{"amount-child_allowance": "pension * 2"})
    said = same.soup.find(id="id_amount-child_allowance-error").text
    assert "look at letter 1: no fact or value is called pension" in said


def test_a_new_service_is_tried_and_saved_and_read_again(client: PageClient) -> None:
    form = client.open(client.open(START).links()["A new service"])
    fields = {"title": "Books", "name": "books", "amount-new": "1000", "every": "month"}
    wrong = client.send(form, BUTTON, status=422, **fields, **{"more-new": "age_years < 10"})
    assert "Write a name, a colon and the condition" in wrong.text
    waiting = client.send(
        wrong, BUTTON, **fields, **{"more-new": "small: age_years < 10\npoor: parents_income < 5000000"}
    )
    page = counted(client, waiting)
    assert [dd.text for dd in page.soup.select(".gorod-figures dd")] == ["100", "0", "+€1,000"]
    text = client.browser.get(f"{page.address}file/").content
    sent = SimpleUploadedFile("books.yaml", text)
    again = counted(client, client.send(client.open(START), "Try it", file=sent))
    first, second = (one.answer for one in scenarios.trials(limit=2))
    assert first == second and again.soup.h1.text == "Books"


def test_few_people_are_shown_nowhere(client: PageClient) -> None:
    form = client.open(f"{START}change/?value=income_limit")
    page = counted(client, client.send(form, BUTTON, **{"title": "A little", "value-income_limit": "61000"}))
    assert "Not shown, because fewer than 10 people are concerned: Child allowance" in page.text
    assert "€" not in page.soup.find(class_="gorod-figures").text


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client: PageClient) -> None:
    form = client.open(f"{START}change/?value=income_limit")
    nothing = client.send(form, BUTTON, status=422, title="Nothing")
    assert "Nothing is changed yet." in nothing.text and "Nothing" in str(nothing.soup.find(id="id_title"))
    beyond = client.send(form, BUTTON, status=422, **{"title": "Too much", "value-income_limit": "99999999"})
    assert "Write a number from" in beyond.soup.find(id="id_value-income_limit-error").text
    for content, said in ((b"values: [", "not YAML"), (b"title: x\nvalues: {nothing: 1}", "no value is called")):
        sent = SimpleUploadedFile("s.yaml", content)
        assert said in client.send(client.open(START), "Try it", status=422, file=sent).text
    assert scenarios.trials(limit=9) == []


def test_before_the_first_sweep_it_says_what_to_do(home: Home, client: PageClient, tmp_path: Path) -> None:
    sweeps.configure(folder=tmp_path / "none")
    assert "An operator starts it with gorod sweep" in client.open(START).text
    form = client.open(f"{START}change/?value=income_limit")
    page = counted(client, client.send(form, BUTTON, **{"title": "Early", "value-income_limit": "75000"}))
    assert "the city was not swept yet" in page.text


def test_who_works_on_cases_may_not(home: Home) -> None:
    _who, officer = at_work(Role.OFFICER)
    assert officer.status(START) == 403
