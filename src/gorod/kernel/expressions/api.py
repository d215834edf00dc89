"""The door of expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from sqlglot import exp

from gorod.kernel.expressions.data import Expression, ExpressionError, Function, Known, Name, Scalar, Type
from gorod.kernel.expressions.logic import one_row, run
from gorod.kernel.expressions.logic.parse import Parser, syntax_tree

COLUMNS: Mapping[Type, pl.DataType] = {
    Type.BOOLEAN: pl.Boolean(),
    Type.INT: pl.Int64(),
    Type.DATE: pl.Date(),
    Type.CODE: pl.String(),
}
"""What each type is in a frame that expressions run over."""


def parse(*, text: str, vocabulary: Mapping[str, Name], expect: Type | None = None, amount: bool = False) -> Expression:
    """Read a text and prove it: only the closed list, every name known, types agree, no 64-bit overflow.

    `amount` allows CASE (without ELSE). Raises ExpressionError with the column and what to write instead.
    """
    parser = Parser(text=text, vocabulary=vocabulary, amount=amount)
    tree, shape = parser.read()
    if expect is not None and shape.type is not expect:
        raise ExpressionError(f"the text gives {shape.type}, not {expect}", remedy=f"write something that is {expect}")
    return Expression(
        text=text, type=shape.type, names=frozenset(parser.names), low=shape.low, high=shape.high, tree=tree
    )


def names_in(text: str) -> frozenset[str]:
    """The names a text uses, before it is checked against a vocabulary. Raises ExpressionError when it cannot be read."""
    return frozenset(column.name for column in syntax_tree(text).find_all(exp.Column))


def to_polars(expression: Expression, *, constants: Mapping[str, Scalar | None]) -> pl.Expr:
    """The expression over the columns of a frame; `constants` stand in for names that are the same in every row."""
    return run.to_polars(expression.tree, constants)


def to_postgres(expression: Expression, *, constants: Mapping[str, Scalar | None]) -> str:
    """The same as PostgreSQL text over columns of the same names: the oracle of the tests, and sweeps inside a database."""
    return run.to_postgres(expression.tree, constants)


def evaluate(expression: Expression, known: Known) -> Scalar | None:
    """The answer for one row of known values; None is unknown."""
    return one_row.of_one(expression.tree)(known)[0]


def for_one_row(groups: Sequence[Sequence[Expression]]) -> Function:
    """Groups of expressions made into one function of a row, for whoever asks the same of one person after another: group by
    group the answers as `evaluate` gives them, and what `still_needed` gives. Making it costs more than running it."""
    return one_row.function([[expression.tree for expression in group] for group in groups])


def still_needed(expression: Expression, known: Known) -> frozenset[str]:
    """The unknown names that can still change the answer: empty when it is known. No other name can change it."""
    return one_row.of_one(expression.tree)(known)[1]


def open_in_polars(expression: Expression, constants: Mapping[str, Scalar | None]) -> pl.Expr:
    """Row by row, whether some unknown name can still change a number: tells an open amount from one not provided."""
    return run.open_in_polars(expression.tree, constants)
