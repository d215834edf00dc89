"""Verdicts, reasons, amounts and dated values over a frame of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.engines.rules import api
from gorod.engines.rules.data import Amount, DatedFigure, DatedValue, Outcome, RuleSource, Verdict
from gorod.kernel.expressions.data import ExpressionError, Name, Type
from gorod.kernel.money import percent_of, round_to

FACTS = {
    "registered": Name(name="registered", type=Type.BOOLEAN),
    "age": Name(name="age", type=Type.INT, low=0, high=200),
    "income": Name(name="income", type=Type.INT, low=0, high=10**12),
    "order": Name(name="order", type=Type.INT, low=1, high=30),
}
MINIMUM = DatedValue(
    name="minimum",
    type=Type.INT,
    low=0,
    high=10**8,
    figures=(
        DatedFigure(since=date(2024, 1, 1), until=date(2025, 1, 1), figure=100_00, law="act 1"),
        DatedFigure(since=date(2025, 1, 1), until=date(2026, 1, 1), figure=200_00, law="act 2"),
    ),
)
PERSON = UUID(int=1)


def rules(amount: Amount | None = None, **conditions: str) -> api.RuleSet:
    source = RuleSource(service="s", conditions=conditions, amount=amount)
    return api.compile_rules(sources=[source], facts=FACTS, values={"minimum": MINIMUM})


def answer(known: api.RuleSet, as_of: date = date(2024, 6, 1), **facts: bool | int | None) -> Outcome:
    row = {"party_id": str(PERSON), **dict.fromkeys(FACTS), **facts}
    return api.outcomes(rules=known, frame=frame([row]), as_of=as_of)[0]


def frame(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    types = {Type.BOOLEAN: pl.Boolean(), Type.INT: pl.Int64()}
    return pl.DataFrame(rows, schema={"party_id": pl.String(), **{n: types[name.type] for n, name in FACTS.items()}})


def test_due_when_every_condition_holds() -> None:
    outcome = answer(rules(here="registered", young="age < 36"), registered=True, age=30)
    assert outcome.verdict is Verdict.DUE


def test_all_failing_conditions_are_named() -> None:
    outcome = answer(rules(here="registered", young="age < 36", poor="income < 5"), registered=False, age=40)
    assert outcome.verdict is Verdict.NOT_DUE
    assert outcome.failing == ("here", "young")
    assert outcome.missing == ()


def test_unknown_asks_for_what_can_change_the_answer_and_nothing_else() -> None:
    outcome = answer(rules(here="registered", young="age < 30 or income < minimum"), registered=True, age=33)
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.missing == ("income",)


def test_the_figure_of_the_day_decides_and_is_named_with_its_law() -> None:
    known = rules(poor="income < minimum")
    assert answer(known, income=150_00).verdict is Verdict.NOT_DUE
    later = answer(known, date(2025, 3, 1), income=150_00)
    assert later.verdict is Verdict.DUE
    assert [(v.name, v.since, v.figure, v.law) for v in later.rule.values] == [
        ("minimum", date(2025, 1, 1), 200_00, "act 2")
    ]


def test_a_late_figure_holds_back_what_needs_it() -> None:
    known = rules(here="registered", poor="income < minimum")
    waiting = answer(known, date(2026, 3, 1), registered=True, income=1)
    assert waiting.verdict is Verdict.WAITING
    assert waiting.late == ("minimum",)
    assert answer(known, date(2026, 3, 1), registered=False, income=1).verdict is Verdict.NOT_DUE


def test_an_amount_waits_for_its_facts_and_is_not_paid_where_none_is_provided() -> None:
    known = rules(
        Amount(sql="case when order = 1 then 5 * minimum when order = 2 then 7 * minimum end"), here="registered"
    )
    assert answer(known, registered=True, order=2).amount == 700_00
    missing = answer(known, registered=True)
    assert (missing.verdict, missing.missing, missing.amount) == (Verdict.UNKNOWN, ("order",), None)
    third = answer(known, registered=True, order=3)
    assert (third.verdict, third.failing, third.amount) == (Verdict.NOT_DUE, ("amount",), None)
    assert answer(known, date(2026, 3, 1), registered=True, order=2).verdict is Verdict.WAITING


def test_nobody_is_asked_about_an_amount_while_a_condition_is_open() -> None:
    known = rules(Amount(sql="order * minimum"), poor="income < minimum")
    assert answer(known).missing == ("income",)


def test_an_amount_is_null_unless_due() -> None:
    assert answer(rules(Amount(sql="order * minimum"), here="registered"), registered=False, order=1).amount is None


@given(income=st.integers(0, 10**12), percent=st.integers(0, 200), unit=st.sampled_from([1, 100, 10_000]))
def test_percent_and_rounding_are_those_of_the_kernel(income: int, percent: int, unit: int) -> None:
    outcome = answer(rules(Amount(sql="income", percent=percent, round=unit)), income=income)
    assert outcome.amount == round_to(percent_of(income, percent), unit)


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "registered": st.none() | st.booleans(),
            "age": st.none() | st.integers(0, 60),
            "income": st.none() | st.integers(0, 400_00),
            "order": st.none() | st.integers(1, 4),
        }
    ),
    min_size=1,
    max_size=5,
)
ALIKE = (
    RuleSource(service="plain", conditions={"here": "registered", "young": "age < 30 or income < minimum"}),
    RuleSource(service="everybody", conditions={}),
    RuleSource(
        service="by_turns",
        conditions={},
        amount=Amount(sql="case when age < 30 then 5 when registered or order = 1 then 10 end"),
    ),
    RuleSource(
        service="paid",
        conditions={"here": "registered"},
        amount=Amount(
            sql="case when order = 1 then minimum when order = 2 then case when age < 30 then income end end",
            percent=50,
            round=100,
        ),
    ),
)


@given(people=PEOPLE, as_of=st.sampled_from([date(2024, 6, 1), date(2026, 6, 1)]))
def test_a_family_and_a_city_are_answered_alike(people: list[dict[str, bool | int | None]], as_of: date) -> None:
    """`outcomes` puts its answers together one by one, `evaluate` in columns. The second day has no figure."""
    known = api.compile_rules(sources=ALIKE, facts=FACTS, values={"minimum": MINIMUM})
    rows = [{"party_id": str(UUID(int=number)), **person} for number, person in enumerate(people)]
    table = frame(rows)
    columns = api.evaluate(rules=known, frame=table, as_of=as_of).rows_by_key("party_id", named=True, unique=True)
    for outcome in api.outcomes(rules=known, frame=table, as_of=as_of):
        row = columns[str(outcome.party_id)]
        due = {Verdict.DUE: True, Verdict.NOT_DUE: False}.get(outcome.verdict)
        prefix = f"{outcome.service}/"
        failing = tuple(name.removeprefix(prefix) for name in row if name.startswith(prefix) and row[name] is False)
        assert (due, outcome.failing, outcome.amount) == (row[outcome.service], failing, row.get(f"{outcome.service}#"))


def test_the_version_changes_with_the_text() -> None:
    assert rules(here="registered").version_of("s") != rules(here="not registered").version_of("s")


def test_a_fault_names_the_service_and_the_condition() -> None:
    with pytest.raises(ExpressionError) as caught:
        rules(here="registerd")
    assert caught.value.extra == {"service": "s", "condition": "here"}


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ExpressionError, match="negative"):
        rules(Amount(sql="income - 5"))
