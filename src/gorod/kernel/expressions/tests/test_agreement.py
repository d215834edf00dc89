"""The same text gives the same answer in Polars, in PostgreSQL and row by row, missing facts included."""

from __future__ import annotations

import os
import pickle
from datetime import date
from typing import Any

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gorod.kernel.expressions import api
from gorod.kernel.expressions.data import Name, Scalar, Type
from gorod.kernel.expressions.logic.parse import DEEPEST

pytestmark = pytest.mark.slow

NAMES = {
    **{n: Name(name=n, type=Type.BOOLEAN) for n in ("registered", "homeless")},
    **{n: Name(name=n, type=Type.INT, low=-1000, high=100_000) for n in ("age", "income", "size")},
    **{n: Name(name=n, type=Type.DATE) for n in ("born", "moved")},
    "status": Name(name="status", type=Type.CODE, codes=frozenset({"none", "i", "ii"})),
}
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    Type.BOOLEAN: st.booleans(),
    Type.INT: st.integers(-1000, 100_000) | st.integers(-2, 2),
    Type.DATE: st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.just(date(2020, 2, 29)),
    Type.CODE: st.sampled_from(["none", "i", "ii"]),
}
POSTGRES = {Type.BOOLEAN: "boolean", Type.INT: "bigint", Type.DATE: "date", Type.CODE: "text"}
POLARS = {Type.BOOLEAN: pl.Boolean(), Type.INT: pl.Int64(), Type.DATE: pl.Date(), Type.CODE: pl.String()}

rows = st.lists(
    st.fixed_dictionaries({n: st.none() | VALUES[name.type] for n, name in NAMES.items()}), min_size=1, max_size=12
)
small = st.integers(0, 50).map(str)
ints = st.recursive(
    small | st.sampled_from(["age", "income", "size"]),
    lambda inner: st.tuples(inner, st.sampled_from([" + ", " - ", " * "]), small).map(lambda t: f"({''.join(t)})"),
    max_leaves=4,
)
dates = st.sampled_from(["born", "moved", "date '2020-02-29'", "date '1999-12-31'"])
signs = st.sampled_from([" = ", " <> ", " < ", " <= ", " > ", " >= "])
atoms = st.one_of(
    st.sampled_from(["registered", "homeless", "not registered", "true", "false", "status = 'i'", "status <> 'ii'"]),
    st.just("status in ('none', 'ii')"),
    st.tuples(ints, signs, ints).map("".join),
    st.tuples(dates, signs, dates).map("".join),
    st.tuples(ints, small, small).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda t: f"({''.join(t)})"),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=6,
)
amounts = st.lists(st.tuples(conditions, ints), min_size=1, max_size=3).map(
    lambda branches: "case " + " ".join(f"when {c} then {v}" for c, v in branches) + " end"
)
texts = st.one_of(conditions, ints, amounts)
thorough = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def in_postgres(text: str, people: list[dict[str, Scalar | None]]) -> list[Any]:
    """The oracle: the people as a VALUES list, the text as PostgreSQL reads it."""
    columns = ", ".join(f'"{n}"' for n in NAMES)
    casts = ", ".join(f"%s::{POSTGRES[name.type]}" for name in NAMES.values())
    lines = ", ".join(f"({i}::int, {casts})" for i in range(len(people)))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        cursor = connection.execute(
            f"SELECT {text.replace('%', '%%')} FROM (VALUES {lines}) AS person(at, {columns}) ORDER BY at",
            [person[n] for person in people for n in NAMES],
        )
        return [row[0] for row in cursor.fetchall()]


def in_polars(expression: api.Expression, people: list[dict[str, Scalar | None]]) -> list[Any]:
    frame = pl.DataFrame(people, schema={n: POLARS[name.type] for n, name in NAMES.items()})
    return frame.with_columns(api.to_polars(expression, constants={}).alias("answer")).get_column("answer").to_list()


@thorough
@given(text=texts, people=rows)
def test_three_engines_agree(text: str, people: list[dict[str, Scalar | None]]) -> None:
    expression = api.parse(text=text, vocabulary=NAMES, amount=True)
    one_by_one = [api.evaluate(expression, person) for person in people]
    assert in_polars(expression, people) == one_by_one
    assert in_postgres(api.to_postgres(expression, constants={}), people) == one_by_one


@thorough
@given(text=conditions, people=rows)
def test_conditions_mean_what_postgresql_reads(text: str, people: list[dict[str, Scalar | None]]) -> None:
    """Not our rendering but the author's own text (ints widened by the columns): reading is right too."""
    expression = api.parse(text=text, vocabulary=NAMES)
    assert in_postgres(text, people) == [api.evaluate(expression, person) for person in people]


@thorough
@given(text=texts, person=rows.map(lambda people: people[0]), data=st.data())
def test_no_other_fact_can_change_the_answer(text: str, person: dict[str, Scalar | None], data: st.DataObject) -> None:
    expression = api.parse(text=text, vocabulary=NAMES, amount=True)
    answer = api.evaluate(expression, person)
    needed = api.still_needed(expression, person)
    others = [n for n, value in person.items() if value is None and n not in needed]
    supplied = {n: data.draw(VALUES[NAMES[n].type], label=n) for n in others}
    assert api.evaluate(expression, {**person, **supplied}) == answer


@thorough
@given(text=conditions, person=rows.map(lambda people: people[0]), data=st.data())
def test_asking_what_is_needed_ends_in_an_answer(
    text: str, person: dict[str, Scalar | None], data: st.DataObject
) -> None:
    expression = api.parse(text=text, vocabulary=NAMES)
    asked: set[str] = set()
    while needed := api.still_needed(expression, person):
        assert not needed & asked
        asked |= needed
        person = {**person, **{n: data.draw(VALUES[NAMES[n].type], label=n) for n in needed}}
    assert api.evaluate(expression, person) is not None


@thorough
@given(text=ints, person=st.fixed_dictionaries(dict.fromkeys(("age", "income", "size"), VALUES[Type.INT])))
def test_a_number_stays_in_the_range_that_was_proved(text: str, person: dict[str, int]) -> None:
    expression = api.parse(text=text, vocabulary=NAMES)
    answer = api.evaluate(expression, person)
    assert expression.low is not None
    assert expression.high is not None
    assert isinstance(answer, int)
    assert expression.low <= answer <= expression.high


@pytest.mark.parametrize("word", [" and ", " or "])
def test_the_deepest_text_that_is_read_runs(word: str) -> None:
    expression = api.parse(text=word.join(["registered"] * DEEPEST), vocabulary=NAMES)
    people = [{**dict.fromkeys(NAMES), "registered": registered} for registered in (True, False, None)]
    assert [api.evaluate(expression, person) for person in people] == [True, False, None]
    assert [api.still_needed(expression, person) for person in people] == [set(), set(), {"registered"}]
    assert in_polars(expression, people) == [True, False, None]
    assert pickle.loads(pickle.dumps(expression)) == expression  # noqa: S301  our own, as a worker of Spark gets it
