"""Running a tree: over a Polars frame, as PostgreSQL text, for one row, and reducing it to what is still asked."""

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
    Literal,
    Negation,
    Node,
    Reference,
    Scalar,
)

Known = Mapping[str, Scalar | None]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
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
            unknown = [to_polars(Reference(name), constants).is_null() for name in node.tested]
            chain: Any = pl.when(reduce(operator.or_, unknown, pl.lit(False))).then(pl.lit(None, pl.Int64))
            for condition, outcome in branches:
                chain = chain.when(to_polars(condition, constants)).then(to_polars(outcome, constants))
            chosen: pl.Expr = chain.otherwise(pl.lit(None, pl.Int64))
            return chosen


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


def evaluate(node: Node, known: Known) -> Scalar | None:
    """The answer for one row; None is unknown."""
    match node:
        case Literal(value):
            return value
        case Reference(name):
            return known.get(name)
        case Compare(op, left, right) | Arithmetic(op, left, right):
            a, b = evaluate(left, known), evaluate(right, known)
            if a is None or b is None:
                return None
            result: Scalar = _OPERATORS[op](a, b)
            return result
        case Both(left, right):
            return _both(evaluate(left, known), evaluate(right, known))
        case Either(left, right):
            neither = _both(_negated(evaluate(left, known)), _negated(evaluate(right, known)))
            return _negated(neither)
        case Negation(part):
            return _negated(evaluate(part, known))
        case Choice(branches):
            if any(known.get(name) is None for name in node.tested):
                return None
            for condition, outcome in branches:
                if evaluate(condition, known):
                    return evaluate(outcome, known)
            return None


def _both(left: Scalar | None, right: Scalar | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _negated(value: Scalar | None) -> bool | None:
    return None if value is None else not value


def still_needed(node: Node, known: Known) -> frozenset[str]:
    """The unknown names that can still change the answer of a tree."""
    if evaluate(node, known) is not None:
        return frozenset()
    match node:
        case Reference(name):
            return frozenset({name})
        case Choice(branches):
            unknown = frozenset(name for name in node.tested if known.get(name) is None)
            if unknown:
                return unknown
            # every test is known: only the value of the branch taken can be unknown
            for condition, value in branches:
                if evaluate(condition, known):
                    return still_needed(value, known)
            return frozenset()
        case Compare(_, left, right) | Arithmetic(_, left, right) | Both(left, right) | Either(left, right):
            return still_needed(left, known) | still_needed(right, known)
        case Negation(part):
            return still_needed(part, known)
        case Literal():
            return frozenset()


def open_in_polars(node: Node, constants: Known) -> pl.Expr:
    """`still_needed` is not empty, row by row. For a CASE: a test is unknown, or the value of the branch taken is open."""
    match node:
        case Choice(branches):
            unknown = [to_polars(Reference(name), constants).is_null() for name in node.tested]
            chain: Any = pl.when(reduce(operator.or_, unknown, pl.lit(False))).then(True)
            for condition, value in branches:
                chain = chain.when(to_polars(condition, constants)).then(open_in_polars(value, constants))
            is_open: pl.Expr = chain.otherwise(False)
            return is_open
        case Arithmetic(_, left, right):
            known = to_polars(node, constants).is_not_null()
            return ~known & (open_in_polars(left, constants) | open_in_polars(right, constants))
        case _:
            return to_polars(node, constants).is_null()
