"""A signed-in resident: due, asked, under way; yes and no; one's own facts and readings; never another person's."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from gorod.catalogue import api as catalogue
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.intake import api as intake
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.renewals import api as renewals
from gorod.faces.portal.tests.factories import Home
from gorod.kernel import clock
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.ui.pages.tests.client import Page, PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    cache.clear()
    return Home()


def part(page: Page, name: str) -> str:
    """The text of a part of the home page; empty when it is not there."""
    found = page.soup.find(attrs={"aria-labelledby": name})
    return " ".join(found.get_text(" ").split()) if found else ""


def income_of(home: Home) -> object:
    reader = Reader(kind="platform", name="test")
    return facts.read(people=[home.other], names=["yearly_income"], purpose="test", reader=reader)[0].value


def test_the_home_page_says_what_is_due_asked_and_happening(home: Home) -> None:
    page = home.as_mother.open("/en/")
    assert "Parents' letter" in part(page, "due")
    assert "What care do you want" not in page.text, "the question is asked on its own page"
    assert "care" in part(page, "asked").lower()
    assert "A child has come" in part(page, "journeys")
    assert "income" not in part(page, "asked"), "the income that is missing is the other parent's"
    assert "yearly income" in part(home.as_other.open("/en/"), "asked").lower()


def test_yes_with_one_tap_and_a_second_tap_changes_nothing(home: Home) -> None:
    page = home.as_mother.open("/en/")
    before = home.case_count()
    done = home.as_mother.send(page, "Parents' letter")
    assert re.fullmatch(r"/en/mine/cases/[\d-]+/", done.address)
    assert "Granted" in done.text, "the law lets the platform decide at once"
    again = home.as_mother.send(page, "Parents' letter")
    assert again.address == done.address
    assert home.case_count() == before + 1


def test_no_stays_no_until_one_changes_ones_mind(home: Home) -> None:
    page = home.as_mother.open("/en/")
    page = home.as_mother.send(page, "No, thank you · Parents' letter")
    assert "Declined" in page.text
    assert "Parents' letter" not in part(home.as_mother.open("/en/"), "due")
    home.as_mother.send(page, "I do want it after all")
    assert "Parents' letter" in part(home.as_mother.open("/en/"), "due")


def test_only_what_is_missing_is_asked_and_what_follows_is_there(home: Home) -> None:
    page = home.as_other.open("/en/mine/questions/")
    assert len(page.soup.find_all("input", type="text")) == 1
    bad = home.as_other.send(page, "Send", yearly_income="a lot", status=422)
    field = bad.soup.find("input", attrs={"name": "yearly_income"})
    assert field is not None and field["value"] == "a lot", "nothing typed is lost"
    assert bad.soup.find("a", href=f"#{field['id']}"), "the error leads to its field"
    page = home.as_other.send(bad, "Send", yearly_income="10000.50")
    assert page.address == "/en/"
    assert income_of(home) == 1_000_050, "cents, as the register counts"
    run_jobs()
    assert "Child allowance" in part(home.as_mother.open("/en/"), "due")


@pytest.mark.slow
def test_the_other_parents_income_is_never_shown(home: Home) -> None:
    home.as_other.send(home.as_other.open("/en/mine/questions/"), "Send", yearly_income="7777.77")
    run_jobs()
    seen = home.as_mother.walk("/en/")
    assert len(seen) > 20
    assert not [page.address for page in seen.values() if "7,777" in page.text or "7777" in page.text]


def test_an_offer_with_a_form_asks_first(home: Home) -> None:
    page = home.as_mother.open("/en/mine/questions/")
    home.as_mother.send(page, "Send", care_wanted="mornings")
    run_jobs()
    offer = home.as_mother.open(f"/en/mine/offers/{home.step('day_care_place').step_id}/")
    bad = home.as_mother.send(offer, "Yes, arrange it", care_begins_on="", status=422)
    assert "Answer this question." in bad.text
    done = home.as_mother.send(bad, "Yes, arrange it", care_begins_on="2027-03-01")
    assert "March 1, 2027" in done.text
    assert "Next: the answer of Youth Welfare Office of Kleinau, by" in done.text, "whatever the number of the name"


def test_a_case_can_be_withdrawn_once(home: Home) -> None:
    test_an_offer_with_a_form_asks_first(home)
    number = home.case("day_care_place").number
    page = home.as_mother.open(f"/en/mine/cases/{number}/")
    home.as_mother.send(page, "Withdraw the application")
    home.as_mother.send(page, "Withdraw the application")
    assert home.case("day_care_place").phase is Phase.WITHDRAWN
    assert "Withdraw the application" not in home.as_mother.open(f"/en/mine/cases/{number}/").text


def test_a_refusal_says_why_and_by_which_law(home: Home) -> None:
    test_an_offer_with_a_form_asks_first(home)
    case = home.case("day_care_place")
    cases.decide(case_id=case.case_id, approved=False, by="youth_office", reasons=("no_free_places",))
    page = home.as_mother.open(f"/en/mine/cases/{case.number}/")
    assert "Kinderbetreuungssatzung Kleinau" in page.text
    assert "no_free_places" not in page.text, "in words, not as a code"


def test_what_the_city_knows_with_its_source_and_a_dispute(home: Home) -> None:
    page = home.as_mother.open("/en/mine/facts/")
    assert "Yearly income €10,000" in page.text
    page = home.as_mother.open("/en/mine/facts/yearly_income/dispute/")
    bad = home.as_mother.send(page, "Send", reason=" ", status=422)
    home.as_mother.send(bad, "Send", reason="I changed my job")
    home.as_mother.send(bad, "Send", reason="I changed my job")
    assert "disputed: nobody relies on it now" in home.as_mother.open("/en/mine/facts/").text


def test_every_look_is_shown_also_ones_own(home: Home) -> None:
    home.as_mother.open("/en/mine/facts/")
    page = home.as_mother.open("/en/mine/readings/")
    assert "you · to show you what is known about you" in page.text
    assert "the platform" not in page.text.partition("Also show")[0]
    page = home.as_mother.open("/en/mine/readings/?all")
    assert "the platform, no person · to see what is due to you" in page.text
    assert "life event:" not in page.text


def test_a_parent_looks_at_a_childs_facts_and_nobody_elses(home: Home) -> None:
    assert "Date of birth" in home.as_mother.open(f"/en/mine/facts/?of={home.baby}").text
    for address in ("facts/", "readings/", "facts/yearly_income/dispute/"):
        for client, of in ((home.as_mother, home.other), (home.as_stranger, home.baby), (home.as_mother, "x")):
            assert client.status(f"/en/mine/{address}?of={of}") == 404


def test_switches_say_what_is_so_and_what_will_be(home: Home) -> None:
    page = home.as_mother.open("/en/mine/choices/")
    home.as_mother.send(page, "Switch off · Tell me what is due")
    assert consents.words(party_id=home.mother)["offers"] is False
    run_jobs()
    assert part(home.as_mother.open("/en/"), "due") == ""
    home.as_mother.send(home.as_mother.open("/en/mine/choices/"), "Switch on · Tell me what is due")
    run_jobs()
    assert "Parents' letter" in part(home.as_mother.open("/en/"), "due")


def test_an_account_number_is_checked_before_it_is_kept(home: Home) -> None:
    page = home.as_mother.open("/en/mine/account/")
    assert "You have named no account yet." in page.text
    for wrong in ("12345", "0" * 20, "DE89 3704 0044 0532 0130 01"):
        page = home.as_mother.send(page, "Send", account=wrong, status=422)
        assert "This is no account number" in page.text
        field = page.soup.find("input", attrs={"name": "account"})
        assert field is not None and field["value"] == wrong, "nothing typed is lost"
    assert home.as_mother.send(page, "Send", account="DE89 3704 0044 0532 0130 00").address == "/en/"
    page = home.as_mother.open("/en/mine/account/")
    assert "goes to the account that ends in 3000" in page.text
    assert "DE89" not in page.text, "who looks over a shoulder sees four digits"


def test_messages_are_new_once(home: Home) -> None:
    assert "new" in home.as_mother.open("/en/").text
    assert "New" in home.as_mother.open("/en/mine/messages/").text
    assert "New" not in home.as_mother.open("/en/mine/messages/").text


def test_everything_can_be_taken_away_as_a_file(home: Home) -> None:
    answer = home.as_mother.browser.get("/en/mine/download/")
    held = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert {fact["name"] for fact in held["facts"]} >= {"yearly_income", "date_of_birth"}
    assert held["identifiers"] == {"resident_number": "M1"}
    assert str(home.other) not in json.dumps(held["facts"])
    assert held["account"] is None and held["email"] == ""


def test_the_file_has_disputes_life_events_and_where_money_and_mail_go(home: Home) -> None:
    facts.dispute(party_id=home.mother, name="yearly_income", reason="I earn less", by="test")
    payments.confirm_account(party_id=home.mother, account="DE89370400440532013000")
    messages.set_email(party_id=home.mother, email="anna@example.org")
    text = home.as_mother.browser.get("/en/mine/download/").content.decode()
    held = json.loads(text)
    assert [one["reason"] for one in held["disputes"]] == ["I earn less"]
    (event,) = held["life_events"]
    assert (event["life_event"], event["roles"]) == ("new_child", ["mother"])
    steps = {step["service"]: step for step in event["steps"]}
    assert "child_allowance" in steps
    assert str(home.other) not in json.dumps(event), "what is asked of the other parent is theirs"
    assert held["account"]["number"] == "DE89370400440532013000"
    assert held["email"] == "anna@example.org"


@pytest.mark.parametrize(
    ("upheld", "said"), [(True, "You were right: the register has been corrected"), (False, "The register is right")]
)
def test_the_answer_to_a_dispute_is_shown_beside_the_facts(home: Home, upheld: bool, said: str) -> None:
    page = home.as_mother.open("/en/mine/facts/yearly_income/dispute/")
    page = home.as_mother.send(page, "Send", reason="I changed my job")
    assert "I changed my job Its owner has not answered yet." in page.text
    (open_one,) = facts.open_disputes(owners=["tax_office"])
    intake.answer_dispute(dispute_id=open_one.dispute_id, upheld=upheld, answer="We asked your employer.")
    assert "An answer to your dispute" in home.as_mother.open("/en/mine/messages/").text
    page = home.as_mother.open("/en/mine/facts/")
    assert f"{said} We asked your employer. Tax Office of Kleinau" in page.text


def test_a_page_about_a_child_says_so(home: Home) -> None:
    page = home.as_mother.open(f"/en/mine/facts/?of={home.baby}")
    assert page.heading == "What the city knows: your child"
    assert page.soup.title is not None and page.soup.title.get_text().startswith("What the city knows: your child")
    assert page.links()["Who looked at it"] == f"/en/mine/readings/?of={home.baby}"
    assert home.as_mother.open("/en/mine/facts/").heading == "What the city knows about you"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_of_a_resident_is_in_order(home: Home, language: str) -> None:
    found = home.as_mother.walk(f"/{language}/")
    assert {
        f"/{language}/mine/{page}/" for page in ("cases", "facts", "readings", "choices", "messages")
    } <= found.keys()


def test_nobody_reaches_what_is_anothers_by_changing_an_address(home: Home) -> None:
    home.as_mother.send(home.as_mother.open("/en/"), "Parents' letter")
    number, step = home.case("parents_letter").number, home.step("child_allowance").step_id
    theirs = [f"cases/{number}/", f"offers/{step}/", f"life-events/{home.journey}/"]
    for address in theirs:
        assert home.as_mother.status(f"/en/mine/{address}") == 200
        assert home.as_stranger.status(f"/en/mine/{address}") == 404
    assert home.as_other.status(f"/en/mine/cases/{number}/") == 404, "the letter is the mother's own"
    posted = [f"cases/{number}/withdraw/", f"offers/{step}/decline/", f"offers/{step}/resume/"]
    for address in posted:
        home.as_stranger.browser.handler.enforce_csrf_checks = False
        assert home.as_stranger.browser.post(f"/en/mine/{address}").status_code == 404
    assert home.step("child_allowance").state == "asks"


def test_strangers_are_asked_to_sign_in_and_come_back(home: Home) -> None:
    page = PageClient().open("/en/mine/facts/")
    assert page.heading == "Sign in"
    hidden = page.soup.find("input", attrs={"name": "next"})
    assert hidden is not None and hidden["value"] == "/en/mine/facts/"


def test_another_adults_step_says_its_state_and_no_more(home: Home) -> None:
    """The parents' letter is about the mother: the father sees that it is there, not why or how much."""
    page = home.as_other.open(f"/en/mine/life-events/{home.journey}/")
    assert "Parents' letter" in page.text
    theirs = home.as_mother.open(f"/en/mine/life-events/{home.journey}/").text
    assert "Yearly income" not in theirs, "whose income is missing is not hers to know"
    assert "Somebody else of the family is asked" in theirs


def test_looking_at_a_service_is_no_reading_of_the_other_parent_by_a_person(home: Home) -> None:
    home.as_mother.open("/en/services/child_allowance/")
    assert "somebody who acts for you" not in home.as_other.open("/en/mine/readings/?all").text


def test_people_are_found_behind_any_number_of_readings_of_the_platform(home: Home) -> None:
    reader = Reader(kind="agency", name="family_office")
    facts.read(people=[home.mother], names=["yearly_income"], purpose="a visit", reader=reader)
    for _ in range(60):
        facts.read(people=[home.mother], names=["dead"], purpose="test", reader=Reader(kind="platform", name="test"))
    assert "a visit" in home.as_mother.open("/en/mine/readings/").text


def test_every_reading_is_found_by_going_back_page_by_page(home: Home) -> None:
    for number in range(120):
        reader = Reader(kind="agency", name="family_office")
        facts.record_reading(people=[home.mother], names=["dead"], purpose=f"visit {number}.", reader=reader)
    seen: list[str] = []
    earlier: str | None = ""
    while earlier is not None:
        page = home.as_mother.open(f"/en/mine/readings/{earlier}")
        seen.append(page.text)
        earlier = page.links().get("Earlier ones")
    assert len(seen) > 2
    assert all(sum(f"visit {number}." in text for text in seen) == 1 for number in range(120))
    home.as_mother.open("/en/mine/readings/?before=nonsense", status=404)


def test_old_messages_are_found_by_going_back_and_are_new_until_then(home: Home) -> None:
    for number in range(70):
        messages.tell(
            party_id=home.mother, key=f"{number}", kind="opened", service="", values={"reason": f"no. {number}."}
        )
    seen: list[str] = []
    earlier: str | None = ""
    while earlier is not None:
        page = home.as_mother.open(f"/en/mine/messages/{earlier}")
        assert "New" in page.text
        seen.append(page.text)
        earlier = page.links().get("Earlier ones")
    assert all(sum(f"no. {number}." in text for text in seen) == 1 for number in range(70))
    assert messages.unread_count(party_id=home.mother) == 0


@pytest.mark.parametrize("page", ["email/", "account/", "facts/yearly_income/dispute/", "questions/"])
def test_garbage_is_refused_and_breaks_nothing(home: Home, page: str) -> None:
    home.as_other.browser.handler.enforce_csrf_checks = False
    for text in ("x" * 300 + "@example.org", "\x00", "1e99", "NaN", "-Infinity", "💥" * 3000, "<script>", "9" * 400):
        names = ("email", "account", "reason", "yearly_income", "of")
        answer = home.as_other.browser.post(f"/en/mine/{page}", dict.fromkeys(names, text))
        assert answer.status_code in (200, 302, 404, 422), (text[:20], answer.status_code)


def test_a_life_event_that_has_left_the_city_breaks_nothing(home: Home) -> None:
    from dataclasses import replace

    city = catalogue.current()
    catalogue.install(city=replace(city, life_events={}))
    try:
        assert part(home.as_mother.open("/en/"), "journeys") == ""
        assert home.as_mother.open("/en/mine/questions/").address == "/en/"
        assert home.as_mother.status(f"/en/mine/life-events/{home.journey}/") == 404
    finally:
        catalogue.install(city=city)


def test_a_renewed_right_is_shown_with_its_own_case(home: Home) -> None:
    home.as_other.send(home.as_other.open("/en/mine/questions/"), "Send", yearly_income="10000")
    run_jobs()
    home.as_mother.send(home.as_mother.open("/en/"), "Child allowance")
    first = home.case("child_allowance")
    decided = cases.decide(case_id=first.case_id, approved=True, by="family_office")
    assert decided.decision_id is not None
    until = cases.decision(decision_id=decided.decision_id).valid_to
    assert until is not None
    with clock.moved_by(until - clock.today() - timedelta(days=10)):
        assert renewals.run_day() == 1
        run_jobs()
        (second,) = [case for case in home.cases("child_allowance") if case.case_id != first.case_id]
        page = home.as_mother.open(f"/en/mine/life-events/{home.journey}/")
        step = page.soup.find("a", string=second.number)
        assert step is not None and first.number not in page.text
        assert "€250" in step.find_parent("li").get_text()  # type: ignore[union-attr]


def test_a_right_that_has_ended_says_so(home: Home) -> None:
    home.as_other.send(home.as_other.open("/en/mine/questions/"), "Send", yearly_income="10000")
    run_jobs()
    home.as_mother.send(home.as_mother.open("/en/"), "Child allowance")
    decided = cases.decide(case_id=home.case("child_allowance").case_id, approved=True, by="family_office")
    pages = ("cases/", f"cases/{decided.number}/", f"life-events/{home.journey}/")
    assert all("its time is over" not in home.as_mother.open(f"/en/mine/{page}").text for page in pages)
    with clock.moved_by(timedelta(days=400)):
        assert all("its time is over" in home.as_mother.open(f"/en/mine/{page}").text for page in pages)
