"""A service for oneself: how it stands, what would be so, applying outside a life event."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.cache import cache

from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.api.tests.factories import install
from gorod.faces.portal.tests.factories import Home
from gorod.ui.pages.tests.client import Page, PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    cache.clear()
    return Home()


def asked(page: Page) -> str:
    """The one thing that a page asks."""
    main = page.soup.find(id="main")
    assert main is not None
    (field,) = {str(tag["name"]) for tag in main.find_all("input") if tag.get("type") != "hidden"}  # type: ignore[union-attr]
    return field


def test_a_few_questions_one_at_a_time_and_only_those_that_matter() -> None:
    install()
    client = PageClient()
    page = client.open("/en/services/child_allowance/what-if/")
    questions, address = [], page.address + "?"
    answers = {"mother_lives_here": "yes", "age_years": "3", "parents_income": "20000"}
    while page.soup.find("form", attrs={"method": "get"}):
        questions.append(asked(page))
        address += f"{asked(page)}={answers[asked(page)]}&"
        page = client.open(address)
    assert set(questions) == answers.keys()
    assert "Yes: with these answers it is due." in page.text
    assert "€250" in page.text or "€" in page.text, "and how much"


def test_an_answer_that_decides_ends_the_questions_and_says_why() -> None:
    install()
    page = PageClient().open("/en/services/child_allowance/what-if/?mother_lives_here=no")
    assert "No: with these answers it is not due." in page.text
    assert "lives in Kleinau" in page.text


def test_a_bad_answer_is_asked_again_and_the_others_are_kept() -> None:
    install()
    client = PageClient()
    page = client.open("/en/services/child_allowance/what-if/?mother_lives_here=yes&age_years=many", status=422)
    assert asked(page) == "age_years"
    kept = page.soup.find("input", attrs={"name": "mother_lives_here"})
    assert kept is not None and kept["value"] == "yes"


def test_a_supposition_reads_and_stores_nothing(home: Home) -> None:
    rows = [model.objects.all() for model in apps.get_models() if model.__module__.startswith("gorod.")]
    before = [kept.count() for kept in rows]
    PageClient().open("/en/services/child_allowance/what-if/?mother_lives_here=yes&age_years=3")
    assert [kept.count() for kept in rows] == before


def test_a_service_says_how_it_stands_for_whom(home: Home) -> None:
    page = home.as_mother.open("/en/services/child_allowance/")
    assert "Your child A fact is missing" in page.text, "about the child, not about the adult"
    assert "You Due" in home.as_mother.open("/en/services/parents_letter/").text
    assert "A fact is missing" not in PageClient().open("/en/services/child_allowance/").text


def test_applying_twice_makes_one_case(home: Home) -> None:
    page = home.as_mother.open("/en/services/parents_letter/apply/")
    before = home.case_count()
    done = home.as_mother.send(page, "Apply")
    assert "/mine/cases/" in done.address
    assert home.as_mother.send(page, "Apply").address == done.address
    assert home.case_count() == before + 1
    assert home.as_mother.open("/en/services/parents_letter/apply/").address == done.address, (
        "nothing to apply for again"
    )
    assert home.as_mother.open("/en/services/parents_letter/").links()["How it stands · you"] == done.address


def test_what_is_missing_is_asked_before_the_form(home: Home) -> None:
    address = f"/en/services/day_care_place/apply/?of={home.baby}"
    page = home.as_mother.send(home.as_mother.open(address), "Go on", care_wanted="mornings")
    run_jobs()
    bad = home.as_mother.send(page, "Apply", care_begins_on="soon", status=422)
    assert "Apply" in bad.text
    elsewhere = home.as_mother.open(address)
    done = home.as_mother.send(bad, "Apply", care_begins_on="2027-03-01")
    assert "/mine/cases/" in done.address
    again = home.as_mother.send(elsewhere, "Apply", care_begins_on="2027-04-01")
    assert again.address == done.address
    assert "You have applied for this already" in again.text
    assert home.as_mother.open(address).address == done.address


def test_nobody_applies_for_a_stranger(home: Home) -> None:
    assert home.as_stranger.status(f"/en/services/day_care_place/apply/?of={home.baby}") == 404
