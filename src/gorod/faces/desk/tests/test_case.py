"""The clerk with a case: what it rests on, deciding with four eyes, asking, and what the resident sees of all that."""

from __future__ import annotations

import pytest

from gorod.engines.cases.data import Phase
from gorod.engines.messages import api as messages
from gorod.faces.desk.tests.factories import Office, at_work
from gorod.records.facts import api as facts
from gorod.records.officials.data import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_queue_says_what_waits_and_names_nobody(office: Office) -> None:
    page = office.as_ona.open("/en/desk/")
    assert page.address == "/en/desk/queue/"
    assert office.case.number in page.text and "Day-care place" in page.text
    assert "M1" not in page.text and "B1" not in page.text
    assert office.case.number not in office.as_ona.open("/en/desk/queue/?of=mine").text
    page = office.as_ona.send(office.as_ona.open(office.address), "I work on it")
    assert "Ona" in page.text
    assert office.case.number in office.as_ona.open("/en/desk/queue/?of=mine").text
    assert office.case.number not in office.as_otto.open("/en/desk/queue/?of=free").text


def test_a_case_shows_what_it_rests_on_and_what_the_rule_says_and_the_resident_sees_who_looked(office: Office) -> None:
    page = office.as_ona.open(office.address)
    rule = page.soup.find(attrs={"aria-labelledby": "rule"})
    assert rule is not None and "holds" in rule.get_text()
    assert "care_wanted in" in page.text, "the rule as it is written"
    assert "mornings" in page.text
    assert "income" not in page.text.lower(), "the rule does not name it, so nobody at this desk sees it"
    readings = facts.access_log(party_id=office.home.baby, by_people=True)
    assert readings[0].reader.name == f"youth_office/{office.ona.official_id}"
    assert readings[0].purpose == f"case {office.case.number}"
    seen = office.home.as_mother.open(f"/en/mine/readings/?of={office.home.baby}")
    assert "An official of: Youth Welfare Office of Kleinau" in seen.text
    assert "to work on an application" in seen.text and "Ona" not in seen.text


def test_two_officials_grant_it_and_the_mother_reads_who_decided(office: Office) -> None:
    page = office.as_ona.send(office.as_ona.open(office.address), "Propose to grant it")
    assert "a colleague confirms it" in page.text and office.case.phase is Phase.OPEN
    assert "Confirm the decision" not in office.as_ona.open(office.address).text
    waiting = office.as_otto.open("/en/desk/confirmations/")
    assert office.case.number in waiting.text and "Ona" in waiting.text
    office.as_otto.send(office.as_otto.open(office.address), "Confirm the decision")
    assert office.case.phase is Phase.APPROVED
    mine = office.home.as_mother.open(f"/en/mine/cases/{office.case.number}/")
    assert "An official of: Youth Welfare Office of Kleinau" in mine.text and "Otto" not in mine.text


def test_what_is_sent_back_says_why(office: Office) -> None:
    office.as_ona.send(office.as_ona.open(office.address), "Propose to grant it")
    page = office.as_otto.open(office.address)
    wrong = office.as_otto.send(page, "Send back", status=422)
    assert "Write a sentence or two." in wrong.text
    office.as_otto.send(page, "Send back", **{"back-words": "The place is taken."})
    late = office.as_otto.send(page, "Confirm the decision")
    assert "it has changed since you looked" in late.text and office.case.phase is Phase.OPEN
    page = office.as_ona.open(office.address)
    assert "The place is taken." in page.text and "Propose to grant it" in page.text


def test_a_refusal_says_its_reasons_and_is_appealed_to_somebody_else(office: Office) -> None:
    page = office.as_ona.open(office.address)
    wrong = office.as_ona.send(page, "Propose to refuse it", status=422, **{"refuse-words": "We are full."})
    assert "We are full." in str(wrong.soup), "nothing typed is lost"
    assert wrong.soup.find("a", href="#id_refuse-reasons_0") is not None
    office.as_ona.send(
        page, "Propose to refuse it", **{"refuse-reasons": "no_free_places", "refuse-words": "We are full."}
    )
    office.as_otto.send(office.as_otto.open(office.address), "Confirm the decision")
    mine = office.home.as_mother.open(f"/en/mine/cases/{office.case.number}/")
    assert "We are full." in mine.text
    appeal = office.home.as_mother.open(mine.links()["I do not agree with this decision"])
    office.home.as_mother.send(appeal, status=422)
    after = office.home.as_mother.send(appeal, reason="A place was free on Monday.")
    assert "Your appeal is with the agency" in after.text and "You appealed" in after.text
    assert any(message.kind == "case_appealed" for message in messages.inbox(party_id=office.home.mother))
    again = office.home.as_mother.send(appeal, reason="A place was free on Monday.")
    assert "There is no decision to appeal against now" in again.text
    page = office.as_ona.send(office.as_ona.open(office.address), "The decision stays", **{"keep-words": "No."})
    assert "You took part in the decision" in page.text
    _third, as_third = at_work(name="Tea")
    assert "A place was free on Monday." in as_third.open(office.address).text
    as_third.send(as_third.open(office.address), "The decision stays", **{"keep-words": "It was taken by then."})
    assert office.case.phase is Phase.REFUSED


def test_the_person_is_asked_and_answers(office: Office) -> None:
    page = office.as_ona.send(office.as_ona.open(office.address), "Ask", **{"ask-question": "Which group?"})
    assert "The person is asked." in page.text
    mine = office.home.as_mother.open(f"/en/mine/cases/{office.case.number}/")
    assert "Which group?" in mine.text
    office.home.as_mother.send(mine, "Answer", reason="The small one.")
    assert "Answered" in office.as_ona.open(office.address).text


def test_a_case_is_handed_over_with_words(office: Office) -> None:
    page = office.as_ona.open(office.address)
    office.as_ona.send(
        page, "Hand it over", **{"over-to": str(office.otto.official_id), "over-words": "You know them."}
    )
    page = office.as_otto.open("/en/desk/queue/?of=mine")
    assert office.case.number in page.text
    assert "You know them." in office.as_otto.open(office.address).text
    page = office.as_ona.open(office.address)
    assert "Grant" not in [summary.get_text(strip=True) for summary in page.soup.find_all("summary")]
    stale = office.as_ona.browser.post(office.address, {"do": "approve"})
    assert stale.status_code == 403, "no form of ours without its token"


def test_a_case_of_another_agency_is_nowhere(office: Office) -> None:
    _who, client = at_work(Role.SUPERVISOR, "tax_office")
    assert client.status(office.address) == 404
    found = client.open(f"/en/desk/search/?q={office.case.number}")
    assert "Your agency has no such case" in found.text
    found = office.as_ona.open(f"/en/desk/search/?q={office.case.number}")
    assert office.case.number in found.links()
    by_name = office.as_ona.open("/en/desk/search/?q=m1")
    assert office.case.number in by_name.text
    assert "to find an application" in office.home.as_mother.open("/en/mine/readings/").text


def test_a_number_out_of_the_way_is_the_first_page(office: Office) -> None:
    for number in ("0", "-3", "x", "9" * 30, "٣"):
        office.as_ona.open(f"/en/desk/queue/?page={number}")
