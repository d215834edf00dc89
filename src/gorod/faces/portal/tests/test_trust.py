"""A trusted person: what they may do for somebody, what stays closed, and that money goes to who it is due to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from gorod.faces.portal.tests.factories import Home
from gorod.kernel import clock
from gorod.records.facts import api as facts
from gorod.ui.pages.tests.client import Page

pytestmark = pytest.mark.django_db
TRUSTED = "parents_letter"


@pytest.fixture
def home() -> Home:
    cache.clear()
    return Home()


def trusting(home: Home, **more: str) -> Page:
    """The mother trusts the stranger with one service."""
    day = (clock.today() + timedelta(days=100)).isoformat()
    said = {"scheme": "resident_number", "number": "S1", "family_name": "s1", "services": TRUSTED, "last_day": day}
    page = home.as_mother.open("/en/mine/trust/")
    return home.as_mother.send(page, "Trust them", status=422 if more else 200, **{**said, **more})


def test_who_is_trusted_applies_and_sees_the_case_and_nothing_else(home: Home) -> None:
    assert "S1" in trusting(home).text
    page = home.as_stranger.open("/en/")
    assert "For M1" in page.text
    address = page.links()["Apply: Parents' letter"]
    form = home.as_stranger.open(address)
    assert "What the city knows already" not in form.text
    done = home.as_stranger.send(form, "Apply")
    number = done.address.rstrip("/").rpartition("/")[2]
    case = home.case(TRUSTED)
    assert (case.number, case.applicant_id) == (number, home.mother), "it is hers, and so is what comes of it"
    assert home.as_mother.open(f"/en/mine/cases/{number}/").heading
    for closed in (
        f"/en/mine/facts/?of={home.mother}",
        f"/en/mine/readings/?of={home.mother}",
        f"/en/mine/facts/yearly_income/dispute/?of={home.mother}",
        f"/en/services/child_allowance/apply/?of={home.mother}",
        f"/en/services/{TRUSTED}/apply/?of={home.other}",
    ):
        assert home.as_stranger.status(closed) == 404, closed
    assert not [one for one in facts.access_log(party_id=home.mother) if one.reader.name == str(home.stranger)]


def test_when_it_is_ended_the_case_is_closed_to_them(home: Home) -> None:
    trusting(home)
    address = home.as_stranger.open("/en/").links()["Apply: Parents' letter"]
    done = home.as_stranger.send(home.as_stranger.open(address), "Apply")
    home.as_mother.send(home.as_mother.open("/en/mine/trust/"), "End it · S1")
    assert home.as_stranger.status(done.address) == 404
    assert home.as_stranger.status(address) == 404
    assert "For M1" not in home.as_stranger.open("/en/").text


def test_who_is_trusted_gives_it_back(home: Home) -> None:
    trusting(home)
    home.as_stranger.send(home.as_stranger.open("/en/mine/trust/"), "Give it back · M1")
    assert "S1" not in home.as_mother.open("/en/mine/trust/").text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"family_name": "Nobody"}, "Nobody has this number and this family name."),
        ({"number": "M1", "family_name": "M1"}, "That is you."),
        ({"last_day": "2020-01-01"}, "Choose a day from today on"),
        ({"last_day": "soon"}, "Say until when."),
        ({"services": "no_such_service"}, "Choose one of these."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(home: Home, said: dict[str, str], answer: str) -> None:
    page = trusting(home, **said)
    assert answer in page.text
    number = page.soup.find(id="id_number")
    assert number is not None and number["value"] == said.get("number", "S1")


def test_nobody_tries_out_numbers(home: Home) -> None:
    page = home.as_mother.open("/en/mine/trust/")
    answers = [
        home.as_mother.browser.post(
            page.address,
            {"csrfmiddlewaretoken": page.soup.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]},
        ).status_code  # type: ignore[index]
        for _ in range(21)
    ]
    assert answers[:20] == [422] * 20 and answers[20] == 429
