"""What rules are made of: how many conditions of each kind, how many that pay. The drawn ones must be like the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gorod.engines.rules.api import RuleSet
from gorod.kernel.expressions.data import (
    Arithmetic,
    Both,
    Choice,
    Compare,
    Either,
    Literal,
    Name,
    Negation,
    Node,
    Reference,
    Type,
)

LONG = 4  # rules of more conditions count as one kind
TYPES = {Type.DATE: "a date compared", Type.CODE: "a code compared"}


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How often each kind occurs in some rules: kind → count, sorted."""

    rules: int
    counts: Mapping[str, int]

    def share(self, kind: str) -> float:
        """How many of a kind there are for each rule."""
        return self.counts.get(kind, 0) / self.rules


def mix_of(*, rule_set: RuleSet, services: Iterable[str], names: Mapping[str, Name]) -> Mix:
    """What these services' rules are made of. `names`: the facts; every other name is a dated value."""
    counts: Counter[str] = Counter()
    rules = 0
    for service in services:
        rule = rule_set.rule(service)
        rules += 1
        counts[_length(len(rule.conditions))] += 1
        for condition in rule.conditions.values():
            counts.update(_kinds(condition.tree, names))
        if rule.amount is None:
            continue
        counts["pays an amount"] += 1
        counts["amount by CASE" if isinstance(rule.amount.tree, Choice) else "amount without CASE"] += 1
        if isinstance(rule.amount.tree, Choice):
            counts["a branch of CASE"] += len(rule.amount.tree.branches)
        if rule.percent is not None or rule.round is not None:
            counts["amount with percent or rounding"] += 1
    return Mix(rules=rules, counts=dict(sorted(counts.items())))


def told(*, real: Mix, drawn: Mix) -> str:
    """Both side by side, as a Markdown table."""
    lines = [
        f"| kind | in {real.rules} real rules | for each rule | in {drawn.rules} drawn | for each rule |",
        "|---|---|---|---|---|",
    ]
    for kind in sorted(real.counts.keys() | drawn.counts.keys()):
        lines.append(
            f"| {kind} | {real.counts.get(kind, 0)} | {real.share(kind):.2f} |"
            f" {drawn.counts.get(kind, 0)} | {drawn.share(kind):.2f} |"
        )
    return "\n".join(lines)


def _length(conditions: int) -> str:
    if conditions > LONG:
        return f"rule of more than {LONG} conditions"
    return f"rule of {conditions} condition{'s' if conditions != 1 else ''}"


def _kinds(node: Node, names: Mapping[str, Name]) -> Iterator[str]:
    """The kinds in a condition: its comparisons and what joins them."""
    match node:
        case Both(left, right):
            yield "and"
            yield from (*_kinds(left, names), *_kinds(right, names))
        case Either(left, right):
            yield "or"
            yield from (*_kinds(left, names), *_kinds(right, names))
        case Negation(part):
            yield "not"
            yield from _kinds(part, names)
        case Compare(_, left, right):
            yield _comparison((left, right), names)
        case Reference():
            yield "a yes-or-no fact"
        case _:
            yield "something else"


def _comparison(sides: tuple[Node, Node], names: Mapping[str, Name]) -> str:
    parts = {_side(side, names) for side in sides}
    if compared := parts & set(TYPES.values()):
        return compared.pop()
    if "arithmetic" in parts:
        return "a fact and a product or sum compared"
    return f"{' and '.join(sorted(parts))} compared" if len(parts) > 1 else "two facts compared"


def _side(node: Node, names: Mapping[str, Name]) -> str:
    match node:
        case Literal():
            return "a number"
        case Arithmetic():
            return "arithmetic"
        case Reference(name) if name not in names:
            return "a dated value"
        case Reference(name) if names[name].type in TYPES:
            return TYPES[names[name].type]
        case _:
            return "a fact"
