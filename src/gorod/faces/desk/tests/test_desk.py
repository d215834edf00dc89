"""The counter, emergencies, disputes, the content, what is stuck, how the work goes; and who may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gorod.engines.counter import api as counter
from gorod.engines.intake import api as intake
from gorod.engines.messages import api as messages
from gorod.engines.offers.tests.factories import Nights
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import Agency, birth, install, resident
from gorod.faces.desk.tests.factories import Office, at_work
from gorod.faces.portal.tests.factories import Home
from gorod.kernel.errors import Forbidden
from gorod.records.facts import api as facts
from gorod.records.officials.data import Role
from gorod.records.officials.tests.factories import official
from gorod.ui.pages.tests.client import PageClient

pytestmark = pytest.mark.django_db
VISITOR = {"scheme": "resident_number", "number": "M1", "family_name": "m1"}


@pytest.fixture
def home() -> Home:
    return Home()


def counter_of(home: Home) -> PageClient:
    _clerk, client = at_work(Role.CLERK, "residents_office", name="Mia")
    page = client.send(client.open("/en/desk/counter/"), "Find", **VISITOR)
    assert "M1" in page.text
    client.send(page, "It is them: begin")
    return client


def test_a_visitor_without_a_phone_is_served_as_if_they_had_one(home: Home) -> None:
    client = counter_of(home)
    page = client.open("/en/")
    assert "You serve M1" in page.text and "Parents' letter" in page.text
    done = client.send(page, "Parents' letter")
    assert "at the counter: Residents' Registration Office of Kleinau" in done.text
    number = done.address.rstrip("/").rpartition("/")[2]
    mine = home.as_mother.open(f"/en/mine/cases/{number}/")
    assert "at the counter" in mine.text and "Mia" not in mine.text
    assert any(message.kind == "visited" for message in messages.inbox(party_id=home.mother))
    seen = home.as_mother.open("/en/mine/readings/").text
    assert "An official of: Residents' Registration Office of Kleinau" in seen
    assert "to serve you at the counter" in seen
    assert client.status("/en/mine/messages/") == 403, "the inbox is hers alone"
    assert client.status("/en/mine/download/") == 403
    mine = home.as_mother.browser.get("/en/mine/download/").json()
    assert [visit["agency"] for visit in mine["visits"]] == ["residents_office"]
    assert {"mandates", "drafts", "emergencies"} <= mine.keys()
    page = client.send(client.open("/en/desk/counter/"), "End the visit")
    assert "The visit is over." in page.text
    assert client.status("/en/mine/facts/") == 403


def test_who_is_found_at_the_counter_has_shown_both_number_and_name(home: Home) -> None:
    _clerk, client = at_work(Role.CLERK, "residents_office")
    page = client.open("/en/desk/counter/")
    for wrong in ({"family_name": "P1"}, {"number": "X"}):
        found = client.send(page, "Find", status=422, **{**VISITOR, **wrong})
        assert "Nobody has this number and this family name." in found.text
    with pytest.raises(Forbidden):
        counter.find(
            official=official(Role.OFFICER, "tax_office"), scheme="resident_number", value="M1", family_name="M1"
        )


def test_a_visit_ends_with_the_next_one(home: Home) -> None:
    client = counter_of(home)
    page = client.send(client.open("/en/desk/counter/"), "Find", **{**VISITOR, "number": "P1", "family_name": "P1"})
    client.send(page, "It is them: begin")
    assert "You serve P1" in client.open("/en/").text
    assert client.status(f"/en/mine/facts/?of={home.mother}") == 404


def test_the_glass_is_broken_with_a_reason_and_a_supervisor_looks(home: Home) -> None:
    _otto, client = at_work(Role.OFFICER, "youth_office", name="Otto")
    page = client.open("/en/desk/emergency/")
    short = client.send(page, status=422, **VISITOR, agency="youth_office", reason="must")
    assert "somebody else will judge it" in short.text
    opened = client.send(page, **VISITOR, agency="youth_office", reason="A child is alone at the station")
    assert "1,000,000" in opened.text or "10,000" in opened.text
    told = [message for message in messages.inbox(party_id=home.mother) if message.kind == "opened"]
    assert "A child is alone at the station" in told[0].body
    assert "opened without an application: A child is alone" in home.as_mother.open("/en/mine/readings/").text
    _other, somebody_else = at_work(Role.OFFICER, "youth_office")
    assert somebody_else.status(opened.address) == 404
    _boss, as_boss = at_work(Role.SUPERVISOR, "youth_office", name="Bea")
    waiting = as_boss.open("/en/desk/reviews/")
    assert "Otto" in waiting.text and "A child is alone at the station" in waiting.text
    wrong = as_boss.send(waiting, "Keep my judgement", status=422)
    assert "Choose one of these." in wrong.text
    names = {str(field["name"]) for field in waiting.form("Keep my judgement")[0].find_all(["input", "textarea"])}
    verdict = next(name for name in names if name.endswith("verdict"))
    words = next(name for name in names if name.endswith("words"))
    done = as_boss.send(waiting, "Keep my judgement", **{verdict: "yes", words: "I was called as well."})
    assert "Nothing waits here." in done.text
    assert "Otto" not in at_work(Role.SUPERVISOR, "tax_office")[1].open("/en/desk/reviews/").text


def test_a_supervisor_does_not_judge_their_own(home: Home) -> None:
    _boss, client = at_work(Role.SUPERVISOR, "youth_office")
    page = client.open("/en/desk/emergency/")
    client.send(page, **VISITOR, agency="youth_office", reason="A child is alone at the station")
    waiting = client.open("/en/desk/reviews/")
    assert "another supervisor looks at it" in waiting.text and "Keep my judgement" not in waiting.text


def test_the_owner_of_a_disputed_fact_answers_and_it_counts_again(home: Home) -> None:
    page = home.as_mother.open("/en/mine/facts/yearly_income/dispute/")
    home.as_mother.send(page, reason="It was half of that.")
    _who, client = at_work(Role.OFFICER, "tax_office")
    waiting = client.open("/en/desk/disputes/")
    assert "M1" not in waiting.text
    page = client.open(next(link for link in waiting.links().values() if "/disputes/0" in link))
    assert "It was half of that." in page.text and "M1" in page.text
    assert at_work(Role.OFFICER, "clinic")[1].status(page.address) == 404
    client.send(page, status=422, words="We looked.")
    client.send(page, verdict="rejected", words="We looked: it was the whole sum.")
    assert facts.open_disputes(owners=["tax_office"]) == []
    assert "disputed" not in home.as_mother.open("/en/mine/facts/").text


@pytest.mark.slow
def test_every_official_sees_the_rules_and_tries_them(home: Home) -> None:
    _who, client = at_work(Role.OPERATOR)
    pages = client.walk("/en/desk/content/")
    rule = pages["/en/desk/content/services/child_allowance/"]
    assert "parents_income" in rule.text and "Figures in force today" in rule.text
    asked = "/en/desk/content/services/child_allowance/?parents_income="
    assert "Not known yet" in client.open("/en/desk/content/services/child_allowance/?baby_lives_here=yes").text
    tried = client.open(f"{asked}9999999999")
    assert "This cannot be right" in tried.text
    assert "Amounts and thresholds" in client.open("/en/desk/content/values/").text


def test_what_is_stuck_is_tried_again(home: Home) -> None:
    _who, client = at_work(Role.OPERATOR)
    assert "Nothing" not in client.open("/en/desk/operations/").text
    late = birth(mother="M77", baby="B77")
    assert Agency("registry_office").send(late).json()["fate"] == "parked"
    page = client.open("/en/desk/operations/")
    assert "1 parked event" in page.text and "M77" not in page.text
    assert "1 parked event" in client.send(page, "Try again").text
    resident("M77")
    assert "0 parked events" in client.send(page, "Try again").text
    assert "That waits no more." in client.send(page, "Try again").text
    assert intake.parked_count() == 0
    answer = client.browser.post("/en/desk/operations/", {"again": "job/x"})
    assert answer.status_code == 403


def test_a_failed_job_goes_back_to_the_queue(home: Home) -> None:
    _who, client = at_work(Role.OPERATOR)
    number = app.configure_task("messages.send_emails").defer(timestamp=0)
    manager = app.job_manager
    manager.connector.get_sync_connector().execute_query(
        query="UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %(id)s", id=number
    )
    page = client.open("/en/desk/operations/")
    assert "1 failed job" in page.text
    done = client.send(page, "Try again")
    assert "0 failed jobs" in done.text
    assert ProcrastinateJob.objects.get(id=number).status == "todo"


def test_an_operator_sees_how_far_the_following_of_the_last_sweep_is(tmp_path: Path) -> None:
    install()
    _who, client = at_work(Role.OPERATOR)
    assert "The last look" not in client.open("/en/desk/operations/").text
    nights = Nights(tmp_path)
    nights.pass_by(resident("M1"))
    nights.follow(nights.sweep([resident("M2")]))
    assert (
        "0 of 1 batches are done. Something is otherwise for 1 person. 0 offers"
        in client.open("/en/desk/operations/").text
    )
    run_jobs()
    assert (
        "1 of 1 batches are done. Something is otherwise for 1 person. 1 offer"
        in client.open("/en/desk/operations/").text
    )


def test_a_supervisor_sees_how_the_work_goes() -> None:
    office = Office()
    office.as_ona.send(
        office.as_ona.open(office.address), "Propose to refuse it", **{"refuse-reasons": "no_free_places"}
    )
    office.as_otto.send(office.as_otto.open(office.address), "Confirm the decision")
    _boss, client = at_work(Role.SUPERVISOR, "youth_office")
    assert "0% of the decisions were made by no person." in client.open("/en/desk/charts/").text
    assert "No place is free at present" in client.open("/en/desk/charts/").text
    assert at_work(Role.SUPERVISOR, "clinic")[1].open("/en/desk/charts/").text.count("Decisions") == 0


@pytest.mark.parametrize("place", ["queue", "counter", "reviews", "operations", "charts", "content"])
def test_no_resident_and_nobody_without_the_role_comes_in(home: Home, place: str) -> None:
    mine = {
        Role.OFFICER: {"queue", "content"},
        Role.CLERK: {"counter", "content"},
        Role.SUPERVISOR: {"queue", "reviews", "charts", "content"},
        Role.OPERATOR: {"operations", "content"},
    }
    for role, places in mine.items():
        _who, client = at_work(role, "youth_office")
        assert client.status(f"/en/desk/{place}/") == (200 if place in places else 403), (role, place)
    assert home.as_mother.status(f"/en/desk/{place}/") == 403
    assert signed_in(None).status(f"/en/desk/{place}/") == 403


def test_where_people_are_real_work_needs_a_second_factor(home: Home) -> None:
    who, client = at_work(Role.OFFICER)
    Authenticator.objects.all().delete()
    page = client.open("/en/desk/queue/")
    assert page.address == "/en/account/security/" and "second proof of who you are" in page.text
    Authenticator.objects.create(user_id=who.official_id, type=Authenticator.Type.WEBAUTHN, data={})
    assert client.open("/en/desk/queue/").address == "/en/desk/queue/"
