"""Suggesting, discussing, assessing and answering, on the pages of residents and officials."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from gorod.engines.messages import api as messages
from gorod.engines.proposals import api as proposals
from gorod.engines.proposals.data import OPEN_AT_ONCE, Reason, Stage
from gorod.faces.api.tests.factories import install
from gorod.faces.desk.tests.factories import at_work
from gorod.faces.proposals.tests.factories import BENCH, Town
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.ledger import api as ledger
from gorod.records.officials.data import Role
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names
from gorod.records.places import api as places
from gorod.records.places.tests.factories import district
from gorod.ui.pages.tests.client import PageClient
from gorod.verify import log, receipt
from gorod.verify.tests.factories import LOG

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REFUSAL = {"verdict": "refused", "reasons": ["insults"], "words": "Leave out the neighbour."}
STAGE = timedelta(days=15)


@pytest.fixture
def town() -> Town:
    cache.clear()
    return Town()


def test_a_proposal_on_its_way(town: Town) -> None:
    stranger = PageClient()
    assert "There is none." in stranger.open("/en/proposals/").text
    about = town.suggested()
    assert "waits to be looked at" in town.as_anna.open(f"/en/mine/proposals/{about}/").text
    assert town.as_anna.open(f"/en/proposals/{about}/").address == f"/en/mine/proposals/{about}/"
    assert stranger.status(f"/en/proposals/{about}/") == town.as_boris.status(f"/en/mine/proposals/{about}/") == 404
    queue = town.as_sam.open("/en/desk/proposals/")
    assert BENCH["title"] in queue.text and "Anna" not in queue.text
    assert "Decided" in town.judge(town.as_sam, about, verdict="shown").text
    seen = stranger.open(f"/en/proposals/{about}/")
    assert seen.heading == BENCH["title"] and "Suggested by: a resident" in seen.text and "Anna" not in seen.text
    assert "being discussed" in seen.text and "Sign in to say something" in seen.text
    assert BENCH["title"] in stranger.open("/en/proposals/").text
    assert BENCH["title"] not in stranger.open("/en/proposals/?stage=assess").text
    assert (
        "обсу" not in stranger.open(f"/de/proposals/{about}/").text
        and "wird besprochen" in stranger.open(f"/de/proposals/{about}/").text
    )


def test_a_comment_is_read_before_it_is_shown(town: Town) -> None:
    about = town.discussed()
    page = town.as_boris.open(f"/en/proposals/{about}/")
    wrong = town.as_boris.send(page, "Send", status=422, text=" ")
    assert "Write a sentence or two." in wrong.text
    done = town.as_boris.send(page, "Send", text="Two benches!\r\nOr three.")
    assert "as soon as somebody has read it" in done.text and "Two benches" not in done.text
    comment = town.only_comment()
    queue = town.as_sue.open("/en/desk/proposals/")
    assert "a comment" in queue.text
    town.judge(town.as_sue, comment, **REFUSAL)
    mine = town.as_boris.open(f"/en/mine/proposals/{comment}/")
    assert "It insults or threatens somebody." in mine.text and "Leave out the neighbour." in mine.text
    assert "Tax Office of Kleinau" in mine.text and "Sue" not in mine.text
    changed = town.as_boris.open(mine.links()["Change it and send it again"])
    town.as_boris.send(changed, "Send", text="Two benches.", named="on")
    town.judge(town.as_sue, comment, verdict="shown")
    assert "Two benches." in PageClient().open(f"/en/proposals/{about}/").text
    assert "Two benches." in town.as_boris.open("/en/mine/proposals/").text
    own = f"/en/mine/proposals/{comment}/"
    assert town.as_boris.open(own).links()["As everybody sees it"] == f"/en/proposals/{about}/"
    town.as_boris.send(town.as_boris.open(own), "Withdraw it")
    assert "Two benches." not in PageClient().open(f"/en/proposals/{about}/").text


def test_what_was_said_to_a_proposal_that_is_withdrawn_leads_nowhere(town: Town) -> None:
    about = town.discussed()
    town.as_boris.send(town.as_boris.open(f"/en/proposals/{about}/"), "Send", text="Two benches.")
    comment = town.only_comment()
    town.judge(town.as_sue, comment, verdict="shown")
    town.as_anna.send(town.as_anna.open(f"/en/mine/proposals/{about}/"), "Withdraw it")
    assert PageClient().status(f"/en/proposals/{about}/") == 404
    assert "As everybody sees it" not in town.as_boris.open(f"/en/mine/proposals/{comment}/").links()


def test_what_is_refused_is_objected_to_and_a_colleague_decides(town: Town) -> None:
    about = town.suggested()
    for wrong, said in (
        ({"reasons": []}, "Choose at least one."),
        ({"words": ""}, "Write a sentence or two."),
        ({"reasons": ["same"]}, "Name it here, and only then."),
        ({"reasons": ["same"], "same_as": f"/en/proposals/{new_id()}/"}, "Nobody can see such a proposal."),
        ({"verdict": ""}, "Choose one of these."),
    ):
        assert said in town.judge(town.as_sam, about, status=422, **{**REFUSAL, **wrong}).text
    town.judge(town.as_sam, about, **REFUSAL)
    (told,) = [one for one in messages.inbox(party_id=town.anna) if one.kind == "proposal_refused"]
    assert "It insults or threatens somebody." in told.body and "Leave out the neighbour." in told.body
    mine = town.as_anna.open(f"/en/mine/proposals/{about}/")
    assert "Youth Welfare Office of Kleinau" in mine.text and "Sam" not in mine.text
    objection = town.as_anna.open(mine.links()["Object: somebody else decides"])
    assert "Write a sentence or two." in town.as_anna.send(objection, "Send", status=422, reason=" ").text
    done = town.as_anna.send(objection, "Send", reason="It insults nobody.")
    assert "somebody else looks at your objection" in done.text
    again = town.as_anna.send(objection, "Send", status=422, reason="It insults nobody.")
    assert "it has changed since you looked" in again.text
    own = town.as_sam.open(f"/en/desk/proposals/{about}/")
    assert "You refused it" in own.text and own.soup.find("button", string="Decide") is None
    assert "It insults nobody." in town.as_sue.open(f"/en/desk/proposals/{about}/").text
    town.judge(town.as_sue, about, verdict="shown")
    assert PageClient().open(f"/en/proposals/{about}/").heading == BENCH["title"]
    assert town.as_sue.status(f"/en/desk/proposals/{about}/") == 404


def test_the_same_as_leads_to_the_other_one(town: Town) -> None:
    there, about = town.discussed(), town.suggested(title="One more bench")
    address = f"https://city.example/ru/proposals/{there}/"
    town.judge(town.as_sam, about, verdict="refused", reasons=["same"], same_as=address, words="See there.")
    mine = town.as_anna.open(f"/en/mine/proposals/{about}/")
    assert mine.links()["The proposal that there is already"] == f"/en/proposals/{there}/"


def test_residents_assess_and_the_city_answers(town: Town) -> None:
    about = town.discussed()
    with clock.moved_by(STAGE):
        closed = town.as_boris.open(f"/en/proposals/{about}/")
        assert closed.soup.find("button", string="Send") is None, "its day is over, though no job has run"
        proposals.move_stages()
        page = town.as_boris.open(f"/en/proposals/{about}/")
        assert "for: 0, against: 0" in page.text
        page = town.as_boris.send(page, "I am for it")
        assert "for: 1, against: 0" in page.text and "You are for it." in page.text
        page = town.as_boris.send(page, "I am against it")
        assert "for: 0, against: 1" in page.text and "You are against it." in page.text
        assert "You are" not in town.as_anna.open(f"/en/proposals/{about}/").text
        assert "Sign in to assess it" in PageClient().open(f"/en/proposals/{about}/").text
    with clock.moved_by(2 * STAGE):
        proposals.move_stages()
        late = town.as_boris.send(page, "I am for it")
        assert "The time for that is over." in late.text and "for: 0, against: 1" in late.text
        waiting = town.as_sue.open("/en/desk/proposals/")
        answer = town.as_sue.open(waiting.links()[BENCH["title"]])
        assert "Choose one of these." in town.as_sue.send(answer, "Answer", status=422, words="Yes.").text
        town.as_sue.send(answer, "Answer", verdict="yes", words="A good idea.", follows="A bench by May.")
        seen = PageClient().open(f"/en/proposals/{about}/")
        for words in ("The city takes it up.", "A good idea.", "A bench by May.", "Tax Office of Kleinau"):
            assert words in seen.text
        assert BENCH["title"] in PageClient().open("/en/proposals/?stage=answered").text
        assert town.as_sue.status(answer.address) == 404
    told = messages.inbox(party_id=town.anna)[-1]
    assert told.kind == "proposal_taken_up" and "A bench by May." in told.body


def test_proposals_are_found_by_district_and_words(town: Town) -> None:
    places.configure(districts=[district("01", 13.1, 52.1), district("02", 13.2, 52.2)])
    form = town.as_anna.open("/en/proposals/new/")
    assert "District 01" in form.text
    here, there = town.discussed(district="02"), town.discussed(title="Buses at night")
    client = PageClient()

    def found(query: str) -> set[str]:
        links = client.open(f"/en/proposals/?{query}").links().values()
        return {link.rstrip("/").rpartition("/")[2] for link in links} & {str(here), str(there)}

    assert found("") == found("district=elsewhere") == {str(here), str(there)}
    assert (found("district=02"), found("district=city"), found("district=01")) == ({str(here)}, {str(there)}, set())
    assert (found("q=BUSES"), found("q=bench&district=city"), found("q=%00%25")) == ({str(there)}, set(), set())
    assert client.status("/en/proposals/?before=x") == 404
    page = client.open("/en/proposals/?district=02&q=bench")
    assert page.links()["Being assessed"] == "?stage=assess&district=02&q=bench"
    places.configure(districts=[])


def test_long_lists_have_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gorod.faces.proposals.citizens.SHOWN", 1)
    monkeypatch.setattr("gorod.faces.proposals.citizens.COMMENTS", 1)
    first, second = town.discussed(title="First"), town.discussed(title="Second")
    client = PageClient()
    page = client.open("/en/proposals/?q=s")
    assert "Second" in page.text and "First" not in page.text
    assert "First" in client.open(f"/en/proposals/{page.links()['Earlier ones']}").text
    for words in ("Early words", "Late words"):
        town.as_boris.send(town.as_boris.open(f"/en/proposals/{first}/"), "Send", text=words)
        town.judge(town.as_sue, town.only_comment(), verdict="shown")
    page = client.open(f"/en/proposals/{first}/")
    assert "Late words" in page.text and "Early words" not in page.text
    assert "Early words" in client.open(f"{page.address}{page.links()['Earlier ones']}").text
    assert "words" not in client.open(f"/en/proposals/{second}/").soup.find(id="main").get_text()  # type: ignore[union-attr]


def test_mistakes_of_a_proposal_are_said_and_limits_too(town: Town) -> None:
    page = town.as_anna.open("/en/proposals/new/")
    wrong = town.as_anna.send(page, "Send", status=422, title=" ", text=" ")
    assert "Write the title." in wrong.text and "Write a sentence or two." in wrong.text
    town.as_anna.send(page, "Send", **BENCH)
    town.as_anna.send(page, "Send", **BENCH)
    assert len(proposals.own_proposals(party_id=town.anna)) == 1, "a second click is the same proposal"
    for number in range(1, OPEN_AT_ONCE):
        town.suggested(title=f"Bench {number}")
    full = town.as_anna.send(town.as_anna.open("/en/proposals/new/"), "Send", status=422, **BENCH)
    assert "3 open proposals" in full.text
    mine = town.as_anna.open("/en/mine/proposals/")
    town.as_anna.send(town.as_anna.open(mine.links()["Bench 1"]), "Withdraw it")
    town.suggested(title="Another one")
    assert "withdrawn by you" in town.as_anna.open("/en/mine/proposals/").text


def test_who_wants_is_shown_with_the_given_name(town: Town) -> None:
    parties.rename(party_id=town.anna, names=Names(given_name="Anna", family_name="Ivanova"))
    about = town.discussed(named="on")
    seen = PageClient().open(f"/en/proposals/{about}/").text
    assert "Suggested by: Anna" in seen and "Ivanova" not in seen


def test_a_refused_proposal_is_changed_and_sent_again(town: Town) -> None:
    about = town.suggested()
    town.judge(town.as_sam, about, **REFUSAL)
    form = town.as_anna.open(f"/en/mine/proposals/{about}/change/")
    title = form.soup.find(id="id_title")
    assert title is not None and title["value"] == BENCH["title"]
    town.as_anna.send(form, "Send", title="A bench in Ford Lane")
    assert town.as_anna.open(f"/en/mine/proposals/{about}/").heading == "A bench in Ford Lane"
    late = town.as_anna.send(form, "Send", status=422, title="A third one")
    assert "it has changed since you looked" in late.text


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_rules_are_published(town: Town, language: str) -> None:
    page = PageClient().open(f"/{language}/proposals/rules/")
    assert all(rule in page.text for rule in proposals.rules_in_words(language=language).values())
    assert len(proposals.rules_in_words(language=language)) == len(Reason)
    for number in ("14", "120", "4000", "1000", "20"):
        assert number in page.text, number


def test_the_home_page_and_the_desk_lead_there(town: Town) -> None:
    assert "/en/proposals/" in PageClient().open("/en/").links().values()
    assert "/en/desk/proposals/" in town.as_sam.open("/en/desk/charts/").links().values()
    town.discussed()
    found = town.as_boris.walk("/en/proposals/?stage=discuss")
    assert {"/en/proposals/rules/", "/en/mine/proposals/", "/en/proposals/new/"} <= found.keys()


def test_an_opinion_is_ones_own_and_no_clerk_writes_it(town: Town) -> None:
    about = town.discussed()
    _clerk, client = at_work(Role.CLERK, "residents_office", name="Mia")
    page = client.send(
        client.open("/en/desk/counter/"), "Find", scheme="resident_number", number="Boris", family_name="Boris"
    )
    client.send(page, "It is them: begin")
    page = client.open(f"/en/proposals/{about}/")
    assert "What do you say to it?" not in page.text and "Sign in to say something" not in page.text
    assert "Suggest something" not in client.open("/en/proposals/").text
    for closed in ("/en/proposals/new/", "/en/mine/proposals/"):
        assert client.status(closed) == 403


def test_what_one_said_is_in_the_file_of_all_data(town: Town) -> None:
    about = town.discussed()
    town.as_anna.send(town.as_anna.open(f"/en/proposals/{about}/"), "Send", text="It is my own.")
    with clock.moved_by(STAGE):
        proposals.move_stages()
        town.as_anna.send(town.as_anna.open(f"/en/proposals/{about}/"), "I am for it")
    mine = json.loads(town.as_anna.browser.get("/en/mine/download/").content)
    assert [one["proposal"]["title"] for one in mine["proposals"]] == [BENCH["title"]]
    assert [one["what"] for one in mine["proposals"][0]["history"]] == ["sent", "let_through", "assess"]
    assert [one["comment"]["text"] for one in mine["comments"]] == ["It is my own."]
    assert [one["agrees"] for one in mine["assessments"]] == [True]


def test_the_author_has_the_proof_of_each_decision(town: Town, tmp_path: Path) -> None:
    ledger.configure(folder=tmp_path)
    about = town.suggested()
    town.judge(town.as_sam, about, **REFUSAL)
    page = town.as_anna.open(f"/en/mine/proposals/{about}/")
    (address,) = [str(link["href"]) for link in page.soup.find_all("a", download=True)]
    assert town.as_anna.status(address) == 404, "it is not published yet"
    ledger.number()
    ledger.publish(signer=LOG)
    found = receipt.read(town.as_anna.browser.get(address).content)
    receipt.check(found, checkpoint=log.seen(note=found.checkpoint.encode(), key=LOG.key).checkpoint)
    assert found.kind == "moderation"
    assert (found.content["decision"], found.content["reasons"]) == ("refused", ["insults"])
    assert (found.content["words"], found.content["text"]) == (REFUSAL["words"], BENCH["text"])
    assert town.as_boris.status(address) == 404


def test_a_city_without_districts_asks_for_none() -> None:
    install()
    assert "Everywhere" not in PageClient().open("/en/proposals/").text
    assert proposals.proposals(stages=list(Stage), limit=1) == []
