"""What is not in the language is refused with its column and what to write instead."""

from __future__ import annotations

import pytest

from gorod.kernel.expressions import api
from gorod.kernel.expressions.data import ExpressionError, Name, Type

NAMES = {
    "a": Name(name="a", type=Type.INT, low=0, high=10**12),
    "b": Name(name="b", type=Type.INT, low=0, high=10**12),
    "wide": Name(name="wide", type=Type.INT),
    "yes": Name(name="yes", type=Type.BOOLEAN),
    "day": Name(name="day", type=Type.DATE),
    "kind": Name(name="kind", type=Type.CODE, codes=frozenset({"first", "second"})),
}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("coalesce(a, b) < 1", "COALESCE"),
        ("a is null", "IS NULL"),
        ("greatest(a, b) < 1", "GREATEST"),
        ("a % 2 = 1", "'%'"),
        ("a / 2 > 1", "'/'"),
        ("kind like 'f'", "LIKE"),
        ("1.5 < a", "'1.5'"),
        ("a::int < 3", "'::'"),
        ("cast(a as date) < day", "not in the language"),
        ("t.a < 3", "'.'"),
        ('"a" < 3', "'\"a\"'"),
        ("A < 3", "capital letters"),
        ("a == b", "'=='"),
        ("a < b = yes", "compares conditions"),
        ("yes = true", "compares conditions"),
        ("if(yes, 1, 2) > 1", "not in the language"),
        ("null", "NULL"),
        ("a < (select 1)", "SELECT"),
        ("a in (b)", "not a constant"),
        ("a in (select 1)", "list of constants"),
        ("a between symmetric 1 and 3", "symmetric"),
        ("current_date > day", "CURRENT_DATE"),
        ("day > '2024-01-01'", "compares a date with a text"),
        ("day > date '2024-02-31'", "not a date"),
        ("day - day > 3", "mixes date and date"),
        ("a + yes > 3", "mixes int and boolean"),
        ("kind < 'first'", "no order"),
        ("kind = 'frist'", "did you mean first"),
        ("aa < 3", "no fact or value is called aa"),
        ("yes and a", "a condition is needed"),
        ("a < 3 -- always", "comment"),
        ("a * b * a > 1", "overflow"),
        ("wide + 1 > 1", "overflow"),
        ("9223372036854775808 > a", "64 bits"),
        ("yes and", "cannot be read"),
        ("a < 3; drop table x", "not in the language"),
        (" and ".join(["yes"] * 101), "more than 100 deep"),
        ("a" + " + a" * 101 + " > 1", "more than 100 deep"),
        ("not " * 400 + "yes", "more than 100 deep"),
        ("(" * 900 + "yes" + ")" * 900, "more than 100 deep"),
        ("case when yes then 1 else 2 end", "else turns unknown into an answer"),
        ("case a when 1 then 2 end", "case x when y"),
        ("case when yes then kind end", "an amount is an int"),
        ("x" * 2001, "longer than"),
    ],
)
def test_refused(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        api.parse(text=text, vocabulary=NAMES, amount=True)
    assert says in str(caught.value)
    assert caught.value.remedy


def test_case_belongs_to_amounts() -> None:
    with pytest.raises(ExpressionError, match="for amounts only"):
        api.parse(text="case when yes then 1 end > 0", vocabulary=NAMES)


def test_the_column_points_at_the_fault() -> None:
    with pytest.raises(ExpressionError) as caught:
        api.parse(text="yes and aa < 3", vocabulary=NAMES)
    assert caught.value.column == 9


def test_an_amount_is_unknown_until_everything_it_tests_is_known() -> None:
    """A missing order of birth must not pay the highest sum."""
    names = {**NAMES, "order": Name(name="order", type=Type.INT, low=1, high=30)}
    amount = api.parse(
        text="case when order = 1 then 5 when order >= 3 or yes then 10 end", vocabulary=names, amount=True
    )
    assert api.evaluate(amount, {"yes": True}) is None
    assert api.still_needed(amount, {"yes": True}) == {"order"}
    assert api.evaluate(amount, {"yes": True, "order": 2}) == 10
