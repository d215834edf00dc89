"""Running a tree for one row: made once into functions that call each other, for walking the tree again for every row costs ten
times as much. They are partials of this module's functions, so that an expression can be sent to another process."""

from __future__ import annotations

from functools import partial

from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    Known,
    Literal,
    Names,
    Negation,
    Node,
    Reference,
    Scalar,
    Value,
)
from gorod.kernel.expressions.logic.run import OPERATORS, Operator

NOTHING: frozenset[str] = frozenset()


def value(node: Node) -> Value:
    """The function that answers for one row; None is unknown."""
    match node:
        case Literal(constant):
            return partial(_constant, constant)
        case Reference(name):
            return partial(_named, name)
        case Compare(op, Reference(name), Literal(constant)) | Arithmetic(op, Reference(name), Literal(constant)):
            return partial(_named_with_constant, OPERATORS[op], name, constant)
        case Compare(op, left, right) | Arithmetic(op, left, right):
            return partial(_computed, OPERATORS[op], value(left), value(right))
        case Both(left, right):
            return partial(_both, value(left), value(right))
        case Either(left, right):
            return partial(_either, value(left), value(right))
        case Negation(part):
            return partial(_negated, value(part))
        case Choice(branches):
            return partial(_chosen, node.tested, tuple((value(when), value(then)) for when, then in branches))


def needed(node: Node) -> Names:
    """The function that tells the unknown names that can still change the answer."""
    match node:
        case Literal():
            return _nothing
        case Reference(name) | Compare(_, Reference(name), Literal()) | Arithmetic(_, Reference(name), Literal()):
            return partial(_unless_known, name, frozenset({name}))
        case Compare(_, left, right) | Arithmetic(_, left, right) | Both(left, right) | Either(left, right):
            return partial(_needed, value(node), needed(left), needed(right))
        case Negation(part):
            return needed(part)
        case Choice(branches):
            return partial(
                _needed_to_choose, node.tested, tuple((value(when), needed(then)) for when, then in branches)
            )


def _constant(constant: Scalar, row: Known) -> Scalar:
    return constant


def _named(name: str, row: Known) -> Scalar | None:
    return row.get(name)


def _named_with_constant(operator: Operator, name: str, constant: Scalar, row: Known) -> Scalar | None:
    """Most comparisons are of this kind."""
    known = row.get(name)
    return None if known is None else operator(known, constant)


def _computed(operator: Operator, left: Value, right: Value, row: Known) -> Scalar | None:
    a, b = left(row), right(row)
    return None if a is None or b is None else operator(a, b)


def _both(left: Value, right: Value, row: Known) -> bool | None:
    a = left(row)
    if a is False:
        return False
    b = right(row)
    if b is False:
        return False
    return None if a is None or b is None else True


def _either(left: Value, right: Value, row: Known) -> bool | None:
    a = left(row)
    if a is True:
        return True
    b = right(row)
    if b is True:
        return True
    return None if a is None or b is None else False


def _negated(part: Value, row: Known) -> bool | None:
    a = part(row)
    return None if a is None else not a


def _chosen(tested: tuple[str, ...], branches: tuple[tuple[Value, Value], ...], row: Known) -> Scalar | None:
    for name in tested:
        if row.get(name) is None:
            return None
    for condition, outcome in branches:
        if condition(row):
            return outcome(row)
    return None


def _nothing(row: Known) -> frozenset[str]:
    return NOTHING


def _unless_known(name: str, alone: frozenset[str], row: Known) -> frozenset[str]:
    return alone if row.get(name) is None else NOTHING


def _needed(answer: Value, left: Names, right: Names, row: Known) -> frozenset[str]:
    return left(row) | right(row) if answer(row) is None else NOTHING


def _needed_to_choose(tested: tuple[str, ...], branches: tuple[tuple[Value, Names], ...], row: Known) -> frozenset[str]:
    unknown = frozenset(name for name in tested if row.get(name) is None)
    if unknown:
        return unknown
    for condition, outcome in branches:  # every test is known: only the value of the branch taken can be unknown
        if condition(row):
            return outcome(row)
    return NOTHING
