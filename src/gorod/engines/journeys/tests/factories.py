"""A small city: one life event, nine services, and families who live through it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Case, CaseType, Result
from gorod.engines.cases.tests import factories as of_cases
from gorod.engines.dues import api as dues
from gorod.engines.journeys import api
from gorod.engines.journeys.data import LifeEvent, Mode, Step, StepDefinition
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Message, Texts
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Amount, DatedFigure, DatedValue, RuleSource
from gorod.kernel import clock
from gorod.kernel.expressions.data import Type
from gorod.kernel.identifiers import new_id
from gorod.records.consents import api as consents
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import VOCABULARY as SMALL
from gorod.records.facts.tests.factories import link, state, stated
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

_RESULTS = (
    stated("recorded", Type.BOOLEAN, absent=False),
    stated("gift_given", Type.BOOLEAN, absent=False),
    stated("allowance_granted", Type.BOOLEAN, absent=False),
    stated("number_issued", Type.BOOLEAN, absent=False),
    stated("clinic", Type.CODE, absent="none"),
    stated("large_family", Type.BOOLEAN, absent=False),
    stated("parking_granted", Type.BOOLEAN, absent=False),
    stated("told", Type.BOOLEAN, absent=False),
    stated("deceased", Type.BOOLEAN, absent=False),
)
VOCABULARY = Vocabulary(
    facts={**SMALL.facts, **{fact.name: fact for fact in _RESULTS}},
    relations=SMALL.relations,
    stopped_by="deceased",
)
_PARENTS = ("mother", "father")
MINIMUM = 1000


def step(service: str, mode: Mode = Mode.OFFERED, *needs: str, **more: Any) -> StepDefinition:
    values: dict[str, Any] = {"subject": "child", "applicants": _PARENTS, **more}
    return StepDefinition(service=service, needs=needs, mode=mode, **values)


_STEPS = (
    step("record"),
    step("gift", Mode.OFFERED, "record", expires_months=2, expires_after="birth_date"),
    step("allowance", Mode.OFFERED, "record"),
    step("number", Mode.AUTOMATIC, "record"),
    step("clinic", Mode.OFFERED, "record"),
    step("note", Mode.INFORMED, "record"),
    step("large", Mode.AUTOMATIC, "record", subject="mother"),
    step("parking", Mode.OFFERED, "large", subject="mother"),
)
BIRTH = LifeEvent(
    name="birth",
    about="child",
    roles={"mother": "mother", "father": "father"},
    steps={s.service: s for s in _STEPS},
)

RULES = (
    RuleSource(service="record", conditions={}),
    RuleSource(service="gift", conditions={"here": "mother_registered or father_registered"}),
    RuleSource(
        service="allowance",
        conditions={"young": "age_months < 24", "poor": "household_income < household_size * minimum"},
        amount=Amount(sql="household_size * minimum"),
    ),
    RuleSource(service="number", conditions={}),
    RuleSource(service="clinic", conditions={}),
    RuleSource(service="note", conditions={}),
    RuleSource(service="large", conditions={"children": "children_count >= 2"}),
    RuleSource(service="parking", conditions={"large": "large_family"}),
)


def minimum(*figures: DatedFigure) -> DatedValue:
    known = figures or (DatedFigure(since=date(2000, 1, 1), figure=MINIMUM),)
    return DatedValue(name="minimum", type=Type.INT, low=0, high=10**6, figures=known)


def _result(fact: str, value: bool | None = True) -> tuple[Result, ...]:
    return (Result(fact=fact, value=value),)


CASE_TYPES = (
    of_cases.case_type("record", results=_result("recorded")),
    of_cases.case_type("gift", results=_result("gift_given")),
    of_cases.case_type("allowance", results=_result("allowance_granted"), right_months=12, renewal="automatic"),
    of_cases.case_type("number", results=_result("number_issued")),
    of_cases.case_type("clinic", results=_result("clinic", None)),
    of_cases.case_type("note", results=_result("told")),
    of_cases.case_type("large", results=_result("large_family"), decides_by="automatic"),
    of_cases.case_type("parking", results=_result("parking_granted"), right_months=12, renewal="offered"),
)


def configure(
    *,
    event: LifeEvent = BIRTH,
    figures: DatedValue | None = None,
    listeners: Any = (),
    types: tuple[CaseType, ...] = CASE_TYPES,
    sources: tuple[RuleSource, ...] = RULES,
) -> None:
    """Give this process the small city."""
    value = figures or minimum()
    facts.configure(vocabulary=VOCABULARY)
    dues.configure(rule_set=rules.compile_rules(sources=sources, facts=facts.names(), values={"minimum": value}))
    messages.configure(texts=Texts())
    of_cases.configure(*types, listeners=listeners)
    api.configure(life_events={event.name: event})


def with_steps(*more: StepDefinition) -> LifeEvent:
    return replace(BIRTH, steps={**BIRTH.steps, **{s.service: s for s in more}})


@dataclass(frozen=True)
class Family:
    """A newborn and the parents: registered in the city, poor, everything known."""

    child: UUID
    mother: UUID
    father: UUID


def family(*, incomes: tuple[int | None, int | None] = (100, 100), born: date | None = None) -> Family:
    """A family of three. An income of None is one that no register knows."""
    born = born or clock.today()
    child, mother, father = parties.create(), _adult("Anna"), _adult("Ivan")
    state(child, "birth_date", born, since=born)
    state(child, "income", 0, since=born)
    for parent, relation, income in ((mother, "mother", incomes[0]), (father, "father", incomes[1])):
        link(child, relation, parent)
        link(parent, "children", child)
        if income is not None:
            state(parent, "income", income)
    return Family(child=child, mother=mother, father=father)


def _adult(name: str) -> UUID:
    party_id = parties.create(names=Names(given_name=name))
    state(party_id, "birth_date", date(1995, 1, 1))
    state(party_id, "registered", True)
    return party_id


def older_child(of: Family) -> UUID:
    """A sibling of the newborn."""
    sibling = parties.create()
    state(sibling, "birth_date", date(2020, 1, 1))
    state(sibling, "income", 0)
    for parent, relation in ((of.mother, "mother"), (of.father, "father")):
        link(sibling, relation, parent)
        link(parent, "children", sibling)
    return sibling


def birth(of: Family, *, recorded: bool = True) -> UUID:
    """The journey of a birth, brought up to date; `recorded`: the register already holds what the other steps need."""
    if recorded:
        state(of.child, "recorded", True)
    journey_id = api.start(life_event_name="birth", about_id=of.child, event_id=new_id())
    api.advance(journey_id=journey_id)
    return journey_id


def allow_automatic(party_id: UUID) -> None:
    consents.say(party_id=party_id, scope="automatic:birth", allowed=True, by="test")


def steps(journey_id: UUID) -> dict[str, Step]:
    return {s.service: s for s in api.journey(journey_id=journey_id).steps}


def states(journey_id: UUID) -> dict[str, str]:
    return {service: str(s.state) for service, s in steps(journey_id).items()}


def advanced(journey_id: UUID) -> dict[str, str]:
    """The states after the journey was brought up to date."""
    api.advance(journey_id=journey_id)
    return states(journey_id)


def case_of(journey_id: UUID, service: str) -> Case:
    case_id = steps(journey_id)[service].case_id
    assert case_id is not None, f"{service} has no case"
    return cases.case(case_id=case_id)


def accepted(journey_id: UUID, service: str, by: UUID) -> Case:
    """The case of an offer that a parent accepts."""
    api.accept(step_id=steps(journey_id)[service].step_id, by=by)
    return case_of(journey_id, service)


def inbox(party_id: UUID) -> list[tuple[str, str]]:
    """(kind, service) of the messages, oldest first."""
    return [(message.kind, message.subject.split(":")[0]) for message in messages.inbox(party_id=party_id)]


def letters(party_id: UUID) -> list[Message]:
    return messages.inbox(party_id=party_id)


def days(number: int) -> timedelta:
    return timedelta(days=number)
