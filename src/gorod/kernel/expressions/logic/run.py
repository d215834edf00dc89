"""Running a tree over many rows: over a Polars frame, and as PostgreSQL text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from typing import Any

import polars as pl

from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    Known,
    Literal,
    Negation,
    Node,
    Reference,
    Scalar,
    names,
)

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def to_polars(node: Node, constants: Known) -> pl.Expr:
    """A tree as a Polars expression. Ints are Int64 throughout: literals alone would be Int32 and wrap."""
    match node:
        case Literal(value):
            return _polars_literal(value)
        case Reference(name):
            if name not in constants:
                return pl.col(name)
            constant = constants[name]
            return pl.lit(None, pl.Int64) if constant is None else _polars_literal(constant)
        case Compare(op, left, right) | Arithmetic(op, left, right):
            result: pl.Expr = _OPERATORS[op](to_polars(left, constants), to_polars(right, constants))
            return result
        case Both(left, right):
            return to_polars(left, constants) & to_polars(right, constants)
        case Either(left, right):
            return to_polars(left, constants) | to_polars(right, constants)
        case Negation(part):
            return ~to_polars(part, constants)
        case Choice(branches):
            chain: Any = pl
            if not _unknown_themselves(node, constants):
                chain = pl.when(_untested(node, constants)).then(pl.lit(None, pl.Int64))
            for condition, outcome in branches:
                chain = chain.when(to_polars(condition, constants)).then(to_polars(outcome, constants))
            chosen: pl.Expr = chain.otherwise(pl.lit(None, pl.Int64))
            return chosen


def _untested(node: Choice, constants: Known) -> pl.Expr:
    """Whether a name that the conditions test is unknown."""
    unknown = [to_polars(Reference(name), constants).is_null() for name in node.tested]
    return reduce(operator.or_, unknown, pl.lit(False))


def _unknown_themselves(node: Choice, constants: Known) -> bool:
    """Whether each condition is unknown as soon as any name is that one of them tests: then none is taken, without asking first.
    A comparison is unknown as soon as one of its own names is."""
    open_names = {name for name in node.tested if constants.get(name) is None}
    return all(isinstance(one, Compare) and open_names <= set(names(one)) for one, _ in node.branches)


def _polars_literal(value: Scalar) -> pl.Expr:
    match value:
        case bool():
            return pl.lit(value, pl.Boolean)
        case int():
            return pl.lit(value, pl.Int64)
        case date():
            return pl.lit(value, pl.Date)
        case str():
            return pl.lit(value, pl.String)


def to_postgres(node: Node, constants: Known) -> str:
    """A tree as PostgreSQL text. Ints are bigint throughout: PostgreSQL refuses 50000 * 50000 in integer."""
    match node:
        case Literal(value):
            return _postgres_literal(value)
        case Reference(name):
            if name not in constants:
                return f'"{name}"'
            constant = constants[name]
            return "cast(null as bigint)" if constant is None else _postgres_literal(constant)
        case Compare(op, left, right) | Arithmetic(op, left, right):
            return f"({to_postgres(left, constants)} {op} {to_postgres(right, constants)})"
        case Both(left, right):
            return f"({to_postgres(left, constants)} and {to_postgres(right, constants)})"
        case Either(left, right):
            return f"({to_postgres(left, constants)} or {to_postgres(right, constants)})"
        case Negation(part):
            return f"(not {to_postgres(part, constants)})"
        case Choice(branches):
            unknown = [f"{to_postgres(Reference(name), constants)} is null" for name in node.tested]
            first = f"when {' or '.join(unknown)} then null " if unknown else ""
            rest = " ".join(
                f"when {to_postgres(condition, constants)} then {to_postgres(value, constants)}"
                for condition, value in branches
            )
            return f"(case {first}{rest} end)"


def _postgres_literal(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"cast({value} as bigint)"
        case date():
            return f"date '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"


def open_in_polars(node: Node, constants: Known) -> pl.Expr:
    """Row by row, whether an unknown name can still change a number. For a CASE: a test is unknown, or the branch taken is open."""
    match node:
        case Choice(branches):
            untested = _untested(node, constants)
            if all(constants.get(name) is not None for _, value in branches for name in names(value)):
                return untested  # whatever the branch, its value is known
            chain: Any = pl.when(untested).then(True)
            for condition, value in branches:
                chain = chain.when(to_polars(condition, constants)).then(open_in_polars(value, constants))
            is_open: pl.Expr = chain.otherwise(False)
            return is_open
        case Arithmetic(_, left, right) if _has_choice(node):
            known = to_polars(node, constants).is_not_null()
            return ~known & (open_in_polars(left, constants) | open_in_polars(right, constants))
        case _:
            return to_polars(node, constants).is_null()


def _has_choice(node: Node) -> bool:
    """Whether a number has a CASE in it, and may be null without being open."""
    match node:
        case Arithmetic(_, left, right):
            return _has_choice(left) or _has_choice(right)
        case _:
            return isinstance(node, Choice)
