"""Put right what was wrong: whatever is taken back or corrected, at whatever moment, the family ends where a fresh look at the
facts that are left would put it; nothing is left behind, nothing is taken without a person, and the history is kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Phases
from hypothesis import strategies as st

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.engines.cases import api as cases
from gorod.engines.cases.data import FINAL, LIVE, Case, Decision, Phase
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api as journeys
from gorod.engines.journeys.data import JourneyState, Mode, Step, StepState
from gorod.engines.messages import api as messages
from gorod.engines.payments import api as payments
from gorod.engines.payments.data import MOVED, OrderState
from gorod.engines.reexamination import api as reexamination
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api as consents
from gorod.records.parties import api as parties
from gorod.records.registers.models import Dispute, Relation, Statement
from tests.journeys.factories import Household

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MOSCOW = Path(__file__).resolve().parents[2] / "cities" / "moscow"

ACTS: dict[str, Callable[[Household], None]] = {
    "notify": Household.notify,
    "register": Household.register,
    "retract the notice": lambda home: home.retract("notice"),
    "retract the registration": lambda home: home.retract("registration"),
    "correct an income": Household.correct_income,
    "retract an income": lambda home: home.retract("income"),
    "dispute": Household.dispute,
    "accept": Household.accept,
    "decline": Household.decline,
    "resume": Household.resume,
    "withdraw": Household.withdraw,
    "supply": Household.supply,
    "consent": Household.consent,
    "account": Household.account,
    "agency": Household.agency_acts,
    "treasury": Household.treasury_acts,
    "officer": Household.officer_looks,
}
LIFE = ["accept"] * 4 + ["agency"] * 4 + ["supply"] * 2 + ["treasury"] * 2 + ["officer", "officer"]
LIFE += ["decline", "resume", "withdraw", "consent", "account"]
REVERSALS = [
    "retract the notice",
    "retract the registration",
    "correct an income",
    "retract an income",
    "notify",
    "register",
    "dispute",
]
moments = st.lists(
    st.tuples(st.lists(st.sampled_from(LIFE), min_size=1, max_size=3), st.sampled_from(REVERSALS)),
    min_size=10,
    max_size=10,
)
# a life takes seconds, so a failure is not made smaller: the seed and the acts it prints live it again
SETTINGS = settings(
    deadline=None,
    max_examples=12,
    phases=(Phases.explicit, Phases.reuse, Phases.generate),
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.fixture(scope="module")
def moscow() -> City:
    return catalogue.load(folder=MOSCOW)


@pytest.fixture(autouse=True)
def _installed(moscow: City) -> None:
    catalogue.install(city=moscow)


# ── what must never be lost on the way


class Memory:
    """What there was, to be found again: histories only grow, and money that has left only the treasury brings back."""

    def __init__(self, home: Household) -> None:
        self._home = home
        self._rows: set[UUID] = set()
        self._cases: dict[UUID, list[Any]] = {}
        self._steps: dict[UUID, list[Any]] = {}
        self._letters: dict[UUID, list[Any]] = {}
        self._paid: set[UUID] = set()

    def look(self) -> None:
        home = self._home
        people = circle(home)
        rows = {
            row
            for table in (Statement, Relation)
            for row in table.objects.filter(party_id__in=people).values_list("id", flat=True)
        }
        assert self._rows <= rows, "a row of a register has gone"
        self._rows = rows
        self._cases = self._grown(self._cases, {c.case_id: cases.history(case_id=c.case_id) for c in home.cases()})
        self._steps = self._grown(self._steps, {j: journeys.history(journey_id=j) for j in home.journeys})
        letters = {person: [m.key for m in messages.inbox(party_id=person)] for person in home.parents}
        self._letters = self._grown(self._letters, letters)
        paid = {order.order_id for order in home.orders(OrderState.PAID)}
        assert self._paid <= paid, "money that was paid is not paid any more"
        self._paid = paid

    @staticmethod
    def _grown(before: dict[UUID, list[Any]], now: dict[UUID, list[Any]]) -> dict[UUID, list[Any]]:
        for key, entries in before.items():
            assert now[key][: len(entries)] == entries, "a history was rewritten"
        return now


def live(home: Household, acts: list[tuple[list[str], str]]) -> None:
    """Live through the acts; a worker takes waiting jobs now and then, in any order, and everything at the end."""
    memory = Memory(home)
    for life, reversal in acts:
        for act in (*life, reversal):
            ACTS[act](home)
            if home.chance.random() < 0.5:
                home.work()
        memory.look()
    home.work_everything()
    memory.look()


# ── a fresh family with the facts that are left


@contextmanager
def fresh_copy(people: list[UUID]) -> Iterator[dict[UUID, UUID]]:
    """The same people anew, with only what nobody took back; gone afterwards. Automatic applications are not allowed there:
    they would make cases, and what has a case is not compared."""
    with transaction.atomic():
        copies = {person: parties.create() for person in people}
        for table, others in ((Statement, ()), (Relation, ("other_id",))):
            rows = table.objects.filter(party_id__in=people, retracted_at=None).order_by("recorded_at", "id")
            for row in rows:
                row.id, row.party_id, row.decision_id, row.event_id = new_id(), copies[row.party_id], None, None
                for name in others:
                    other = getattr(row, name)
                    setattr(row, name, copies.get(other, other))
                row.save(force_insert=True)
        for dispute in Dispute.objects.filter(party_id__in=people, closed_at=None):
            dispute.id, dispute.party_id = new_id(), copies[dispute.party_id]
            dispute.save(force_insert=True)
        for person, copy in copies.items():
            for word in consents.history(party_id=person):
                if not word.scope.startswith("automatic"):
                    consents.say(party_id=copy, scope=word.scope, allowed=word.allowed, by="copy")
        yield copies
        transaction.set_rollback(True)


def circle(home: Household) -> list[UUID]:
    """The family, and everybody who is or was linked to one of them."""
    known = {*home.parents, *home.children}
    linked = Relation.objects.filter(party_id__in=known, other_id__isnull=False).values_list("other_id", flat=True)
    return sorted({*known, *linked})


def answers(person: UUID, names: dict[UUID, UUID]) -> dict[str, Any]:
    """What every service answers for a person; `names` puts one's own ids in place of a copy's."""
    assessed = dues.assess(people=[person], purpose="comparison", keep=False)
    return {a.service: (a.verdict, a.failing, a.amount, a.late, _missing(a, names)) for a in assessed}


def _missing(of: Any, names: dict[UUID, UUID]) -> list[tuple[UUID, str]]:
    return sorted((names.get(m.party_id, m.party_id), m.name) for m in of.missing)


def shown(step: Step, names: dict[UUID, UUID]) -> dict[str, Any]:
    return {
        "state": step.state,
        "failing": step.failing,
        "missing": _missing(step, names),
        "amount": step.amount,
        "until": step.offer_until,
        "subject": names.get(step.subject_id, step.subject_id),
    }


def said_no(step: Step) -> bool:
    return step.state is StepState.DECLINED and step.reason != "switched_off"


def compare(home: Household) -> None:
    """Dues and steps are those of a fresh family with the facts that are left."""
    with fresh_copy(circle(home)) as copies:
        back = {copy: person for person, copy in copies.items()}
        for person in (*home.parents, *home.children):
            assert answers(person, {}) == answers(copies[person], back)
        for journey_id in home.journeys:
            journey = journeys.journey(journey_id=journey_id)
            if journey.state is JourneyState.OPEN:
                about = copies[journey.about_id]
                fresh_id = journeys.start(life_event_name="birth", about_id=about, event_id=new_id())
                fresh = {step.service: step for step in journeys.advance(journey_id=fresh_id).steps}
                for step in journey.steps:
                    if step.case_id is not None:
                        carried(step, fresh)
                    elif not said_no(step):
                        assert shown(step, {}) == shown(fresh[step.service], back), step.service


def carried(step: Step, fresh: dict[str, Step]) -> None:
    """What was applied for runs only while it could be applied for; what was granted without that, a person has looked at."""
    assert step.case_id is not None
    case = cases.case(case_id=step.case_id)
    if case.phase in LIVE and case.decision_id is None:
        assert fresh[step.service].state is not StepState.LATER, f"{step.service} runs without what it needs"
    needs_hold = all(fresh[need].state is StepState.DONE for need in step.needs)
    if case.phase is Phase.APPROVED and not needs_hold:
        assert person_looked(case), f"{step.service}: nobody was asked"


# ── what must hold whatever happened


def person_looked(case: Case) -> bool:
    """Whether a person has kept or made the decision after the platform asked for it the last time."""
    asked = looked = False
    for entry in cases.history(case_id=case.case_id):
        if entry.what in ("reopened", "review"):
            asked, looked = True, False
        elif entry.what in ("kept", "decided"):
            looked = asked and entry.by != "platform"
    return looked


def nothing_left_behind(home: Household) -> None:
    for journey_id in home.journeys:
        journey = journeys.journey(journey_id=journey_id)
        for step in journey.steps:
            if journey.state is JourneyState.RETRACTED:
                assert step.state is StepState.STOPPED or said_no(step), step
            elif step.mode is Mode.AUTOMATIC and step.state is StepState.OFFERED:
                assert step.applicant_id is not None
                allowed = consents.words(party_id=step.applicant_id).get("automatic:birth", False)
                assert not allowed, f"{step.service} could have started without asking"
    gone = {
        journey.about_id
        for journey in (journeys.journey(journey_id=j) for j in home.journeys)
        if journey.state is JourneyState.RETRACTED
    }
    for case in home.cases():
        if case.phase in LIVE and case.decision_id is None:
            assert case.subject_id not in gone, f"{case.service} runs for a birth that never was"
        for decision in cases.decisions_of(party_id=case.subject_id):
            if decision.case_id == case.case_id and decision.approved and case.phase not in LIVE:
                stands(case, decision, case.subject_id in gone)


def stands(case: Case, decision: Decision, never_was: bool) -> None:
    """A standing approval rests on an answer that still holds, or a person has said that it stands all the same."""
    assert decision.lineage.assessment_id is not None
    before = dues.assessment(assessment_id=decision.lineage.assessment_id)
    (now,) = dues.assess(
        people=[case.subject_id],
        services=[case.service],
        purpose="comparison",
        as_of=clock.city_date(case.opened_at),
        decisions_until=before.known_at,
        keep=False,
    )
    same = (now.verdict, now.amount) == (before.verdict, before.amount)
    assert (same and not never_was) or person_looked(case), f"{case.service}: nobody was asked"


def nothing_taken(home: Household) -> None:
    """Whatever was paid without being granted is a question for a person, once and to the kopeck; nothing else was touched."""
    for case in home.cases():
        questions = [r for p in home.parents for r in payments.recoveries_of(party_id=p) if r.case_id == case.case_id]
        assert {question.state for question in questions} <= {"hearing", "dropped"}, "only a person decides a recovery"
        if case.phase not in FINAL:
            continue
        (decision,) = [d for d in cases.decisions_of(party_id=case.subject_id) if d.case_id == case.case_id]
        orders = payments.orders_of(cases=[case.case_id])
        for period in {order.period for order in orders}:
            moved = sum(o.amount for o in orders if o.period == period and o.state in MOVED)
            asked = sum(q.amount for q in questions if q.period == period and q.state == "hearing")
            assert asked == max(moved - (decision.amount or 0 if decision.approved else 0), 0), (case.service, period)


def one_child(home: Household, before: dict[UUID, object]) -> None:
    """However often a birth was taken back and sent again, it is one child of its mother."""
    births = {"notice", "registration"} & home.sent.keys()
    assert home.known(home.mother, "children_count") == before[home.mother] + bool(births)  # type: ignore[operator]
    standing = [j for j in home.journeys if journeys.journey(journey_id=j).state is JourneyState.OPEN]
    assert len(standing) == bool(births)


def children_counts(home: Household) -> dict[UUID, object]:
    return {person: home.known(person, "children_count") for person in home.parents}


@given(acts=moments, seed=st.integers(0, 2**32))
@SETTINGS
def test_ten_reversals_end_where_a_fresh_look_would(acts: list[tuple[list[str], str]], seed: int) -> None:
    home = Household(chance=random.Random(seed))
    before = children_counts(home)
    home.notify()
    home.work()
    home.register()
    live(home, acts)
    one_child(home, before)
    compare(home)
    nothing_left_behind(home)
    nothing_taken(home)


@given(acts=moments, seed=st.integers(0, 2**32))
@SETTINGS
def test_a_birth_wholly_taken_back_leaves_the_family_as_before(acts: list[tuple[list[str], str]], seed: int) -> None:
    home = Household(chance=random.Random(seed))
    before = {person: answers(person, {}) for person in home.parents}
    children = children_counts(home)
    home.notify()
    home.register()
    live(home, acts)
    memory = Memory(home)
    memory.look()
    wrong = [*home.sent]
    home.chance.shuffle(wrong)
    for what in wrong:
        home.retract(what)
        if home.chance.random() < 0.5:
            home.work()
    for person in list(home.disputes):
        home.close_dispute(person)
    home.settle_by_refusal()
    memory.look()
    assert children_counts(home) == children
    assert {journeys.journey(journey_id=j).state for j in home.journeys} == {JourneyState.RETRACTED}
    nothing_left_behind(home)
    nothing_taken(home)
    compare(home)
    # what a parent said themselves was no mistake of the birth; and a person may have let a decision stand all the same
    kept = [d for person in home.parents for d in cases.decisions_of(party_id=person) if d.approved]
    if not home.supplied and not kept:
        assert {person: answers(person, {}) for person in home.parents} == before


@given(acts=moments, seed=st.integers(0, 2**32), days=st.integers(1, 70))
@settings(SETTINGS, max_examples=5)
def test_time_that_passes_between_does_not_change_it(acts: list[tuple[list[str], str]], seed: int, days: int) -> None:
    """Half of it happens weeks later: what was applied for is judged by the day it was applied for."""
    home = Household(chance=random.Random(seed))
    home.notify()
    home.register()
    live(home, acts[:5])
    with clock.moved_by(timedelta(days=days)):
        home.new_day()
        live(home, acts[5:])
        # ages and figures of another day are no change of facts: offers follow them when the family is looked at
        reexamination.people_changed(people=[*home.parents, *home.children], cause="a new day")
        home.work_everything()
        compare(home)
        nothing_left_behind(home)
        nothing_taken(home)
