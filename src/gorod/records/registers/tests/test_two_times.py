"""Rows are only ever added: what holds on a date, with what was recorded by an instant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gorod.kernel import clock
from gorod.kernel.errors import Conflict, NotFound
from gorod.kernel.identifiers import new_id
from gorod.records.registers import api
from gorod.records.registers.data import Statement
from gorod.records.registers.tests.factories import LONG_AGO, TODAY, holds, link, origin, related, state

pytestmark = pytest.mark.django_db


def test_a_correction_is_a_later_row_and_the_earlier_one_stays() -> None:
    person = new_id()
    state(person, 100)
    before = clock.now()
    state(person, 300)
    assert (holds(person), holds(person, known_at=before)) == (300, 100)
    assert [row.number for row in api.statement_history(party_id=person, fact="income")] == [100, 300]


def test_a_correction_of_some_months_leaves_the_others() -> None:
    person = new_id()
    state(person, 100)
    state(person, 300, since=date(2026, 2, 1), until=date(2026, 4, 1))
    months = [date(2026, month, 1) for month in (1, 2, 3, 4)]
    assert [holds(person, as_of=day) for day in months] == [100, 300, 300, 100]


def test_a_retraction_brings_the_earlier_row_back() -> None:
    person, event = new_id(), new_id()
    state(person, 100)
    state(person, 300, event_id=event)
    during = clock.now()
    written = api.retract(event_id=event)
    assert (written.parties, len(written.statement_ids)) == ({person}, 1)
    assert (holds(person), holds(person, known_at=during)) == (100, 300)
    assert [row.retracted_at is None for row in api.statement_history(party_id=person, fact="income")] == [True, False]


def test_a_retraction_from_under_a_later_row_changes_nothing_that_holds() -> None:
    person, event = new_id(), new_id()
    state(person, 100, event_id=event)
    state(person, 300)
    api.retract(event_id=event)
    assert holds(person) == 300


def test_retracting_twice_takes_nothing_more_and_keeps_the_first_instant() -> None:
    person, event = new_id(), new_id()
    state(person, 100, event_id=event)
    api.retract(event_id=event)
    first = api.statement_history(party_id=person, fact="income")[0].retracted_at
    assert api.retract(event_id=event) == api.retract(event_id=new_id())
    assert api.statement_history(party_id=person, fact="income")[0].retracted_at == first


def test_a_retraction_names_one_cause() -> None:
    with pytest.raises(ValueError, match="either the event or the decision"):
        api.retract()
    with pytest.raises(ValueError, match="either the event or the decision"):
        api.retract(event_id=new_id(), decision_id=new_id())


def test_one_event_is_taken_back_whole_and_nothing_else_with_it() -> None:
    child, mother, event = new_id(), new_id(), new_id()
    state(child, 5, fact="weight", event_id=event)
    link(child, mother, event_id=event)
    link(mother, child, kind="children", event_id=event)
    state(child, 7, fact="height", event_id=new_id())
    written = api.retract(event_id=event)
    assert written.parties == {child, mother}
    assert (len(written.statement_ids), len(written.relation_ids)) == (1, 2)
    assert (holds(child, "weight"), holds(child, "height")) == ("silence", 7)
    assert (related(child), related(mother, "children")) == ([], [])


def test_a_decision_is_taken_back_like_an_event() -> None:
    person, decision = new_id(), new_id()
    state(person, True, fact="granted", decision_id=decision)
    assert holds(person, "granted") == 1
    api.retract(decision_id=decision)
    assert holds(person, "granted") == "silence"


def test_later_decisions_can_be_left_out_and_corrections_cannot() -> None:
    """A right must not speak against itself: its review sees corrected facts, not what was decided since."""
    person = new_id()
    state(person, False, fact="granted", event_id=new_id())
    then = clock.now()
    state(person, True, fact="granted", decision_id=new_id())
    state(person, 300, event_id=new_id())
    assert holds(person, "granted") == 1
    assert holds(person, "granted", decisions_until=then) == 0
    assert holds(person, decisions_until=then) == 300


def test_a_statement_without_value_says_that_nothing_is_known() -> None:
    person = new_id()
    assert holds(person) == "silence"
    state(person, 100)
    state(person, None, since=date(2026, 3, 1))
    assert (holds(person, as_of=date(2026, 2, 28)), holds(person)) == (100, None)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (True, 1),
        (False, 0),
        (-(2**63), -(2**63)),
        (date(1970, 1, 1), 0),
        (date(1969, 12, 31), -1),
        (date(2024, 2, 29), 19782),
        ("ii", "ii"),
    ],
)
def test_how_values_are_stored(value: bool | int | date | str, stored: int | str) -> None:
    person = new_id()
    state(person, value)
    assert holds(person) == stored


def test_a_notice_yields_to_the_register_whichever_comes_later() -> None:
    person, event = new_id(), new_id()
    state(person, 1, provisional=True)
    state(person, 2, event_id=event)
    state(person, 3, provisional=True)
    assert holds(person) == 2
    api.retract(event_id=event)
    assert holds(person) == 3


def test_a_notice_still_speaks_of_days_of_which_the_register_does_not() -> None:
    person = new_id()
    state(person, 1, provisional=True)
    state(person, 2, since=date(2026, 3, 1))
    assert (holds(person, as_of=date(2026, 2, 28)), holds(person)) == (1, 2)


def test_of_two_rows_of_one_message_the_later_one_holds() -> None:
    person = new_id()
    both = [Statement(party_id=person, fact="income", value=v, valid_from=LONG_AGO) for v in (1, 2)]
    api.record(statements=both, origin=origin())
    assert holds(person) == 2


def test_a_row_tells_everything_about_where_it_comes_from() -> None:
    person, event = new_id(), new_id()
    written = state(person, 100, until=date(2027, 1, 1), event_id=event, verified_on=TODAY, owner="tax_service")
    (row,) = api.statements(statement_ids=written.statement_ids).values()
    assert (row.party_id, row.fact, row.number, row.code) == (person, "income", 100, None)
    assert (row.source, row.owner, row.event_id, row.decision_id) == ("a test", "tax_service", event, None)
    assert (row.valid_from, row.valid_to, row.verified_on) == (LONG_AGO, date(2027, 1, 1), TODAY)


# Relations


def test_one_mother_and_a_correction_replaces_her() -> None:
    child, wrong, right = new_id(), new_id(), new_id()
    link(child, wrong)
    before = clock.now()
    link(child, right)
    assert (related(child), related(child, known_at=before)) == ([right], [wrong])


def test_known_to_have_none_is_not_the_same_as_unknown() -> None:
    child, father, event = new_id(), new_id(), new_id()
    assert related(child, "father") == []
    link(child, None, kind="father")
    assert related(child, "father") == [None]
    link(child, father, kind="father", event_id=event)
    assert related(child, "father") == [father]
    api.retract(event_id=event)
    assert related(child, "father") == [None]


def test_the_end_of_a_to_one_relation_makes_it_unknown() -> None:
    child, mother = new_id(), new_id()
    link(child, mother)
    link(child, mother, present=False, since=date(2026, 3, 1))
    assert (related(child, as_of=date(2026, 2, 28)), related(child)) == ([mother], [])


def test_children_are_several_and_one_ending_leaves_the_others() -> None:
    mother, older, younger, event = new_id(), new_id(), new_id(), new_id()
    link(mother, older, kind="children")
    link(mother, younger, kind="children")
    assert set(related(mother, "children")) == {older, younger}
    link(mother, older, kind="children", present=False, since=date(2026, 3, 1), event_id=event)
    assert related(mother, "children") == [younger]
    assert set(related(mother, "children", as_of=date(2026, 2, 28))) == {older, younger}
    api.retract(event_id=event)
    assert set(related(mother, "children")) == {older, younger}


def test_the_same_child_said_twice_is_one_child() -> None:
    mother, child = new_id(), new_id()
    link(mother, child, kind="children")
    link(mother, child, kind="children")
    assert related(mother, "children") == [child]


# Disputes


def test_a_disputed_fact_is_unknown_until_the_owner_answers_and_the_past_stays_as_it_was() -> None:
    person = new_id()
    state(person, 100)
    before = clock.now()
    dispute = api.open_dispute(party_id=person, fact="income", reason="I left that job", by="resident")
    during = clock.now()
    assert (holds(person), holds(person, "height")) == ("disputed", "silence")
    closed = api.close_dispute(dispute_id=dispute, outcome="rejected", answer="The employer confirmed it")
    assert (closed.party_id, closed.answer) == (person, "The employer confirmed it")
    assert holds(person) == 100
    assert (holds(person, known_at=before), holds(person, known_at=during)) == (100, "disputed")


def test_a_correction_does_not_end_a_dispute() -> None:
    person = new_id()
    state(person, 100)
    dispute = api.open_dispute(party_id=person, fact="income", reason="I left that job", by="resident")
    state(person, 0)
    assert holds(person) == "disputed"
    api.close_dispute(dispute_id=dispute, outcome="upheld", answer="Corrected")
    assert holds(person) == 0


def test_what_a_register_says_by_silence_can_be_disputed_too() -> None:
    """No row in a complete register means a value: the person who says it is wrong is heard like everybody."""
    person = new_id()
    dispute = api.open_dispute(party_id=person, fact="registered", reason="I am registered", by="resident")
    assert holds(person, "registered") == "disputed"
    api.close_dispute(dispute_id=dispute, outcome="rejected", answer="There is no entry")
    assert holds(person, "registered") == "silence"


def test_one_dispute_at_a_time_and_another_after_the_answer() -> None:
    person = new_id()
    state(person, 100)
    first = api.open_dispute(party_id=person, fact="income", reason="wrong", by="resident")
    with pytest.raises(Conflict, match="is open already"):
        api.open_dispute(party_id=person, fact="income", reason="still wrong", by="resident")
    api.close_dispute(dispute_id=first, outcome="rejected", answer="no")
    with pytest.raises(NotFound, match="no open dispute"):
        api.close_dispute(dispute_id=first, outcome="rejected", answer="no")
    api.open_dispute(party_id=person, fact="income", reason="wrong again", by="resident")
    assert holds(person) == "disputed"


def test_the_same_two_dates_give_the_same_answer_for_ever() -> None:
    person, event = new_id(), new_id()
    state(person, 100, event_id=event)
    then = clock.now()
    answers = [holds(person, as_of=day, known_at=then) for day in (LONG_AGO, TODAY)]
    with clock.moved_by(timedelta(days=400)):
        state(person, 200)
        api.retract(event_id=event)
        api.open_dispute(party_id=person, fact="income", reason="wrong", by="resident")
        assert holds(person) == "disputed"
        assert [holds(person, as_of=day, known_at=then) for day in (LONG_AGO, TODAY)] == answers
