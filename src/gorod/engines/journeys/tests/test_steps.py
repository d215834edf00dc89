"""The steps of a life event: when they start, what they ask, who is told, and what a person's word changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Phase
from gorod.engines.journeys import api
from gorod.engines.journeys.data import Mode, StepState
from gorod.engines.journeys.tests.factories import (
    BIRTH,
    CASE_TYPES,
    MINIMUM,
    accepted,
    advanced,
    allow_automatic,
    birth,
    case_of,
    configure,
    days,
    family,
    inbox,
    minimum,
    older_child,
    states,
    step,
    steps,
)
from gorod.engines.rules.data import DatedFigure
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api as consents
from gorod.records.facts.tests.factories import state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    configure()


def test_a_step_starts_when_the_results_it_needs_exist() -> None:
    home = family()
    journey = birth(home, recorded=False)
    assert states(journey)["record"] == "offered"
    assert states(journey)["gift"] == "later"
    assert steps(journey)["gift"].reason == "after record"
    state(home.child, "recorded", True)
    assert (advanced(journey)["record"], states(journey)["gift"]) == ("done", "offered")


def test_the_same_facts_change_nothing_however_often_one_looks() -> None:
    home = family()
    allow_automatic(home.mother)
    journey = birth(home)
    before = (states(journey), api.history(journey_id=journey), inbox(home.mother))
    for _ in range(3):
        api.advance(journey_id=journey)
    assert (states(journey), api.history(journey_id=journey), inbox(home.mother)) == before
    assert len(cases.cases_of(subjects=[home.child])) == 1


def test_what_a_register_means_by_silence_is_no_result() -> None:
    """The clinic is `none` when no row says otherwise: nobody is attached to the clinic `none`."""
    home = family()
    journey = birth(home)
    assert states(journey)["clinic"] == "offered"
    state(home.child, "clinic", "clinic 5")
    assert advanced(journey)["clinic"] == "done"


def test_an_offer_says_how_much_and_until_when_and_comes_once() -> None:
    home = family(born=clock.today())
    journey = birth(home)
    assert steps(journey)["allowance"].amount == 3 * MINIMUM
    assert steps(journey)["gift"].offer_until is not None
    assert inbox(home.mother).count(("offered", "gift")) == 1
    assert inbox(home.father) == []


def test_automatic_steps_need_consent_and_are_offers_without_it() -> None:
    without, with_consent = family(), family()
    allow_automatic(with_consent.mother)
    assert states(birth(without))["number"] == "offered"
    journey = birth(with_consent)
    assert states(journey)["number"] == "under_way"
    assert case_of(journey, "number").applicant_id == with_consent.mother
    assert ("submitted_for_you", "number") in inbox(with_consent.mother)


def test_consent_given_later_makes_the_application() -> None:
    home = family()
    journey = birth(home)
    allow_automatic(home.mother)
    assert advanced(journey)["number"] == "under_way"


def test_of_what_an_agency_does_by_itself_the_person_is_told() -> None:
    home = family()
    journey = birth(home)
    assert states(journey)["note"] == "informed"
    assert inbox(home.mother).count(("informed", "note")) == 1


def test_a_condition_that_fails_is_named() -> None:
    home = family(incomes=(10_000, 0))
    journey = birth(home)
    assert (states(journey)["allowance"], steps(journey)["allowance"].failing) == ("not_due", ("poor",))


def test_exactly_the_missing_facts_are_asked_each_of_the_one_it_is_about() -> None:
    home = family(incomes=(None, None))
    journey = birth(home)
    asked = steps(journey)["allowance"]
    assert asked.state is StepState.ASKS
    assert {(m.party_id, m.name, m.may_ask) for m in asked.missing} == {
        (home.mother, "income", True),
        (home.father, "income", True),
    }
    assert inbox(home.father) == [("asks", "allowance")]
    assert inbox(home.mother).count(("asks", "allowance")) == 1


def test_an_answer_leaves_only_what_is_still_missing_and_then_the_offer_comes() -> None:
    home = family(incomes=(None, None))
    journey = birth(home)
    state(home.mother, "income", 5)
    assert advanced(journey)["allowance"] == "asks"
    assert [(m.party_id, m.name) for m in steps(journey)["allowance"].missing] == [(home.father, "income")]
    assert inbox(home.father) == [("asks", "allowance")]
    state(home.father, "income", 5)
    assert advanced(journey)["allowance"] == "offered"


def test_a_fact_that_goes_missing_while_others_are_asked_is_asked_too() -> None:
    home = family(incomes=(100, None))
    journey = birth(home)
    assert ("asks", "allowance") not in inbox(home.mother)
    state(home.mother, "income", None)
    api.advance(journey_id=journey)
    assert inbox(home.mother).count(("asks", "allowance")) == 1


def test_no_more_is_asked_once_the_answer_is_no() -> None:
    home = family(incomes=(10_000_000, None))
    state(home.child, "birth_date", date(2010, 1, 1))
    assert steps(birth(home))["allowance"].failing == ("young",)


def test_after_the_last_day_of_an_offer_it_is_too_late() -> None:
    home = family()
    journey = birth(home)
    until = steps(journey)["gift"].offer_until
    assert until is not None
    with clock.moved_by(until - clock.today()):
        assert advanced(journey)["gift"] == "offered"
        assert api.overdue() == []
    with clock.moved_by(until - clock.today() + days(1)):
        assert api.overdue() == [journey]
        with pytest.raises(Refused, match="not on offer"):
            api.accept(step_id=steps(journey)["gift"].step_id, by=home.mother)
        assert advanced(journey)["gift"] == "not_due"
        assert steps(journey)["gift"].failing == ("too_late",)
        assert api.overdue() == []


def test_a_late_figure_holds_back_its_service_and_nothing_else() -> None:
    today = clock.today()
    configure(figures=minimum(DatedFigure(since=date(2000, 1, 1), until=today, figure=MINIMUM)))
    journey = birth(family())
    assert (states(journey)["allowance"], states(journey)["gift"]) == ("waiting", "offered")
    assert api.overdue() == []
    configure()
    assert api.overdue() == [journey]
    assert advanced(journey)["allowance"] == "offered"


def test_a_decision_of_the_platform_opens_the_next_step_at_once() -> None:
    home = family()
    older_child(home)
    allow_automatic(home.mother)
    journey = birth(home)
    assert (states(journey)["large"], states(journey)["parking"]) == ("done", "offered")
    assert case_of(journey, "large").phase is Phase.APPROVED


def test_yes_makes_one_application_with_what_it_rests_on() -> None:
    home = family()
    journey = birth(home)
    offer = steps(journey)["allowance"]
    for _ in range(2):
        assert api.accept(step_id=offer.step_id, by=home.mother, data={"account": "1"}).state is StepState.UNDER_WAY
    (case,) = cases.cases_of(subjects=[home.child])
    assert (case.applicant_id, case.amount, case.data) == (home.mother, 3 * MINIMUM, {"account": "1"})
    assert case.lineage.assessment_id is not None
    assert case.lineage.values == (f"minimum@2000-01-01={MINIMUM}",)
    assert len(case.lineage.statement_ids) > 3


def test_only_the_parents_answer() -> None:
    home, stranger = family(), family()
    journey = birth(home)
    offer = steps(journey)["gift"].step_id
    for act in (api.accept, api.decline):
        with pytest.raises(Forbidden):
            act(step_id=offer, by=stranger.mother)
    with pytest.raises(NotFound):
        api.accept(step_id=new_id(), by=home.mother)
    assert accepted(journey, "gift", home.father).applicant_id == home.father


def test_yes_to_an_offer_that_is_no_longer_due_is_refused() -> None:
    """The fact has changed; the journey was not brought up to date yet."""
    home = family()
    journey = birth(home)
    state(home.father, "income", 10**9)
    with pytest.raises(Refused, match="not on offer now: it is not_due"):
        api.accept(step_id=steps(journey)["allowance"].step_id, by=home.mother)
    assert cases.cases_of(subjects=[home.child]) == []


def test_no_stays_no_until_the_person_thinks_again() -> None:
    home = family()
    journey = birth(home)
    offer = steps(journey)["gift"].step_id
    assert api.decline(step_id=offer, by=home.mother, reason="have one").state is StepState.DECLINED
    state(home.mother, "registered", False)
    state(home.mother, "registered", True)
    assert advanced(journey)["gift"] == "declined"
    assert steps(journey)["gift"].reason == "have one"
    with pytest.raises(Refused, match="not on offer"):
        api.accept(step_id=offer, by=home.mother)
    assert api.resume(step_id=offer, by=home.father).state is StepState.OFFERED
    with pytest.raises(Refused, match="not declined"):
        api.resume(step_id=offer, by=home.mother)


def test_what_runs_is_withdrawn_not_declined() -> None:
    home = family()
    journey = birth(home)
    case = accepted(journey, "gift", home.mother)
    gift = steps(journey)["gift"].step_id
    with pytest.raises(Refused, match="under_way"):
        api.decline(step_id=gift, by=home.mother)
    cases.withdraw(case_id=case.case_id, by="resident")
    assert advanced(journey)["gift"] == "declined"
    assert api.resume(step_id=gift, by=home.mother).state is StepState.OFFERED
    assert accepted(journey, "gift", home.mother).number != case.number


def test_a_refusal_ends_the_step() -> None:
    home = family()
    journey = birth(home)
    case = accepted(journey, "gift", home.mother)
    cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    assert advanced(journey)["gift"] == "refused"


@pytest.mark.parametrize("end", ["withdrawn", "refused", "under way"])
def test_evidence_of_a_register_counts_whatever_became_of_the_application(end: str) -> None:
    """A birth recorded at another counter opens all the steps after it."""
    home = family()
    journey = birth(home, recorded=False)
    case = accepted(journey, "record", home.mother)
    if end == "withdrawn":
        cases.withdraw(case_id=case.case_id, by="resident")
    elif end == "refused":
        cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    assert advanced(journey)["gift"] == "later"
    state(home.child, "recorded", True)
    assert advanced(journey)["gift"] == "offered"
    assert states(journey)["record"] == ("under_way" if end == "under way" else "done")


def test_offers_that_are_switched_off_come_back_when_allowed_again() -> None:
    home = family()
    consents.say(party_id=home.mother, scope="offers:gift", allowed=False, by="resident")
    journey = birth(home)
    assert (states(journey)["gift"], steps(journey)["gift"].reason) == ("declined", "switched_off")
    assert states(journey)["allowance"] == "offered"
    assert ("offered", "gift") not in inbox(home.mother)
    consents.say(party_id=home.mother, scope="offers", allowed=False, by="resident")
    assert advanced(journey)["allowance"] == "declined"
    for scope in ("offers", "offers:gift"):
        consents.say(party_id=home.mother, scope=scope, allowed=True, by="resident")
    assert (advanced(journey)["gift"], states(journey)["allowance"]) == ("offered", "offered")


def test_a_service_joins_families_that_are_on_their_way() -> None:
    home = family()
    configure(event=replace(BIRTH, steps={s: d for s, d in BIRTH.steps.items() if s != "gift"}))
    journey = birth(home)
    assert "gift" not in states(journey)
    configure()
    assert advanced(journey)["gift"] == "offered"


def test_a_service_that_left_the_life_event_stops() -> None:
    home = family()
    journey = birth(home)
    configure(event=replace(BIRTH, steps={s: d for s, d in BIRTH.steps.items() if s != "gift"}))
    assert advanced(journey)["gift"] == "stopped"
    with pytest.raises(Forbidden):
        api.accept(step_id=steps(journey)["gift"].step_id, by=home.mother)


def test_a_step_asks_of_the_father_only_what_concerns_him() -> None:
    configure(event=replace(BIRTH, steps={"note": step("note", Mode.INFORMED)}))
    home = family()
    birth(home)
    assert (inbox(home.mother), inbox(home.father)) == ([("informed", "note")], [])


def test_the_history_says_every_change_with_its_reason() -> None:
    home = family()
    journey = birth(home)
    api.decline(step_id=steps(journey)["gift"].step_id, by=home.mother, reason="no need")
    gift = [(c.before, c.after, c.reason) for c in api.history(journey_id=journey) if c.service == "gift"]
    assert gift == [("", "offered", ""), ("offered", "declined", "no need")]
    assert [t.service for t in CASE_TYPES] == [s.service for s in api.journey(journey_id=journey).steps]
