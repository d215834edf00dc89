"""Planning, wishing, dealing, answering, on the pages of residents and officials; and dealing again with the city's own command."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.live_server_helper import LiveServer

from gorod.engines.allotment import api as allotments
from gorod.engines.allotment.data import Allotment
from gorod.engines.allotment.tests.factories import KEY, deal, keep_ledger
from gorod.engines.messages import api as messages
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.desk.tests.factories import at_work
from gorod.kernel import clock
from gorod.records.facts.tests.factories import link
from gorod.records.ledger import api as ledger
from gorod.records.officials.data import Role
from gorod.ui.pages.tests.client import Page, PageClient
from gorod.verify.commands.allotment import check_allotment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WINDOW = timedelta(days=7)
PLAN = """\
title: {{en: Nurseries 2027, de: Kindergärten 2027}}
about: {{en: Places from September., de: Plätze ab September.}}
agency: youth_office
opens: {opens}
closes: {closes}
answer_days: 5
who: age_years < 7
criteria:
  here: {{words: {{en: lives here, de: wohnt hier}}, rule: lives_here}}
places:
  - {{code: sun, names: {{en: Sun, de: Sonne}}, seats: 2, priorities: [here]}}
  - {{code: moon, names: {{en: Moon, de: Mond}}, seats: 1, reserves: [{{name: own, seats: 1, criterion: here}}]}}
  - {{code: star, names: {{en: Star, de: Stern}}, seats: 0}}
"""


def plan() -> str:
    """A plan that opens now, for a week."""
    now = clock.now()
    return PLAN.format(opens=now.isoformat(), closes=(now + WINDOW).isoformat())


class Town:
    """Sam, who plans; Anna with two children and Boris with one, all signed in."""

    def __init__(self, folder: Path) -> None:
        install()
        ledger.configure(folder=folder / "ledger")
        allotments.configure(key=KEY)
        _, self.as_sam = at_work(Role.SUPERVISOR, "youth_office", name="Sam")
        self.anna, self.boris = resident("Anna"), resident("Boris")
        self.ada, self.adam = (self._child(name, self.anna) for name in ("Ada", "Adam"))
        self.bo = self._child("Bo", self.boris)
        self.as_anna, self.as_boris = signed_in(self.anna), signed_in(self.boris)

    def _child(self, name: str, of: UUID) -> UUID:
        made = resident(name, born=date(2024, 5, 1))
        link(made, "mother", of)
        link(of, "children", made)
        return made

    def opened(self) -> Allotment:
        """Planned and announced by Sam on the pages, and open."""
        page = self.as_sam.send(self.as_sam.open("/en/desk/allotments/new/"), "Keep the draft", document=plan())
        assert page.heading == "Nurseries 2027"
        assert "fixed in the public ledger" in self.as_sam.send(page, "Announce it").text
        keep_ledger()
        allotments.go_on()
        (one,) = allotments.allotments()
        return one

    def applied(self, one: Allotment, client: PageClient, about: UUID, place: str = "sun") -> Page:
        """Applied for a child on the page."""
        page = client.open(f"/en/allotments/{one.allotment_id}/apply/")
        return client.send(page, "Apply", about=str(about), place=place)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_plan_with_a_mistake_says_its_line(town: Town) -> None:
    page = town.as_sam.open("/en/desk/allotments/new/")
    wrong = town.as_sam.send(page, "Keep the draft", status=422, document=plan().replace("seats: 2", "seats: two"))
    assert "line 11: seats of places, item 1, is no number from 0 to 100000" in wrong.text
    wrong = town.as_sam.send(page, "Keep the draft", status=422, document=plan().replace("age_years", "shoe_size"))
    assert "who:" in wrong.text and "shoe_size" in wrong.text
    assert "Write the plan, or choose a file." in town.as_sam.send(page, "Keep the draft", status=422).text


def test_wishes_are_ordered_with_buttons_and_the_city_says_what_it_knows(town: Town) -> None:
    one = town.opened()
    page = town.applied(one, town.as_anna, town.ada)
    assert "You have applied." in page.text
    page = town.as_anna.send(page, "Add", place="moon")
    page = town.as_anna.send(page, "Add", place="star")
    page = town.as_anna.send(page, "Up Star")
    page = town.as_anna.send(page, "Remove Moon")
    assert allotments.applications_of(party_id=town.anna)[0].wishes == ("sun", "star")
    page = town.as_anna.send(page, "Down Sun")
    assert allotments.applications_of(party_id=town.anna)[0].wishes == ("star", "sun")
    assert "lives here yes, as far as we know" in page.text and "Residents' Registration Office of Kleinau" in page.text
    dispute = town.as_anna.open(next(link for text, link in page.links().items() if text.startswith("This is wrong")))
    assert dispute.heading == "This is wrong"
    assert "wohnt hier ja, soweit wir wissen" in town.as_anna.open(page.address.replace("/en/", "/de/")).text
    assert town.as_boris.status(page.address) == 404
    assert "withdrawn" in town.as_anna.send(page, "Withdraw it").text
    assert "withdrawn" in town.as_anna.open("/en/mine/allotments/").text


def test_dealt_accepted_declined_and_passed_on(town: Town) -> None:
    one = town.opened()
    ada = town.applied(one, town.as_anna, town.ada)
    adam = town.applied(one, town.as_anna, town.adam).address.rstrip("/").rpartition("/")[2]
    ada = town.as_anna.send(town.as_anna.open(ada.address), "Stay together", other=adam)
    assert "Stays together with:" in ada.text
    bo = town.applied(one, town.as_boris, town.bo)
    desk = town.as_sam.open(f"/en/desk/allotments/{one.allotment_id}/")
    assert "How often each place is wished for" in desk.text
    with clock.moved_by(WINDOW + timedelta(minutes=1)):
        deal(one.allotment_id)
        run_jobs()
        pages = {"anna": town.as_anna.open(ada.address), "boris": town.as_boris.open(bo.address)}
        assert "Why" in pages["anna"].text and "number in the lottery" in pages["boris"].text
        assert "Nummer im Los" in town.as_boris.open(bo.address.replace("/en/", "/de/")).text
        anna_got = "What you got" in pages["anna"].text
        assert anna_got is not ("What you got" in pages["boris"].text)
        assert "allotment_got" in [each.kind for each in messages.inbox(party_id=town.anna if anna_got else town.boris)]
        assert "If you have no other place then" in pages["anna" if anna_got else "boris"].text
        if anna_got:
            done = town.as_anna.send(pages["anna"], "Decline Sun")
            assert "declined" in done.text
            allotments.go_on()
            offered = town.as_boris.open(bo.address)
            assert "from the reserve list" in offered.text
            assert "accepted" in town.as_boris.send(offered, "Accept Sun").text
        else:
            assert "accepted" in town.as_boris.send(pages["boris"], "Accept Sun").text
            assert "declined" in town.as_boris.send(town.as_boris.open(bo.address), "Give up Sun").text
        desk = town.as_sam.open(f"/en/desk/allotments/{one.allotment_id}/")
        assert "Reserve list" in desk.text and "Anna" not in desk.text
        public = PageClient().open(f"/de/allotments/{one.allotment_id}/")
        assert "gorod verify allotment" in public.text and one.commitment in public.text


@pytest.mark.django_db(transaction=True)
def test_anybody_deals_again_with_the_command(
    town: Town, live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    one = town.opened()
    town.applied(one, town.as_anna, town.ada)
    town.applied(one, town.as_boris, town.bo, place="moon")
    path = f"/en/allotments/{one.allotment_id}/1"
    assert PageClient().status(f"{path}/result.json") == 404
    with clock.moved_by(WINDOW + timedelta(minutes=1)):
        deal(one.allotment_id)
    keep_ledger()
    entries = [json.loads(entry.entry) for entry in ledger.entries(about=one.allotment_id)]
    announced = next(entry["content"] for entry in entries if entry["kind"] == "allotment.announced")
    check_allotment(f"{live_server.url}{path}", commitment=announced["commitment"])
    said = capsys.readouterr().out
    assert "Everything adds up." in said and "seated: 2" in said
