"""The search box: what fits, how it stands for whoever asks, and a person when nothing does."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.cache import cache

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import EMPTY
from gorod.engines.search import api as engine
from gorod.engines.search.data import Entry, Kind
from gorod.faces.api.tests.factories import install
from gorod.faces.portal.tests.factories import Home
from gorod.records.facts import api as facts
from gorod.ui.pages.tests.client import Page, PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index() -> None:
    install()
    engine.index()


@pytest.fixture
def home() -> Home:
    cache.clear()
    return Home()


def asked(words: str, *, language: str = "en", client: PageClient | None = None) -> Page:
    return (client or PageClient()).open(f"/{language}/search/?q={quote(words)}")


def hits(page: Page) -> list[str]:
    return [found.get_text(strip=True) for found in page.soup.select("ol h2")]


@pytest.mark.parametrize(
    ("language", "words", "service", "summary"),
    [
        ("en", "alowance for my child", "child_allowance", "Every month for families below the income limit"),
        ("de", "Platz in der Kita", "day_care_place", "Ein Platz in einer Kita der Stadt"),
    ],
)
def test_a_question_is_answered_from_the_services_own_texts(
    language: str, words: str, service: str, summary: str
) -> None:
    page = asked(words, language=language)
    name = catalogue.current().services[service].texts[language].name
    assert hits(page)[0] == name
    assert summary in page.text
    assert page.links()[name] == f"/{language}/services/{service}/"


def test_a_life_event_is_a_way_to_its_services() -> None:
    page = asked("a baby was born")
    assert hits(page)[0] == "A child has come"
    assert page.links()["A child has come"] == "/en/life-events/new_child/"
    steps = catalogue.current().life_events["new_child"].steps
    assert f"{len(steps)} services belong to it" in page.text


@pytest.mark.parametrize("start", ["/en/", "/de/", "/en/search/"])
def test_the_box_is_first_and_needs_no_script(start: str) -> None:
    page = PageClient().open(start)
    form = page.soup.select_one("main form")
    assert form is not None and (form["method"], form["action"]) == ("get", f"/{start.split('/')[1]}/search/")
    assert page.soup.select("main form, main h2")[0] is form
    assert page.soup.select_one("input[type=search][name=q]") is not None


def test_the_box_keeps_the_words_and_the_languages_too() -> None:
    page = asked("free <day> care & so on")
    field = page.soup.find(id="q")
    assert field is not None and field["value"] == "free <day> care & so on"  # type: ignore[index]
    assert page.links()["Deutsch"].startswith("/de/search/?q=free")


def test_it_says_when_it_does_not_know_and_names_a_person() -> None:
    page = asked("recipe for pancakes")
    assert (page.heading, hits(page)) == ("We do not know the answer", [])
    assert "+49 30 123456" in page.text and "working days, 8 am to 6 pm" in page.text
    assert page.links()["+49 30 123456"] == "tel:+4930123456"
    assert page.links()["All services"] == "/en/services/"
    german = asked("Rezept für Pfannkuchen", language="de")
    assert german.heading == "Darauf wissen wir keine Antwort"
    assert "Bürgertelefon" in german.text


def test_a_person_is_named_beside_answers_too() -> None:
    page = asked("child allowance")
    assert "Not what you need?" in page.text and "Residents' telephone" in page.text


def test_nothing_asked_is_answered_with_the_box() -> None:
    for address in ("/en/search/", "/en/search/?q=", "/en/search/?q=%20%00%20"):
        page = PageClient().open(address)
        assert (page.heading, hits(page)) == ("Search", [])


def test_a_question_without_end_is_read_as_far_as_it_makes_sense() -> None:
    page = asked("child allowance " + "very much " * 300)
    field = page.soup.find(id="q")
    assert field is not None and len(str(field["value"])) == engine.LONGEST  # type: ignore[index]


def test_a_residents_own_answer_stands_beside_the_service(home: Home) -> None:
    page = asked("parents letter", client=home.as_mother)
    assert "Parents' letter" in hits(page) and "You Due" in page.text
    assert page.links()["Apply · you"] == "/en/services/parents_letter/apply/"
    missing = asked("child allowance", client=home.as_mother)
    assert "Your child A fact is missing" in missing.text, "about the child, not about the adult"
    assert "You Due" not in asked("parents letter").text, "a stranger sees none"


def test_a_residents_own_life_event_stands_beside_it(home: Home) -> None:
    page = asked("a baby was born", client=home.as_mother)
    assert f"/en/mine/life-events/{home.journey}/" in page.links().values()
    assert "mine/life-events" not in " ".join(asked("a baby was born", client=home.as_stranger).links().values())


def test_a_residents_answer_says_what_fails(home: Home) -> None:
    page = asked("child allowance", client=home.as_stranger)
    assert "Your child" not in page.text
    assert "Sign in" not in page.text


def test_only_what_was_found_is_read_and_the_resident_sees_why(home: Home) -> None:
    before = len(facts.access_log(party_id=home.mother))
    asked("recipe for pancakes", client=home.as_mother)
    assert len(facts.access_log(party_id=home.mother)) == before
    asked("parents letter", client=home.as_mother)
    read = facts.access_log(party_id=home.mother)
    assert len(read) > before
    assert {one.purpose for one in read[: len(read) - before]} == {"question", "for whom a resident may act"}
    named = {name for one in read[: len(read) - before] if one.purpose == "question" for name in one.names}
    assert "yearly_income" not in named, "child allowance was not asked for"


def test_a_question_leaves_nothing_behind() -> None:
    rows = [model.objects.all() for model in apps.get_models() if model.__module__.startswith("gorod.")]
    before = [kept.count() for kept in rows]
    asked("child allowance for the daughter of Anna")
    assert [kept.count() for kept in rows] == before


def test_what_this_process_does_not_know_yet_is_left_out() -> None:
    newer = Entry(kind=Kind.SERVICE, name="school_bus", language="en", title="School bus")
    engine.configure(entries=[*catalogue.current().entries, newer])
    engine.index()
    assert hits(asked("school bus")) == []


def test_a_city_without_anything_says_so() -> None:
    catalogue.install(city=catalogue.load(folder=EMPTY))
    engine.index()
    page = asked("child allowance")
    assert page.heading == "We do not know the answer"
    assert page.links()["All services"] == "/en/services/"
