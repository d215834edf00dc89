"""The rules over NumPy arrays, as one would write them by hand: what NumPy alone and OpenFisca's formulas have in common.

An answer is an array of bytes: 0 no, 1 not known, 2 yes. So AND is the smaller of two, OR the larger, NOT the difference from
2, and nothing but the comparisons looks at what is unknown. A number is an array of 64-bit integers and a mask of those known
(None: all).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from gorod.engines.rules.api import RuleSet
from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    Expression,
    Literal,
    Negation,
    Node,
    Reference,
)

NO, OPEN, YES = np.int8(0), np.int8(1), np.int8(2)
EPOCH = date(1970, 1, 1)

Answers = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Numbers = tuple[npt.NDArray[np.int64] | int, Mask | None]

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
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


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Where facts come from. `answer`: a yes-or-no fact. `number`: a fact with a value (a date as days since 1970, a code as its
    place in `codes`, fact → its codes), or a dated value, whose figure may be late. `count`: how many people."""

    yes_or_no: Collection[str]
    answer: Callable[[str], Answers]
    number: Callable[[str], Numbers]
    codes: Mapping[str, Mapping[str, int]]
    count: int


def answer(node: Node, read: Reader) -> Answers:
    """The answers to a condition."""
    found: Answers
    match node:
        case Reference(name):
            return read.answer(name)
        case Both(left, right):
            found = np.minimum(answer(left, read), answer(right, read))
        case Either(left, right):
            found = np.maximum(answer(left, read), answer(right, read))
        case Negation(part):
            found = YES - answer(part, read)
        case Compare(op, left, right):
            found = _compared(op, left, right, read)
        case _:
            raise TypeError(f"{node} is no condition")
    return found


def _compared(op: str, left: Node, right: Node, read: Reader) -> Answers:
    codes = next(
        (read.codes[side.name] for side in (left, right) if isinstance(side, Reference) and side.name in read.codes), {}
    )
    (a, known), (b, also) = number(left, read, codes), number(right, read, codes)
    holds = np.broadcast_to(OPERATORS[op](a, b), (read.count,)).view(np.int8) * YES
    mask = both_known(known, also)
    return holds if mask is None else np.where(mask, holds, OPEN)


def number(node: Node, read: Reader, codes: Mapping[str, int] | None = None) -> Numbers:
    """The values of an expression. `codes` stand for words in it."""
    match node:
        case Literal(value):
            return _constant(value, codes or {}), None
        case Reference(name):
            return read.number(name)
        case Arithmetic(op, left, right):
            (a, known), (b, also) = number(left, read), number(right, read)
            return OPERATORS[op](a, b), both_known(known, also)
        case _:
            raise TypeError(f"{node} is no number")


def _constant(value: object, codes: Mapping[str, int]) -> int:
    match value:
        case str():
            return codes.get(value, -1)  # nobody has it
        case date():
            return (value - EPOCH).days
        case int():
            return value
        case _:
            raise TypeError(f"{value!r} is no number")


def both_known(one: Mask | None, other: Mask | None) -> Mask | None:
    """Where both are known."""
    if one is None or other is None:
        return one if other is None else other
    return one & other


@dataclass(frozen=True, kw_only=True)
class Paid:
    """An amount for everybody: `provided` whether there is one, and the kopecks where there is."""

    provided: Answers
    kopecks: npt.NDArray[np.int64]


def amount(tree: Node, read: Reader, *, percent: int | None, unit: int | None) -> Paid:
    """The amount, with percent and rounding half up. Open where a test of its CASE is unknown, or the value of the branch taken."""
    if isinstance(tree, Choice):
        provided, kopecks = _chosen(tree, read)
    else:
        values, known = number(tree, read)
        kopecks = np.broadcast_to(np.asarray(values, np.int64), (read.count,))
        provided = np.full(read.count, YES) if known is None else np.where(known, YES, OPEN)
    if percent is not None:
        kopecks = (kopecks * percent * 2 + 100) // 200
    if unit is not None:
        kopecks = (kopecks * 2 + unit) // (unit * 2) * unit
    return Paid(provided=provided, kopecks=kopecks)


def _chosen(tree: Choice, read: Reader) -> tuple[Answers, npt.NDArray[np.int64]]:
    provided = np.zeros(read.count, np.int8)
    kopecks = np.zeros(read.count, np.int64)
    tests = [answer(test, read) for test, _ in tree.branches]
    for test, (_, value) in reversed(list(zip(tests, tree.branches, strict=True))):
        taken = test == YES
        values, known = number(value, read)
        kopecks = np.where(taken, values, kopecks)
        provided = np.where(taken, YES if known is None else np.where(known, YES, OPEN), provided)
    for name in tree.tested:
        known = tested(name, read)
        if known is not None:
            provided = np.where(known, provided, OPEN)
    return provided, kopecks


def tested(name: str, read: Reader) -> Mask | None:
    """Where a name that a CASE tests is known."""
    if name not in read.yes_or_no:
        return read.number(name)[1]
    known: Mask = read.answer(name) != OPEN
    return known


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What every contender must find: the answer to each different condition text, and for each service whether it is due, whether
    its amount is provided, and the kopecks of those to whom it is due (0 for others)."""

    conditions: Mapping[str, Answers]
    due: Mapping[str, Answers]
    provided: Mapping[str, Answers]
    kopecks: Mapping[str, npt.NDArray[np.int64]]


def texts_of(rule_set: RuleSet) -> dict[str, Expression]:
    """Each different condition text once: services that share one share its column."""
    return {
        condition.text: condition
        for service in rule_set.services
        for condition in rule_set.rule(service).conditions.values()
    }
