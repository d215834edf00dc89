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


def test_an_answer_that_was_begun_waits_too_and_is_said_to_nobody(home: Home) -> None:
    address = f"/en/services/day_care_place/apply/?of={home.baby}"
    kept = home.as_mother.send(home.as_mother.open(address), "Go on later", care_wanted="mornings")
    assert kept.links()["Day-care place"] == address
    page = home.as_mother.open(address)
    chosen = page.soup.select_one("#id_care_wanted option[selected]")
    assert chosen is not None and chosen["value"] == "mornings"
    home.as_mother.send(page, "Go on")
    assert "Begun" not in home.as_mother.open("/en/").text


def test_nobody_applies_for_a_stranger(home: Home) -> None:
    assert home.as_stranger.status(f"/en/services/day_care_place/apply/?of={home.baby}") == 404


def test_two_tabs_make_one_right(home: Home) -> None:
    pages = [home.as_mother.open("/en/services/parents_letter/apply/") for _ in range(2)]
    first, second = (home.as_mother.send(page, "Apply") for page in pages)
    assert first.address == second.address
    assert "You have applied for this already" in second.text


def test_an_answer_sent_twice_is_no_application(home: Home) -> None:
    page = home.as_mother.open(f"/en/services/day_care_place/apply/?of={home.baby}")
    before = home.case_count()
    for _ in range(2):
        home.as_mother.send(page, "Go on", care_wanted="mornings")
    assert home.case_count() == before


def test_a_service_about_a_child_is_not_applied_for_by_an_adult_for_themselves(home: Home) -> None:
    assert home.as_mother.status("/en/services/child_allowance/apply/") == 404


def test_what_exists_already_is_not_given_again(home: Home) -> None:
    page = home.as_mother.open("/en/services/birth_record/")
    assert "Done" in page.text, "a register has it, no case"
    assert "Apply" not in page.text


def test_a_key_that_no_page_made_is_no_way_to_another_case(home: Home) -> None:
    home.as_mother.browser.handler.enforce_csrf_checks = False
    for key in ("", "\x00", "x" * 500):
        answer = home.as_mother.browser.post("/en/services/parents_letter/apply/", {"do": "apply", "key": key})
        assert answer.status_code == 302
    assert len(home.cases("parents_letter")) == 1


def test_the_language_is_switched_for_the_same_person(home: Home) -> None:
    page = home.as_mother.open(f"/en/mine/facts/?of={home.baby}")
    assert page.links()["Deutsch"] == f"/de/mine/facts/?of={home.baby}"
