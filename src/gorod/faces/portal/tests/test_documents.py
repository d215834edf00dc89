"""A decision on paper, and the page that says whether it holds; what was begun is kept; what is known is shown in the form."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from gorod.engines.cases import api as cases
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.portal.tests.factories import Home
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.documents import api as documents
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    cache.clear()
    return Home()


def granted(home: Home) -> str:
    """The number of a case that was granted at once."""
    done = home.as_mother.send(home.as_mother.open("/en/"), "Parents' letter")
    return done.address.rstrip("/").rpartition("/")[2]


def code_of(number: str) -> str:
    decision = cases.by_number(number=number).decision_id
    assert decision is not None
    return documents.code(document_id=decision)


def test_a_decision_is_downloaded_under_the_citys_seal_and_anybody_can_check_it(home: Home) -> None:
    number = granted(home)
    page = home.as_mother.open(f"/en/mine/cases/{number}/")
    assert page.soup.find("a", href=f"/en/mine/cases/{number}/decision.pdf") is not None
    answer = home.as_mother.browser.get(f"/en/mine/cases/{number}/decision.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-") and b"ETSI.CAdES.detached" in answer.content
    assert f"{number}.pdf" in answer["Content-Disposition"]
    anybody = PageClient()
    checked = anybody.open(f"/en/check/{code_of(number)}/")
    assert "It is genuine, and it holds." in checked.text and number in checked.text
    assert "M1" not in checked.text and "M." in checked.text, "of the person only the initials"


def test_a_paper_that_was_taken_back_holds_no_more(home: Home) -> None:
    number = granted(home)
    code = code_of(number)
    case = cases.reopen(case_id=cases.by_number(number=number).case_id, by="test", reason="looked at again")
    cases.decide(case_id=case.case_id, approved=False, by="family_office", reasons=("lives_elsewhere",))
    assert "taken back since" in PageClient().open(f"/en/check/{code}/").text
    assert "It is genuine: a refusal." in PageClient().open(f"/en/check/{code_of(number)}/").text


def test_a_code_is_typed_and_a_wrong_one_says_so(home: Home) -> None:
    code = code_of(granted(home))
    anybody = PageClient()
    assert "Write the code." in anybody.open("/en/check/?code=%20--", status=422).text
    typed = "-".join(re.findall(".{1,6}", code.lower()))
    assert "It is genuine" in anybody.open(f"/en/check/?code={typed}").text
    for wrong in (code[:-3] + "AAA", documents.code(document_id=new_id()), "A" * 42):
        assert "no paper with this code" in anybody.open(f"/en/check/{wrong}/", status=404).text


def test_nobody_downloads_anothers_decision(home: Home) -> None:
    number = granted(home)
    for who in (home.as_stranger, home.as_other):
        assert who.status(f"/en/mine/cases/{number}/decision.pdf") == 404
    assert PageClient().browser.get(f"/en/mine/cases/{number}/decision.pdf").status_code == 302


def day_care(home: Home) -> str:
    """The address of the offer whose form asks something."""
    home.as_mother.send(home.as_mother.open("/en/mine/questions/"), "Send", care_wanted="mornings")
    run_jobs()
    return f"/en/mine/offers/{home.step('day_care_place').step_id}/"


def test_strangers_see_what_was_used_most_last_month(home: Home) -> None:
    granted(home)
    assert "Most used" not in PageClient().open("/en/").text, "this month is not over"
    cache.clear()
    with clock.moved_by(timedelta(days=31)):
        page = PageClient().open("/en/")
    assert "Most used" in page.text and page.links()["Parents' letter"] == "/en/services/parents_letter/"


def test_what_was_begun_is_found_on_the_home_page_and_gone_when_it_is_sent(home: Home) -> None:
    address = day_care(home)
    kept = home.as_mother.send(home.as_mother.open(address), "Go on later", care_begins_on="2027-03-01")
    assert kept.address == "/en/" and "Kept" in kept.text
    assert kept.links()["Day-care place"] == address
    page = home.as_mother.open(address)
    field = page.soup.find(id="id_care_begins_on")
    assert field is not None and field["value"] == "2027-03-01"
    assert "Begun" not in home.as_other.open("/en/").text
    home.as_mother.send(page, "Yes, arrange it")
    assert "Begun" not in home.as_mother.open("/en/").text


def test_a_mistake_is_kept_as_well_so_that_leaving_the_page_loses_nothing(home: Home) -> None:
    address = day_care(home)
    home.as_mother.send(home.as_mother.open(address), "Yes, arrange it", care_begins_on="2027-02-31", status=422)
    field = home.as_mother.open(address).soup.find(id="id_care_begins_on")
    assert field is not None and field["value"] == "2027-02-31"
    huge = home.as_mother.send(home.as_mother.open(address), "Go on later", care_begins_on="9" * 600)
    assert "too long to be kept" in huge.text


def test_the_form_shows_what_is_known_of_the_child_and_nothing_of_another_adult(home: Home) -> None:
    page = home.as_mother.open(day_care(home))
    known = page.soup.find("details")
    assert known is not None and "care" in known.get_text().lower()
    assert "This is wrong" in known.get_text()
    assert "income" not in known.get_text()
