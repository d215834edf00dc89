"""What crosses the door of expressions: types, names, the checked tree, errors with the column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from gorod.kernel.errors import ContentError

Scalar = bool | int | date | str
Known = Mapping[str, Scalar | None]
"""What is known of one row by name; None, or no such name: unknown."""
Function = Callable[[Known], tuple[tuple[tuple[Scalar | None, ...], ...], tuple[tuple[frozenset[str], ...], ...]]]
"""Groups of expressions for one row: group by group the answers, and the unknown names that can still change each."""


class Type(StrEnum):
    """The four types. An int is 64 bits; money is kopecks; a code is one of a list of words."""

    BOOLEAN = "boolean"
    INT = "int"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True, kw_only=True)
class Name:
    """A fact or dated value that a text may use. `low` and `high` bound an int; `codes` lists what a code may be."""

    name: str
    type: Type
    low: int | None = None
    high: int | None = None
    codes: frozenset[str] | None = None


class ExpressionError(ContentError):
    """A text that is not in the language. `column` counts from 1; 0 when the whole text is meant."""

    code = "expression"
    title = "A condition or amount is wrong"

    def __init__(self, detail: str, *, remedy: str = "", column: int = 0, **extra: Any) -> None:
        super().__init__(detail, remedy=remedy, **extra)
        self.column = column


@dataclass(frozen=True)
class Literal:
    """A constant. Its kind belongs to it, for in Python 1 and true are equal."""

    value: Scalar
    kind: type[Scalar] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", type(self.value))


@dataclass(frozen=True)
class Reference:
    """A name."""

    name: str


@dataclass(frozen=True)
class Compare:
    """`left op right`, op one of = <> < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Arithmetic:
    """`left op right`, op one of + - *."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Both:
    """Conjunction."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Either:
    """Disjunction."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Negation:
    """NOT."""

    part: Node


@dataclass(frozen=True)
class Choice:
    """CASE without ELSE: pairs of condition and value. Unknown as soon as any name that a condition tests is unknown."""

    branches: tuple[tuple[Node, Node], ...]

    @cached_property
    def tested(self) -> tuple[str, ...]:
        """The names that its conditions test, sorted."""
        return tuple(sorted({name for condition, _ in self.branches for name in names(condition)}))


Node = Literal | Reference | Compare | Arithmetic | Both | Either | Negation | Choice


def names(node: Node) -> Iterator[str]:
    """Every name in a tree, with repeats."""
    match node:
        case Reference(name):
            yield name
        case Compare(_, left, right) | Arithmetic(_, left, right) | Both(left, right) | Either(left, right):
            yield from names(left)
            yield from names(right)
        case Negation(part):
            yield from names(part)
        case Choice(branches):
            for condition, value in branches:
                yield from names(condition)
                yield from names(value)
        case Literal():
            return


@dataclass(frozen=True)
class Expression:
    """A text that passed every check. `names` are the facts and values it uses; `low` and `high` bound an int result."""

    text: str
    type: Type
    names: frozenset[str]
    low: int | None
    high: int | None
    tree: Node
