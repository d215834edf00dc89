"""When a fact turns out different: running applications stop, decisions go to a person, money moves only by a person's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, IncomingStatus, Lineage, Phase
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.tests import factories as city
from gorod.engines.journeys.tests.factories import Family, birth, days, family, inbox
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import Every, OrderState
from gorod.engines.reexamination import api
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.renewals import api as renewals
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.facts.tests.factories import link, state
from gorod.records.registers import api as registers

pytestmark = pytest.mark.django_db
ACCOUNT = "40817810099910004312"


@pytest.fixture(autouse=True)
def _city() -> None:
    city.configure(listeners=(payments.on_case_change, api.on_case_change))
    payments.configure(every={"allowance": Every.ONCE}, treasury="treasury")


def corrected(person: UUID, fact: str, value: object, *, by: UUID | None = None) -> None:
    """A register says otherwise; everything derived is looked at."""
    state(person, fact, value, by=by)  # type: ignore[arg-type]
    changed(person)


def died(person: UUID, *, by: UUID | None = None) -> None:
    state(person, "deceased", True, since=clock.today(), by=by)
    changed(person)


def changed(*people: UUID) -> None:
    api.people_changed(people=people, cause="a correction")
    run_jobs()


def approved(home: Family, service: str = "allowance", *, on_paper: bool = False) -> tuple[UUID, Case]:
    """A birth whose application for a service was approved by its agency; `on_paper`: no rule was asked."""
    journey = birth(home)
    if on_paper:
        case = cases.submit(
            service=service,
            subject_id=home.child,
            applicant_id=home.mother,
            key=str(new_id()),
            by="agency",
            amount=3000,
        )
    else:
        case = city.accepted(journey, service, home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    return journey, cases.case(case_id=case.case_id)


def now(case: Case) -> Case:
    return cases.case(case_id=case.case_id)


def happened(case: Case) -> list[str]:
    return [entry.what for entry in cases.history(case_id=case.case_id)]


def refuse(case: Case) -> None:
    cases.decide(case_id=case.case_id, approved=False, by="officer", reasons=("too_late",))
    run_jobs()


def test_the_job_runs_if_and_only_if_the_change_is_committed() -> None:
    assert run_jobs() == 0
    api.people_changed(people=[], cause="nothing")
    assert run_jobs() == 0
    api.people_changed(people=[new_id()], cause="somebody nobody knows")
    assert run_jobs() == 1


def test_a_corrected_income_reopens_the_decision_and_the_decision_stands() -> None:
    home = family()
    journey, case = approved(home)
    corrected(home.father, "income", 10**9)
    assert (now(case).status, now(case).decision_id) == ("reopened", case.decision_id)
    assert cases.history(case_id=case.case_id)[-1].detail["reason"].endswith("due 3000 → not_due (poor)")
    assert ("case_reopened", "allowance") in inbox(home.mother)
    assert city.states(journey)["allowance"] == "under_way"
    assert [c.case_id for c in cases.under_review()] == [case.case_id]


def test_the_same_answer_is_asked_once() -> None:
    home = family()
    _, case = approved(home)
    corrected(home.father, "income", 10**9)
    for income in (10**9 + 1, 10**9 + 2):
        corrected(home.father, "income", income)
    assert happened(case).count("reopened") == 1
    assert "review" not in happened(case)
    assert inbox(home.mother).count(("case_reopened", "allowance")) == 1


def test_a_person_who_keeps_the_decision_is_not_asked_about_that_answer_again() -> None:
    home = family()
    journey, case = approved(home)
    corrected(home.father, "income", 10**9)
    cases.keep_decision(case_id=case.case_id, by="officer", reason="the income was of another year")
    run_jobs()
    changed(home.father, home.mother, home.child)
    assert (now(case).phase, happened(case).count("reopened")) == (Phase.APPROVED, 1)
    assert city.states(journey)["allowance"] == "done"
    corrected(home.father, "income", None)
    assert (now(case).status, happened(case).count("reopened")) == ("reopened", 2)


def test_a_person_who_refuses_is_not_asked_again_until_it_would_be_due() -> None:
    home = family()
    _, case = approved(home)
    wrong = new_id()
    corrected(home.father, "income", 10**9, by=wrong)
    refuse(case)
    changed(home.father)
    assert (now(case).phase, happened(case).count("reopened")) == (Phase.REFUSED, 1)
    corrected(home.mother, "income", None)
    assert now(case).phase is Phase.REFUSED, "still not due: nothing to ask"
    state(home.mother, "income", 100)
    registers.retract(event_id=wrong)
    changed(home.father, home.mother)
    assert (now(case).status, happened(case).count("reopened")) == ("reopened", 2)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    assert (now(case).phase, happened(case).count("reopened")) == (Phase.APPROVED, 2)


def test_a_refusal_for_other_reasons_is_not_asked_again_with_every_correction() -> None:
    home = family()
    case = city.accepted(birth(home), "allowance", home.mother)
    refuse(case)
    corrected(home.father, "income", 10**9)
    corrected(home.father, "income", 50)
    city.older_child(home)
    changed(home.mother)
    assert (now(case).phase, happened(case).count("reopened")) == (Phase.REFUSED, 0)


def test_the_review_ends_when_the_facts_are_again_as_they_were() -> None:
    home = family()
    journey, case = approved(home)
    wrong = new_id()
    for _ in range(2):
        corrected(home.father, "income", 10**9, by=wrong)
        assert now(case).status == "reopened"
        registers.retract(event_id=wrong)
        changed(home.father)
        assert (now(case).phase, now(case).decision_id) == (Phase.APPROVED, case.decision_id)
        wrong = new_id()
    assert happened(case)[-4:] == ["reopened", "kept", "reopened", "kept"]
    assert city.states(journey)["allowance"] == "done"


def test_a_review_that_a_person_asked_for_is_not_ended_by_the_platform() -> None:
    home = family()
    _, case = approved(home)
    wrong = new_id()
    cases.reopen(case_id=case.case_id, by="officer of appeals", reason="an appeal")
    corrected(home.father, "income", 10**9, by=wrong)
    registers.retract(event_id=wrong)
    changed(home.father)
    assert now(case).status == "reopened"


def test_a_larger_amount_is_a_question_too() -> None:
    home = family()
    _, case = approved(home)
    city.older_child(home)
    changed(home.mother)
    assert cases.history(case_id=case.case_id)[-1].detail["reason"].endswith("due 3000 → due 4000")
    cases.decide(case_id=case.case_id, approved=True, by="officer", amount=4000)
    run_jobs()
    assert happened(case).count("reopened") == 1


def test_what_happens_after_the_application_is_no_correction() -> None:
    """The family becomes rich and grows a month later: the sum granted for the day of the application stands."""
    home = family()
    _, case = approved(home)
    with clock.moved_by(days(31)):
        state(home.father, "income", 10**9, since=clock.today())
        changed(home.father)
        assert now(case).phase is Phase.APPROVED


def test_a_correction_of_the_time_before_the_application_is_found_though_the_answer_is_older() -> None:
    """The journey asked on the first day, the person applied on the fortieth; the income had risen on the thirtieth."""
    home = family()
    journey = birth(home)
    with clock.moved_by(days(40)):
        case = city.accepted(journey, "allowance", home.mother)
        assert dues.assessment(assessment_id=case.lineage.assessment_id or new_id()).as_of < clock.today()
        cases.decide(case_id=case.case_id, approved=True, by="officer")
        run_jobs()
        state(home.father, "income", 10**9, since=clock.today() - days(10))
        changed(home.father)
        assert now(case).status == "reopened"


def test_a_decisions_own_fact_does_not_speak_against_it() -> None:
    rules = [source for source in city.RULES if source.service != "gift"]
    gift = replace(
        next(source for source in city.RULES if source.service == "gift"), conditions={"new": "not gift_given"}
    )
    city.configure(sources=(*rules, gift), listeners=(api.on_case_change,))
    home = family()
    _, case = approved(home, "gift")
    changed(home.child)
    assert now(case).phase is Phase.APPROVED


def test_nothing_paid_is_taken_without_a_person_who_hears_the_family_first() -> None:
    home = family()
    payments.confirm_account(party_id=home.mother, account=ACCOUNT)
    _, case = approved(home)
    (order,) = payments.orders_of(cases=[case.case_id])
    payments.apply_status(order_id=order.order_id, attempt=order.attempt, state=OrderState.PAID, sender="treasury")
    corrected(home.father, "income", 10**9)
    assert payments.recoveries_of(party_id=home.mother) == []
    refuse(case)
    (recovery,) = payments.recoveries_of(party_id=home.mother)
    assert (recovery.amount, recovery.state) == (3000, "hearing")
    assert payments.orders_of(cases=[case.case_id])[0].state is OrderState.PAID


def test_what_was_owed_is_made_good() -> None:
    home = family()
    payments.confirm_account(party_id=home.mother, account=ACCOUNT)
    _, case = approved(home)
    (order,) = payments.orders_of(cases=[case.case_id])
    payments.apply_status(order_id=order.order_id, attempt=order.attempt, state=OrderState.PAID, sender="treasury")
    city.older_child(home)
    changed(home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer", amount=4000)
    assert [o.amount for o in payments.orders_of(cases=[case.case_id])] == [3000, 1000]
    assert payments.recoveries_of(party_id=home.mother) == []


@pytest.mark.parametrize("on_paper", [False, True])
@pytest.mark.parametrize("who", ["mother", "child"])
def test_a_death_sends_what_is_paid_on_and_on_to_a_person(who: str, on_paper: bool) -> None:
    payments.configure(every={"allowance": Every.MONTH}, treasury="treasury")
    home, death = family(), new_id()
    _, case = approved(home, on_paper=on_paper)
    died(getattr(home, who), by=death)
    assert (now(case).status, now(case).decision_id) == ("reopened", case.decision_id), (
        "it stands until a person decides"
    )
    changed(home.mother, home.child)
    assert happened(case).count("reopened") == 1
    registers.retract(event_id=death)
    changed(home.mother, home.child)
    assert (now(case).phase, now(case).decision_id) == (Phase.APPROVED, case.decision_id), "it was nobody's death"


def test_what_ended_with_the_mother_is_offered_to_the_father() -> None:
    payments.configure(every={"allowance": Every.MONTH}, treasury="treasury")
    """The person lets the right end with the death: nothing paid before it is asked back, nobody is asked again."""
    home = family()
    payments.confirm_account(party_id=home.mother, account=ACCOUNT)
    journey, case = approved(home)
    with clock.moved_by(days(70)):
        for _ in range(2):
            payments.order_month(service="allowance", decision=cases.decisions_of(party_id=home.child)[0])
        died(home.mother)
        assert now(case).status == "reopened"
        cases.decide(case_id=case.case_id, approved=True, by="officer", valid_to=clock.today())
        run_jobs()
        changed(home.mother, home.child)
        step = city.steps(journey)["allowance"]
        assert (step.state, step.applicant_id, step.case_id) == ("offered", home.father, None)
        assert (now(case).phase, happened(case).count("reopened")) == (Phase.APPROVED, 1)
        assert [len(payments.orders_of(cases=[case.case_id])), payments.recoveries_of(party_id=home.mother)] == [
            3 + 3,
            [],
        ]


def test_a_refusal_on_paper_for_a_death_that_was_none_is_looked_at_again() -> None:
    payments.configure(every={"allowance": Every.MONTH}, treasury="treasury")
    home, death = family(), new_id()
    _, case = approved(home, on_paper=True)
    died(home.mother, by=death)
    refuse(case)
    registers.retract(event_id=death)
    changed(home.mother)
    assert now(case).status == "reopened"


def test_a_sender_whose_clock_is_ahead_is_asked_once() -> None:
    """What becomes known while the case is open is asked about once, though the decision is dated after the question."""
    home = family()
    journey = birth(home)
    case = city.accepted(journey, "allowance", home.mother)
    city.older_child(home)
    at = clock.now() + timedelta(minutes=2)
    cases.apply_status(
        status=IncomingStatus(key="k", number=case.number, status="approved", at=at, sender="agency", amount=3000)
    )
    run_jobs()
    changed(home.mother)
    assert happened(case).count("reopened") == 1


def test_a_death_after_the_right_has_ended_reopens_nothing_and_neither_does_one_that_was_paid_once() -> None:
    home, other = family(), family()
    _, once = approved(other)
    payments.configure(every={"allowance": Every.MONTH}, treasury="treasury")
    _, monthly = approved(home)
    with clock.moved_by(days(400)):
        state(home.mother, "deceased", True, since=clock.today() - days(5))
        changed(home.mother)
    payments.configure(every={"allowance": Every.ONCE}, treasury="treasury")
    corrected(other.mother, "deceased", True)
    assert [now(case).phase for case in (once, monthly)] == [Phase.APPROVED, Phase.APPROVED]


def test_a_retracted_event_reopens_what_its_rule_alone_would_let_stand() -> None:
    """The rule asks only where the mother lives, and she still lives there. But there was no birth."""
    home, event = family(), new_id()
    state(home.child, "recorded", True)
    journey = journeys.start(life_event_name="birth", about_id=home.child, event_id=event)
    journeys.advance(journey_id=journey)
    case = city.accepted(journey, "gift", home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    journeys.retract(event_id=event)
    changed(home.child)
    assert now(case).status == "reopened"
    assert "the event was retracted" in cases.history(case_id=case.case_id)[-1].detail["reason"]
    changed(home.child, home.mother)
    cases.keep_decision(case_id=case.case_id, by="officer", reason="the gift is used")
    run_jobs()
    changed(home.child)
    assert (now(case).phase, happened(case).count("reopened")) == (Phase.APPROVED, 1), "asked once"


def test_the_event_sent_again_ends_the_review() -> None:
    home, event = family(), new_id()
    state(home.child, "recorded", True)
    journey = journeys.start(life_event_name="birth", about_id=home.child, event_id=event)
    journeys.advance(journey_id=journey)
    case = city.accepted(journey, "gift", home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    journeys.retract(event_id=event)
    changed(home.child)
    journeys.start(life_event_name="birth", about_id=home.child, event_id=new_id())
    changed(home.child)
    assert (now(case).phase, city.states(journey)["gift"]) == (Phase.APPROVED, "done")


def test_a_decision_whose_needed_result_is_gone_goes_to_a_person() -> None:
    home, record = family(), new_id()
    journey = birth(home, recorded=False)
    corrected(home.child, "recorded", True, by=record)
    case = city.accepted(journey, "gift", home.mother)
    cases.decide(case_id=case.case_id, approved=True, by="officer")
    run_jobs()
    registers.retract(event_id=record)
    changed(home.child)
    assert now(case).status == "reopened"
    corrected(home.child, "recorded", True)
    assert now(case).phase is Phase.APPROVED


def test_one_decision_taken_back_reaches_the_decisions_that_rest_on_it() -> None:
    home = family()
    sibling = city.older_child(home)
    city.allow_automatic(home.mother)
    journey, parking = approved(home, "parking")
    large = city.case_of(journey, "large")
    link(home.mother, "children", sibling, present=False)
    changed(home.mother)
    assert (now(large).status, now(parking).phase) == ("reopened", Phase.APPROVED)
    refuse(large)
    assert now(parking).status == "reopened", "a person decides it too"


def apply_elsewhere(home: Family, key: str = "counter") -> Case:
    (assessed,) = dues.assess(people=[home.child], services=["allowance"], purpose="a test")
    return cases.submit(
        service="allowance",
        subject_id=home.child,
        applicant_id=home.mother,
        key=key,
        by="service centre",
        amount=assessed.amount,
        lineage=Lineage(assessment_id=assessed.assessment_id, rule_version=assessed.rule_version),
    )


def test_an_application_outside_a_life_event_stops_too_and_the_applicant_is_told_why() -> None:
    home = family()
    case = apply_elsewhere(home)
    corrected(home.father, "income", 10**9)
    changed(home.father)
    assert now(case).phase is Phase.STOPPED
    assert inbox(home.mother).count(("stopped", "allowance")) == 1
    assert cases.history(case_id=case.case_id)[-1].detail == {"reason": "no longer due: poor"}


def test_the_renewal_of_a_right_stands_on_the_event_that_the_right_came_from() -> None:
    """The old right was reopened with its event; a renewal that runs is stopped, one that was granted is reopened."""
    for granted in (False, True):
        home, event = family(), new_id()
        state(home.child, "recorded", True)
        journey = journeys.start(life_event_name="birth", about_id=home.child, event_id=event)
        journeys.advance(journey_id=journey)
        case = city.accepted(journey, "allowance", home.mother)
        cases.decide(case_id=case.case_id, approved=True, by="officer")
        with clock.moved_by(days(355)):
            assert renewals.run_day() == 1
            (renewal,) = [c for c in cases.cases_of(subjects=[home.child]) if c.phase is Phase.OPEN]
            if granted:
                cases.decide(case_id=renewal.case_id, approved=True, by="officer")
            run_jobs()
            journeys.retract(event_id=event)
            changed(home.child)
            assert now(case).status == "reopened"
            assert now(renewal).status == ("reopened" if granted else "stopped")


def test_an_application_that_only_became_unknown_goes_on() -> None:
    home = family()
    case = apply_elsewhere(home)
    corrected(home.father, "income", None)
    assert now(case).phase is Phase.OPEN


def test_the_agency_decides_on_paper_and_nothing_is_compared() -> None:
    home = family()
    paper = cases.submit(service="gift", subject_id=home.child, applicant_id=home.mother, key="paper", by="officer")
    cases.decide(case_id=paper.case_id, approved=True, by="officer")
    corrected(home.mother, "registered", False)
    assert now(paper).phase is Phase.APPROVED


def test_a_service_that_left_the_city_holds_up_nobody() -> None:
    home = family()
    journey, case = approved(home)
    event = replace(city.BIRTH, steps={s: d for s, d in city.BIRTH.steps.items() if s != "allowance"})
    city.configure(
        event=event,
        sources=tuple(source for source in city.RULES if source.service != "allowance"),
        types=tuple(kind for kind in city.CASE_TYPES if kind.service != "allowance"),
        listeners=(api.on_case_change,),
    )
    corrected(home.mother, "registered", False)
    corrected(home.father, "registered", False)
    assert (city.states(journey)["gift"], city.states(journey)["allowance"]) == ("not_due", "stopped")
    assert now(case).phase is Phase.APPROVED


def test_a_new_text_of_a_rule_is_no_correction_of_old_facts() -> None:
    """The law changes: what was granted and what was applied for before stays; a corrected fact is still found."""
    home, other = family(), family()
    journey, case = approved(home)
    running = city.accepted(birth(other), "allowance", other.mother)
    stricter = tuple(
        replace(source, conditions={**source.conditions, "poor": "household_income < 250"})
        if source.service == "allowance"
        else source
        for source in city.RULES
    )
    city.configure(sources=stricter, listeners=(api.on_case_change,))
    changed(home.mother, other.mother)
    assert (now(case).phase, now(running).phase) == (Phase.APPROVED, Phase.OPEN)
    state(home.father, "income", 60)
    corrected(home.mother, "registered", True)
    assert now(case).phase is Phase.APPROVED
    corrected(home.father, "income", 10**9)
    assert now(case).status == "reopened"
    assert city.states(journey)["allowance"] == "under_way"


def test_everybody_whose_answer_rests_on_a_person_is_found() -> None:
    """The father of one child has another family: his income counts in both."""
    first, second = family(), family()
    link(second.child, "father", first.father)
    decided = [approved(home)[1] for home in (first, second)]
    corrected(first.father, "income", 10**9)
    assert [now(case).status for case in decided] == ["reopened", "reopened"]


def test_looking_again_and_again_changes_nothing() -> None:
    home = family()
    _, case = approved(home)
    corrected(home.father, "income", 10**9)
    before = (now(case), happened(case), inbox(home.mother), journeys.journeys_of(party_id=home.child))
    for _ in range(3):
        api.look(people=[home.child, home.mother, home.father], cause="again")
    assert run_jobs() == 0
    after = (now(case), happened(case), inbox(home.mother), journeys.journeys_of(party_id=home.child))
    assert after == before
