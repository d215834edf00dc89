"""Running trees for one row: they are written as a Python function, a line for each part, as `dataclasses` write theirs. Walking a
tree anew for every row takes ten times as long, and parts that several trees share are worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    Function,
    Known,
    Literal,
    Negation,
    Node,
    Reference,
    Scalar,
)

NOTHING: frozenset[str] = frozenset()
_SIGNS = {"=": "==", "<>": "!="}  # where Python writes another one


def function(groups: Sequence[Sequence[Node]]) -> Function:
    """A function of one row. It gives, group by group, the answer of each tree (None is unknown) and the unknown names that can
    still change it."""
    written = _Written()
    parts = [[written.part(tree) for tree in group] for group in groups]
    values, needed = (_tuple(_tuple(part[side] for part in group) for group in parts) for side in (0, 1))
    text = "\n ".join(["def run(row):", *written.lines, f"return {values}, {needed}"])
    made: dict[str, Any] = {}
    exec(compile(text, "<expressions>", "exec"), {"__builtins__": {}, **written.constants}, made)  # noqa: S102  of proved trees
    run: Function = made["run"]
    return run


@lru_cache(maxsize=1000)
def of_one(tree: Node) -> Callable[[Known], tuple[Scalar | None, frozenset[str]]]:
    """The function of a single tree."""
    run = function([[tree]])

    def single(row: Known) -> tuple[Scalar | None, frozenset[str]]:
        ((value,),), ((needed,),) = run(row)
        return value, needed

    return single


def _tuple(parts: Any) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"


class _Written:
    """Lines of Python. Every part of a tree has two variables: what it comes to, and what is needed to know it. Nothing but
    parsed names, signs of the language and constants gets into a line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"NOTHING": NOTHING}
        self._parts: dict[Node, tuple[str, str]] = {}

    def part(self, node: Node) -> tuple[str, str]:
        """The variables of a part, whose lines are written when it first comes."""
        if node not in self._parts:
            self._parts[node] = self._new(node)
        return self._parts[node]

    def _new(self, node: Node) -> tuple[str, str]:
        match node:
            case Literal(constant):
                return self._constant(constant), "NOTHING"
            case Reference(name):
                alone = self._constant(frozenset({name}))
                value = self._line(f"row.get({name!r})")
                return value, self._line(f"NOTHING if {value} is not None else {alone}")
            case Compare(op, left, right) | Arithmetic(op, left, right):
                (a, of_a), (b, of_b) = self.part(left), self.part(right)
                value = self._line(f"None if {a} is None or {b} is None else {a} {_SIGNS.get(op, op)} {b}")
                return value, self._needed(value, of_a, of_b)
            case Both(left, right):
                return self._joined(left, right, "False", "True")
            case Either(left, right):
                return self._joined(left, right, "True", "False")
            case Negation(part):
                a, of_a = self.part(part)
                return self._line(f"None if {a} is None else not {a}"), of_a
            case Choice():
                return self._chosen(node)

    def _joined(self, left: Node, right: Node, decides: str, otherwise: str) -> tuple[str, str]:
        (a, of_a), (b, of_b) = self.part(left), self.part(right)
        known = f"None if {a} is None or {b} is None else {otherwise}"
        value = self._line(f"{decides} if {a} is {decides} or {b} is {decides} else {known}")
        return value, self._needed(value, of_a, of_b)

    def _chosen(self, node: Choice) -> tuple[str, str]:
        tested = [self.part(Reference(name)) for name in node.tested]
        branches = [(self.part(when), self.part(then)) for when, then in node.branches]
        unknown = " or ".join(f"{value} is None" for value, _ in tested) or "False"
        values = "".join(f"{value} if {when} else " for (when, _), (value, _) in branches)
        value = self._line(f"None if {unknown} else {values}None")
        asked = " | ".join(needed for _, needed in tested) or "NOTHING"
        needs = "".join(f"{needed} if {when} else " for (when, _), (_, needed) in branches)
        return value, self._line(f"{asked} if {unknown} else {needs}NOTHING")

    def _needed(self, value: str, of_left: str, of_right: str) -> str:
        return self._line(f"NOTHING if {value} is not None else {of_left} | {of_right}")

    def _constant(self, value: Scalar | frozenset[str]) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def _line(self, text: str) -> str:
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name
