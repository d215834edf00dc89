"""Pages of polls: asked at the desk, seen by residents, papers at the counter."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gorod.engines.counter import api as counter
from gorod.engines.polls import api as polls
from gorod.engines.polls.data import State
from gorod.engines.polls.tests.factories import (
    MARKET,
    PARK,
    Device,
    announced,
    configure,
    counted,
    draft,
    keep_ledger,
    opened,
    voted,
)
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install
from gorod.faces.desk.tests.factories import at_work
from gorod.kernel import clock
from gorod.records.officials.data import Role
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.ui.pages.tests.client import PageClient
from gorod.verify.polls.settings import Kind, Question

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EVERYBODY = draft(rule="true")
QUESTIONS = {
    "form-0-words-de": "Was wird gebaut?",
    "form-0-words-en": "What is built?",
    "form-0-options-de": "Park\nMarkt",
    "form-0-options-en": "a park\na market",
    "form-0-kind": "several",
    "form-0-most": "2",
}


@pytest.fixture(autouse=True)
def _city(tmp_path: Path) -> None:
    install()
    configure(tmp_path)
    somebody()  # a city of nobody has no polls


def somebody() -> UUID:
    return parties.create(names=Names(given_name="Ida"), language="en")


def filled_in(**otherwise: str) -> dict[str, str]:
    now = clock.in_city(clock.now())
    when = {"opens": f"{now:%Y-%m-%dT%H:%M}", "closes": f"{now + timedelta(days=3):%Y-%m-%dT%H:%M}"}
    titles = {"title-de": "Der Platz", "title-en": "The square", "who-de": "alle", "who-en": "everybody"}
    return {**titles, **when, **QUESTIONS, "rule": "true", "points": "5", **otherwise}


def test_a_supervisor_asks_changes_and_announces() -> None:
    _who, client = at_work(Role.SUPERVISOR)
    page = client.send(client.open("/en/desk/polls/new/"), "One more question", **filled_in())
    assert "Question 2" in page.text and "a park" in page.soup.find(id="id_form-0-options-en").text
    page = client.open("/en/desk/polls/new/")
    page = client.send(page, "Keep the draft", **filled_in())
    assert page.heading == "The square" and "a market" in page.text
    page = client.send(
        client.open(page.links()["Change it"]), "Keep the draft", **filled_in(**{"title-en": "The yard"})
    )
    assert page.heading == "The yard"
    page = client.send(page, "Announce it")
    run_jobs()
    page = client.open(page.address)
    assert "announced" in page.text
    (version,) = polls.versions()
    question = version.draft.questions[0]
    assert (question.kind, question.most, next(iter(question.options.values()))) == (
        Kind.SEVERAL,
        2,
        {"de": "Park", "en": "a park"},
    )
    assert "The yard" in PageClient().open("/en/polls/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title-en": ""}, "Fill this in."),
        ({"rule": "age_years >"}, "rule"),
        ({"closes": "2020-01-01T00:00"}, "ends after it begins"),
        ({"form-0-options-en": "a park"}, "Write as many options as in the first language."),
        ({"form-0-options-en": "", "form-0-options-de": ""}, "2 to 50 options are needed"),
    ],
)
def test_what_cannot_be_asked_is_said_where_it_stands(wrong: dict[str, str], words: str) -> None:
    _who, client = at_work(Role.SUPERVISOR)
    page = client.send(client.open("/en/desk/polls/new/"), "Keep the draft", status=422, **filled_in(**wrong))
    assert words in page.text
    assert polls.versions(states=list(State)) == []


def test_a_draft_can_be_thrown_away_and_nobody_has_seen_it() -> None:
    _who, client = at_work(Role.SUPERVISOR)
    page = client.send(client.open("/en/desk/polls/new/"), "Keep the draft", **filled_in())
    version_id = page.address.rstrip("/").rpartition("/")[2]
    assert PageClient().status(f"/en/polls/{version_id}/") == 404
    client.send(page, "Throw it away")
    assert polls.versions(states=list(State)) == []


def test_residents_see_what_is_asked_and_what_came_of_it() -> None:
    people = [somebody() for _ in range(3)]
    version_id = opened(EVERYBODY)
    client = signed_in(people[0])
    page = client.open(f"/en/polls/{version_id}/")
    assert page.soup.find("form", attrs={"data-vote": True}) and "service centre" in page.text
    assert "Sign in to vote" in PageClient().open(f"/en/polls/{version_id}/").text
    for one, answers in zip(people, (PARK, PARK, MARKET), strict=True):
        voted(version_id, one, answers)
    keep_ledger()
    assert "You have taken part in this poll." in client.open(f"/en/polls/{version_id}/").text
    page = client.open("/en/mine/polls/")
    assert "50 points" in page.text and "The square" in page.text and "park" not in page.text
    counted(version_id)
    page = PageClient().open(f"/de/polls/{version_id}/")
    assert "67" in page.text and "The square" in page.text


def test_only_the_ballot_page_may_compile_webassembly() -> None:
    version_id = opened(EVERYBODY)
    page, ballot = (
        client.browser.get(f"/en/polls/{version_id}/")["Content-Security-Policy"]
        for client in (PageClient(), signed_in(somebody()))
    )
    assert "script-src 'self' 'wasm-unsafe-eval';" in ballot and "wasm" not in page


def test_a_token_is_for_who_is_signed_in_and_refusals_are_problems() -> None:
    person = somebody()
    version_id = opened(EVERYBODY)
    address = f"/polls/{version_id}/token"

    def asked(client: PageClient, body: str) -> int:
        form = client.open(f"/en/polls/{version_id}/").soup.find("input", attrs={"name": "csrfmiddlewaretoken"})
        headers = {"X-CSRFToken": form["value"]} if form else {}
        return int(client.browser.post(address, body, content_type="application/json", headers=headers).status_code)

    client = signed_in(person)
    device = Device(version_id)
    body = json.dumps({"blinded": b64encode(device.blinded.message).decode()})
    assert asked(PageClient(), body) == 403
    for nonsense in ("{}", "[", '{"blinded": "AAAA"}', '{"blinded": 5}'):
        assert asked(client, nonsense) == 400
    assert asked(client, body) == 200 == asked(client, body)
    assert asked(signed_in(somebody()), body) == 403, "who came to the city after the announcement"


def test_a_clerk_gives_a_paper_and_enters_it() -> None:
    person = somebody()
    version_id = opened(EVERYBODY)
    clerk, client = at_work(Role.CLERK)
    assert "Begin a visit at the counter" in client.open("/en/desk/polls/paper/").text
    counter.begin(official=clerk, party_id=person, document="passport")
    page = client.send(client.open("/en/desk/polls/paper/"), "Give a paper")
    assert "it goes into the box" in page.text
    page = client.send(page, "Give a paper")
    assert "used your right" in page.text
    assert "At the counter they get a paper" in client.open(f"/en/polls/{version_id}/").text
    counter.end(official=clerk)
    counted(version_id)
    page = client.open(f"/en/desk/polls/{version_id}/papers/")
    page = client.send(page, "Enter the paper", number="2", q1="park", status=422)
    assert "has given out 1 papers" in page.text
    page = client.send(page, "Enter the paper", number="1", q1="park")
    assert "Paper 1 is entered." in page.text
    _boss, boss = at_work(Role.SUPERVISOR, name="Bea")
    page = boss.send(boss.open(f"/en/desk/polls/{version_id}/"), "All papers are entered")
    counted(version_id)
    assert "on paper: 1" in boss.open(page.address).text


def test_what_the_city_does_is_said_and_seen() -> None:
    version_id = announced(EVERYBODY)
    _who, client = at_work(Role.SUPERVISOR)
    words = {"words-de": "Der Park wird angelegt", "words-en": "The park is made", "state": "planned"}
    page = client.send(client.open(f"/en/desk/polls/{version_id}/"), "Say it", **words)
    assert "The park is made" in page.text
    page = client.send(page, "Say so", state="done")
    for address in ("/en/polls/decisions/", f"/en/polls/{version_id}/"):
        seen = PageClient().open(address)
        assert "The park is made" in seen.text and "done" in seen.text


def test_every_kind_of_question_has_fields() -> None:
    words = {"de": "?", "en": "Which?"}
    options = {"a": {"de": "a", "en": "One"}, "b": {"de": "b", "en": "Two"}}

    def question(kind: Kind, most: int) -> Question:
        shown = {} if kind in (Kind.TEXT, Kind.RATING) else options
        return Question(id=kind.value, kind=kind, words=words, options=shown, least=0, most=most)

    most = {Kind.SINGLE: 1, Kind.SEVERAL: 2, Kind.RANKING: 2, Kind.POINTS: 10, Kind.RATING: 5, Kind.TEXT: 100}
    version_id = opened(draft(*(question(kind, number) for kind, number in most.items()), rule="true"))
    page = signed_in(somebody()).open(f"/en/polls/{version_id}/")
    for kind, count in {"single": 2, "several": 2, "ranking": 2, "points": 2, "rating": 5, "text": 1}.items():
        place = page.soup.find(attrs={"data-question": kind})
        assert len(place.find_all(["input", "select", "textarea"])) == count, kind
