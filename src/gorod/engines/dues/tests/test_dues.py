"""Answers are kept with all they came from, and a new one only when it or its grounds are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from gorod.engines.dues import api
from gorod.engines.dues.tests.factories import SOURCES, TODAY, ask, city, compiled
from gorod.engines.rules.data import RuleSource, Verdict
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.facts.tests.factories import link, state
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.registers.data import Origin, Statement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> Iterator[None]:
    with city():
        yield


class Family:
    """A child and both parents with an income of 100 each."""

    def __init__(self) -> None:
        self.child, self.mother, self.father = (parties.create() for _ in range(3))
        self.rows = [
            state(self.child, "birth_date", date(2026, 5, 1)),
            state(self.child, "income", 0),
        ]
        for kind, parent in (("mother", self.mother), ("father", self.father)):
            link(self.child, kind, parent)
            link(parent, "children", self.child)
            self.rows += [state(parent, "birth_date", date(1995, 1, 1)), state(parent, "income", 100)]
            state(parent, "registered", False)


@pytest.fixture
def family() -> Family:
    return Family()


def test_an_answer_is_kept_with_everything_it_came_from(family: Family) -> None:
    answer = ask(family.child, "allowance")
    assert (answer.verdict, answer.amount, answer.failing, answer.missing) == (Verdict.DUE, 600, (), ())
    assert answer.values == ("minimum@2026-01-01=200",)
    assert answer.rule_version == api.rule_set().version_of("allowance")
    assert answer.as_of == TODAY
    assert set(answer.people) == {family.child, family.mother, family.father}
    assert set(family.rows) <= set(answer.statement_ids)
    links = registers.relations_frame(
        parties=[family.child, family.mother, family.father],
        kinds=["mother", "father", "children"],
        many=["children"],
        as_of=TODAY,
        known_at=answer.known_at,
    )
    assert {UUID(row) for row in links["relation"]} == set(answer.statement_ids) - set(family.rows)
    assert api.assessment(assessment_id=answer.assessment_id) == answer


def test_an_open_answer_keeps_what_is_missing_and_of_whom(family: Family) -> None:
    state(family.father, "income", None)
    answer = ask(family.child, "allowance")
    assert (answer.verdict, answer.amount) == (Verdict.UNKNOWN, None)
    assert [(m.party_id, m.name, m.may_ask) for m in answer.missing] == [(family.father, "income", True)]
    assert api.assessment(assessment_id=answer.assessment_id) == answer


def test_a_late_figure_is_kept_as_such(family: Family) -> None:
    answer = ask(family.child, "allowance", as_of=date(2027, 2, 1))
    assert (answer.verdict, answer.late, answer.values) == (Verdict.WAITING, ("minimum",), ("minimum@None=None",))


def test_the_same_question_again_is_the_same_answer(family: Family) -> None:
    first = ask(family.child, "allowance")
    assert ask(family.child, "allowance") == first
    state(family.child, "status", "ii")
    state(family.mother, "registered", True)
    assert ask(family.child, "allowance") == first, "it does not rest on these facts"
    assert ask(family.child, "allowance", as_of=date(2026, 6, 30)) == first, "the day alone is no other answer"


def test_an_answer_about_a_later_day_is_none_for_today(family: Family) -> None:
    """A renewal asks ahead for the day on which the right ends."""
    ahead = ask(family.child, "gift", as_of=date(2026, 9, 1))
    today = ask(family.child, "gift", as_of=TODAY)
    assert (today.as_of, today.assessment_id != ahead.assessment_id) == (TODAY, True)
    assert ask(family.child, "gift", as_of=TODAY) == today


def test_a_correction_that_changes_no_verdict_is_a_new_answer_all_the_same(family: Family) -> None:
    """What it came from is another row now: a review must find it."""
    first = ask(family.child, "allowance")
    row = state(family.mother, "income", 101)
    second = ask(family.child, "allowance")
    assert (second.verdict, second.amount) == (first.verdict, first.amount)
    assert second.assessment_id != first.assessment_id
    assert row in second.statement_ids
    assert api.assessment(assessment_id=first.assessment_id) == first


def test_another_figure_is_another_answer(family: Family) -> None:
    poor = RuleSource(service="poor", conditions={"income": "income < minimum"})
    api.configure(rule_set=compiled(poor=poor))
    first, second = (ask(family.child, "poor", as_of=date(year, 6, 15)) for year in (2025, 2026))
    assert (first.verdict, second.verdict) == (Verdict.DUE, Verdict.DUE)
    assert (first.values, second.values) == (("minimum@2025-01-01=100",), ("minimum@2026-01-01=200",))
    assert first.assessment_id != second.assessment_id


def test_another_rule_is_another_answer_of_its_service_alone(family: Family) -> None:
    first, allowance = ask(family.child, "gift"), ask(family.child, "allowance")
    stricter = replace(SOURCES["gift"], conditions={"registered": "mother_registered and father_registered"})
    api.configure(rule_set=compiled(gift=stricter))
    second = ask(family.child, "gift")
    assert (first.verdict, second.verdict) == (Verdict.NOT_DUE, Verdict.NOT_DUE)
    assert first.rule_version != second.rule_version
    assert first.assessment_id != second.assessment_id
    assert ask(family.child, "allowance").assessment_id == allowance.assessment_id


def test_there_and_back_again_is_a_third_answer(family: Family) -> None:
    """The newest counts; the first would say that nothing had happened in between."""
    event = new_id()
    first = ask(family.child, "allowance")
    state(family.mother, "income", 10**6, by=event)
    second = ask(family.child, "allowance")
    registers.retract(event_id=event)
    third = ask(family.child, "allowance")
    assert (first.verdict, second.verdict, third.verdict) == (Verdict.DUE, Verdict.NOT_DUE, Verdict.DUE)
    assert second.failing == ("income",)
    assert len({a.assessment_id for a in (first, second, third)}) == 3
    assert third.statement_ids == first.statement_ids


def test_the_same_two_dates_give_the_same_answer_for_ever(family: Family) -> None:
    known_at = clock.now()
    first = ask(family.child, "allowance", known_at=known_at)
    state(family.mother, "income", 10**6)
    link(family.child, "father", None)
    assert ask(family.child, "allowance").verdict is Verdict.NOT_DUE
    again = ask(family.child, "allowance", known_at=known_at)
    assert replace(again, assessment_id=first.assessment_id) == first


def test_a_what_if_is_not_kept(family: Family) -> None:
    answer = ask(family.child, "allowance", keep=False)
    assert answer.verdict is Verdict.DUE
    with pytest.raises(NotFound, match="no assessment"):
        api.assessment(assessment_id=answer.assessment_id)
    assert api.resting_on(people=[family.mother]) == frozenset()


def test_several_people_and_all_services_in_one_go(family: Family) -> None:
    other = Family()
    answers = api.assess(people=[family.child, other.child], purpose="a test", as_of=TODAY)
    assert {(a.party_id, a.service) for a in answers} == {
        (person, service) for person in (family.child, other.child) for service in SOURCES
    }
    assert (
        api.assess(people=[], purpose="a test") == api.assess(people=[other.child], services=[], purpose="a test") == []
    )


def test_only_the_facts_that_the_rules_name_are_read_and_everybody_concerned_sees_it(family: Family) -> None:
    reader = Reader(kind="agency", name="social_protection")
    ask(family.child, "gift", purpose="gift set", reader=reader)
    record = facts.access_log(party_id=family.father)[0]
    assert (record.names, record.purpose) == (("father_registered", "mother_registered"), "gift set")
    assert record.reader == reader
    with pytest.raises(Refused, match="purpose"):
        ask(family.child, "gift", purpose=" ")


def test_a_right_does_not_speak_against_itself(family: Family) -> None:
    """Whoever has the permit is no longer due one; a review of that decision leaves decisions made since then out."""
    once = RuleSource(service="permit", conditions={"first": "status = 'none'"})
    api.configure(rule_set=compiled(permit=once))
    before = ask(family.child, "permit")
    registers.record(
        statements=[Statement(party_id=family.child, fact="status", value="i", valid_from=date(2026, 1, 1))],
        origin=Origin(source="a case", owner="agency", decision_id=new_id()),
    )
    assert ask(family.child, "permit", keep=False).verdict is Verdict.NOT_DUE
    review = ask(family.child, "permit", keep=False, decisions_until=before.known_at)
    assert (before.verdict, review.verdict) == (Verdict.DUE, Verdict.DUE)


def test_who_is_looked_at_again_when_facts_of_somebody_change(family: Family) -> None:
    ask(family.child, "allowance")
    other = Family()
    ask(other.child, "permit")
    assert api.resting_on(people=[family.mother]) == {family.child}
    assert api.resting_on(people=[other.child, family.father]) == {family.child, other.child}
    assert api.resting_on(people=[other.mother]) == frozenset()
    assert api.resting_on(people=[]) == frozenset()


def test_whose_relation_is_taken_back_is_still_found(family: Family) -> None:
    """The earlier answer rested on the mother: what came of it must be found when she was the wrong one."""
    ask(family.child, "gift")
    link(family.child, "mother", None)
    ask(family.child, "gift")
    assert api.resting_on(people=[family.mother]) == {family.child}


def test_every_id_of_a_person_leads_to_the_answers(family: Family) -> None:
    """Answers given before and after two ids were found to be one person."""
    ask(family.child, "gift")
    twin_record = parties.create()
    parties.merge(party_id=twin_record, duplicate_id=family.mother, by="clerk", reason="the same passport photo")
    assert api.resting_on(people=[twin_record]) == {family.child}
    other = Family()
    duplicate = parties.create()
    parties.merge(party_id=other.mother, duplicate_id=duplicate, by="clerk", reason="the same passport photo")
    ask(other.child, "gift")
    assert api.resting_on(people=[duplicate]) == {other.child}


def test_an_unknown_service_is_refused(family: Family) -> None:
    with pytest.raises(NotFound, match="no service 'lottery'"):
        ask(family.child, "lottery")
