"""What officials may do with a case, and the second pair of eyes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.cases.tests.factories import case_type, configure, status, submit
from gorod.engines.handling import api
from gorod.engines.handling.data import ProposalState, Verdict
from gorod.kernel.errors import BadInput, GorodError, NotFound, Refused
from gorod.records.facts import api as facts
from gorod.records.officials.data import Role
from gorod.records.officials.tests.factories import official
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

pytestmark = pytest.mark.django_db
GRANT = Verdict(approved=True)
REFUSE = Verdict(approved=False, reasons=("too_late",), text="It came in May.")


@pytest.fixture(autouse=True)
def _city() -> None:
    configure(case_type(), case_type("grant", four_eyes=True), case_type("elsewhere", owner="another"))


def why(error: pytest.ExceptionInfo[GorodError]) -> str:
    return str(error.value.extra.get("why"))


def test_the_queue_has_the_live_cases_of_ones_agency_by_deadline_and_those_that_wait_for_the_person_last() -> None:
    one = official()
    configure(
        case_type(within_working_days=9),
        case_type("soon", within_working_days=2),
        case_type("elsewhere", owner="another"),
    )
    late, soon, waits = submit(), submit(service="soon"), submit(service="soon")
    submit(service="elsewhere")
    decided = submit()
    api.decide(official=one, number=decided.number, verdict=GRANT)
    api.ask(official=one, number=waits.number, text="Which May?")
    found = api.queue(official=one, limit=10)
    assert [case.number for case in found.cases] == [soon.number, late.number, waits.number]
    assert found.count == 3
    assert [case.number for case in api.queue(official=one, limit=1, offset=1).cases] == [late.number]
    assert api.queue(official=official(agency="another"), limit=10).count == 1
    assert api.queue(official=official(Role.CLERK), limit=10).count == 0


def test_a_case_of_another_agency_does_not_exist_for_an_official() -> None:
    case = submit(service="elsewhere")
    one = official()
    for act in (
        lambda: api.case_for(official=one, number=case.number),
        lambda: api.take(official=one, number=case.number),
        lambda: api.decide(official=one, number=case.number, verdict=GRANT),
        lambda: api.ask(official=one, number=case.number, text="?"),
        lambda: api.case_for(official=official(Role.CLERK, "another"), number=case.number),
        lambda: api.case_for(official=one, number="2026-0000000-0"),
    ):
        with pytest.raises(NotFound):
            act()
    assert cases.case(case_id=case.case_id).phase is Phase.OPEN


def test_what_a_colleague_works_on_is_theirs_until_they_hand_it_over() -> None:
    one, other, boss = official(name="Ona"), official(name="Otto"), official(Role.SUPERVISOR)
    number = submit().number
    assert api.take(official=one, number=number).handler_id == one.official_id
    for act in (
        lambda: api.take(official=other, number=number),
        lambda: api.decide(official=other, number=number, verdict=GRANT),
        lambda: api.hand_over(official=other, number=number, to=other.official_id),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert why(refused) == "colleague"
    with pytest.raises(BadInput):
        api.hand_over(official=one, number=number, to=official(agency="another").official_id)
    api.hand_over(official=one, number=number, to=other.official_id, reason="you know the family")
    assert [case.number for case in api.queue(official=other, mine=True, limit=5).cases] == [number]
    assert api.hand_over(official=boss, number=number, to=None).handler_id is None
    assert api.queue(official=one, unassigned=True, limit=5).count == 1
    said = [
        entry.detail.get("reason") for entry in cases.history(case_id=api.case_for(official=one, number=number).case_id)
    ]
    assert "you know the family" in said


def test_a_refusal_needs_a_reason_of_the_services_list() -> None:
    one, number = official(), submit().number
    for reasons in ((), ("because",)):
        with pytest.raises(Refused, match="reasons of the city's list"):
            api.decide(official=one, number=number, verdict=Verdict(approved=False, reasons=reasons))
    refused = api.decide(official=one, number=number, verdict=REFUSE).case
    assert refused.phase is Phase.REFUSED and refused.decision_id is not None
    decision = cases.decision(decision_id=refused.decision_id)
    assert (decision.reasons, decision.text) == (("too_late",), "It came in May.")
    assert decision.decided_by == one.signature


def test_what_is_asked_waits_for_the_person_and_comes_back() -> None:
    one, case = official(), submit()
    api.take(official=one, number=case.number)
    asked = api.ask(official=one, number=case.number, text="Which May?")
    assert asked.phase is Phase.ASKS
    with pytest.raises(Refused):
        api.ask(official=one, number=case.number, text="And which year?")
    cases.answer(case_id=case.case_id, by="resident", data={"answer": "This one"})
    assert [c.number for c in api.queue(official=one, mine=True, limit=5).cases] == [case.number]
    assert api.ask(official=one, number=case.number, text="And which day?").phase is Phase.ASKS
    questions = [e.detail["text"] for e in cases.history(case_id=case.case_id) if e.what == "status"]
    assert questions == ["Which May?", "And which day?"]


def test_four_eyes_are_those_of_two_people() -> None:
    one, other = official(name="Ona"), official(name="Otto")
    number = submit(service="grant").number
    proposal = api.decide(official=one, number=number, verdict=REFUSE).proposal
    assert proposal is not None and proposal.state is ProposalState.OPEN
    assert api.case_for(official=one, number=number).phase is Phase.OPEN
    assert api.proposals_to_confirm(official=one) == []
    ((waiting, case),) = api.proposals_to_confirm(official=other)
    assert (waiting.proposal_id, case.number) == (proposal.proposal_id, number)
    with pytest.raises(Refused) as refused:
        api.confirm(official=one, proposal_id=proposal.proposal_id)
    assert why(refused) == "own"
    with pytest.raises(NotFound):
        api.confirm(official=official(agency="another"), proposal_id=proposal.proposal_id)
    assert api.confirm(official=other, proposal_id=proposal.proposal_id).phase is Phase.REFUSED
    with pytest.raises(Refused, match="confirmed"):
        api.confirm(official=other, proposal_id=proposal.proposal_id)


def test_a_proposal_that_is_sent_back_says_why_and_may_be_made_anew() -> None:
    one, other = official(), official()
    case = submit(service="grant")
    first = api.decide(official=one, number=case.number, verdict=GRANT).proposal
    assert first is not None
    with pytest.raises(Refused) as refused:
        api.decide(official=other, number=case.number, verdict=REFUSE)
    assert why(refused) == "proposed"
    with pytest.raises(Refused, match="why"):
        api.send_back(official=other, proposal_id=first.proposal_id, reason="  ")
    back = api.send_back(official=other, proposal_id=first.proposal_id, reason="Look at the date.")
    assert (back.state, back.answer) == (ProposalState.RETURNED, "Look at the date.")
    again = api.decide(official=one, number=case.number, verdict=REFUSE).proposal
    assert again is not None and again.proposal_id != first.proposal_id
    assert [p.state for p in api.proposals_of(case=case)] == [ProposalState.RETURNED, ProposalState.OPEN]


def test_a_proposal_counts_no_more_when_the_case_went_on() -> None:
    one, other = official(), official()
    case = submit(service="grant")
    proposal = api.decide(official=one, number=case.number, verdict=GRANT).proposal
    assert proposal is not None
    cases.apply_status(status=status(case.number, "in_progress", 1))
    with pytest.raises(Refused, match="went on"):
        api.confirm(official=other, proposal_id=proposal.proposal_id)
    assert api.decide(official=other, number=case.number, verdict=GRANT).proposal is not None
    assert [p.state for p in api.proposals_of(case=case)] == [ProposalState.OVERTAKEN, ProposalState.OPEN]


def test_an_appeal_is_looked_at_by_somebody_who_had_no_part_in_the_decision() -> None:
    one, other, third = official(), official(), official()
    case = submit(service="grant")
    api.take(official=one, number=case.number)
    proposal = api.decide(official=one, number=case.number, verdict=REFUSE).proposal
    assert proposal is not None
    api.confirm(official=other, proposal_id=proposal.proposal_id)
    appealed = cases.appeal(case_id=case.case_id, by="resident", text="It was April.")
    assert appealed.handler_id is None, "it waits for somebody else"
    assert appealed.phase is Phase.OPEN and appealed.decision_id is not None
    for part in (one, other):
        for act in (
            lambda part=part: api.keep(official=part, number=case.number, reason="as before"),
            lambda part=part: api.decide(official=part, number=case.number, verdict=GRANT),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert why(refused) == "appeal"
    assert api.keep(official=third, number=case.number, reason="It was May.").phase is Phase.REFUSED
    with pytest.raises(Refused):
        cases.appeal(case_id=submit().case_id, by="resident", text="Nothing is decided yet")


def test_a_search_by_name_is_recorded_with_those_it_finds() -> None:
    one = official()
    anna = parties.create(names=Names(family_name="Lind", given_name="Anna"), identifiers={})
    case = submit(subject=anna)
    submit(subject=anna, service="elsewhere")
    assert [c.number for c in api.search(official=one, text=" lind  an ")] == [case.number]
    assert api.search(official=one, text="Lind Berta") == []
    assert [c.number for c in api.search(official=one, text=case.number)] == [case.number]
    assert api.search(official=official(agency="another"), text=case.number) == []
    assert api.search(official=one, text="  ") == []
    (reading,) = facts.access_log(party_id=anna)
    assert (reading.reader.name, reading.purpose) == (f"agency/{one.official_id}", "search for a case")


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_confirm_at_the_same_moment_decide_once() -> None:
    one, others = official(), [official() for _ in range(4)]
    case = submit(service="grant")
    proposal = api.decide(official=one, number=case.number, verdict=GRANT).proposal
    assert proposal is not None

    def confirm(who: int) -> bool:
        try:
            api.confirm(official=others[who], proposal_id=proposal.proposal_id)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(confirm, range(4))) == 1
    assert len(cases.decisions_of(party_id=case.subject_id, standing=False)) == 1
