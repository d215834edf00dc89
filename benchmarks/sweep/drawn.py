"""Rules drawn by seed until there are as many as a big city has, made of what the real ones are made of.

The real rules are taken apart: how many conditions a rule has and whether it pays; the conditions; the amounts. Each of the
three lies in a deck that is shuffled and dealt to its end before it begins anew, so every kind comes as often as in the real
ones. In a condition or amount that was dealt, each name is exchanged for another fact of the same kind (yes or no, money, small
number, code, date) or another dated value of the same unit, and each threshold for one that made-up people have. It is taken
when it compiles, which proves it to be of the closed list, and when some people meet it and some do not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

import polars as pl
import sqlglot
from sqlglot import exp

from benchmarks.sweep import kinds
from benchmarks.sweep.data import RULES, SEED
from gorod.engines.rules import api as rules
from gorod.engines.rules.api import RuleSet
from gorod.engines.rules.data import Amount, DatedValue, RuleSource
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import ExpressionError, Name, Type

MONEY = 1_000_000  # an int that can be larger than this counts as money, a smaller one as a number of years or people
RARE = 0.005  # of all people: at least as many meet a condition, and as many do not
QUANTILES = (0.02, 0.98)  # thresholds lie between these of what people have
TRIES = 200
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
WRITTEN_DATE = re.compile(r"CAST\(('[0-9-]+') AS DATE\)")  # as sqlglot writes what the language calls date '2026-01-31'
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a benchmark: the sources in order, the real ones first, and all of them compiled."""

    sources: tuple[RuleSource, ...]
    real: int
    compiled: RuleSet
    names: Mapping[str, Name]
    values: Mapping[str, DatedValue]

    def first(self, count: int) -> Rules:
        """The first of them. Raises ValueError when there are not so many."""
        if count > len(self.sources):
            raise ValueError(f"there are {len(self.sources)} rules, not {count}")
        sources = self.sources[:count]
        return Rules(
            sources=sources,
            real=min(self.real, count),
            compiled=rules.compile_rules(sources=sources, facts=self.names, values=self.values),
            names=self.names,
            values=self.values,
        )

    def told(self) -> str:
        """How many there are of each kind, real beside drawn, as Markdown."""
        services = [source.service for source in self.sources]
        real = kinds.mix_of(rule_set=self.compiled, services=services[: self.real], names=self.names)
        drawn = kinds.mix_of(rule_set=self.compiled, services=services[self.real :], names=self.names)
        return kinds.told(real=real, drawn=drawn)

    def counted(self) -> str:
        """The same in one sentence."""
        conditions = [text for source in self.sources for text in source.conditions.values()]
        pays = sum(1 for source in self.sources if source.amount is not None)
        return (
            f"{len(self.sources):,} rules: {self.real} real ones of cities/moscow and {len(self.sources) - self.real:,} drawn"
            f" (seed {SEED}); {len(conditions):,} conditions ({len(set(conditions)):,} different texts), {pays:,} amounts,"
            f" {len(self.compiled.facts_of_all())} facts."
        )


def rules_of(
    *,
    real: Sequence[RuleSource],
    names: Mapping[str, Name],
    values: Mapping[str, DatedValue],
    people: pl.DataFrame,
    as_of: date,
    count: int = RULES,
    seed: int = SEED,
) -> Rules:
    """The real rules (no more than `count`) and as many drawn ones as make up `count`: more of them begin with the same ones.

    `people`: every fact of made-up people as of `as_of`, a column a fact.
    """
    sources = list(real)[:count]
    draw = _Draw(real=real, names=names, values=values, people=people, as_of=as_of, dice=random.Random(seed))
    sources += [draw.rule(f"drawn_{number:04}") for number in range(count - len(sources))]
    compiled = rules.compile_rules(sources=sources, facts=names, values=values)
    return Rules(sources=tuple(sources), real=min(len(real), count), compiled=compiled, names=names, values=values)


class _Deck(Generic[T]):
    """Cards dealt in an order drawn anew each time that all have been dealt."""

    def __init__(self, cards: Sequence[T], dice: random.Random) -> None:
        self._cards = list(cards)
        self._dice = dice
        self._left: list[T] = []

    def deal(self) -> T:
        """The next card."""
        if not self._left:
            self._left = self._dice.sample(self._cards, len(self._cards))
        return self._left.pop()


class _Draw:
    """Draws rules."""

    def __init__(
        self,
        *,
        real: Sequence[RuleSource],
        names: Mapping[str, Name],
        values: Mapping[str, DatedValue],
        people: pl.DataFrame,
        as_of: date,
        dice: random.Random,
    ) -> None:
        self._names = names
        self._values = values
        self._people = people
        self._dice = dice
        self._figures = {
            value.name: figure.figure if (figure := value.at(as_of)) else None for value in values.values()
        }
        amounts = [source.amount for source in real if source.amount is not None]
        self._shapes = _Deck([(len(source.conditions), source.amount is not None) for source in real], dice)
        self._conditions = _Deck([item for source in real for item in source.conditions.items()], dice)
        self._amounts = _Deck(amounts, dice)
        # a fact that says the same of everybody parts nobody
        several = [name for name in names if people.get_column(name).drop_nulls().n_unique() > 1]
        self._alike: dict[str, list[str]] = {}
        for name in sorted([*several, *values]):
            self._alike.setdefault(self._kind(name), []).append(name)

    def rule(self, service: str) -> RuleSource:
        """One rule."""
        count, pays = self._shapes.deal()
        conditions: dict[str, str] = {}
        for number in range(1, count + 1):
            name, text = self._conditions.deal()
            conditions[f"{name}_{number}"] = self._another(text)
        if not pays:
            return RuleSource(service=service, conditions=conditions)
        pattern = self._amounts.deal()
        amount = replace(pattern, sql=self._another(pattern.sql, pattern))
        return RuleSource(service=service, conditions=conditions, amount=amount)

    def _another(self, text: str, pays: Amount | None = None) -> str:
        """The text of a condition, or of an amount that `pays`, with other names and thresholds.

        It compiles, and people differ by it. Raises RuntimeError when no such text is found.
        """
        for _ in range(TRIES):
            found = self._exchanged(text)
            try:
                if self._parts_people(found, pays):
                    return found
            except ExpressionError:
                continue  # for example, a sum of other facts that could overflow
        raise RuntimeError(f"nothing like {text!r} that people differ by in {TRIES} tries")

    def _exchanged(self, text: str) -> str:
        chosen: dict[str, str] = {}

        def other(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Column):
                return node
            if node.name not in chosen:
                alike = self._alike.get(self._kind(node.name), [node.name])
                chosen[node.name] = self._dice.choice(alike)
            return exp.column(chosen[node.name])

        tree = sqlglot.parse_one(text, read="postgres").transform(other)
        for name, literals in self._thresholds(tree).items():
            self._draw_thresholds(name, literals)
        return WRITTEN_DATE.sub(r"date \1", tree.sql(dialect="postgres"))

    def _kind(self, name: str) -> str:
        return _kind(self._names[name]) if name in self._names else f"value in {self._values[name].unit}"

    def _thresholds(self, tree: exp.Expr) -> dict[str, list[exp.Literal]]:
        """Fact → the constants that it is compared with."""
        found: dict[str, list[exp.Literal]] = {}
        for node in tree.find_all(*COMPARISONS, bfs=False):
            sides = [
                side for side in node.iter_expressions() if not isinstance(side, (exp.Column, exp.Literal, exp.Cast))
            ]
            columns = [side for side in node.iter_expressions() if isinstance(side, exp.Column)]
            if not sides and len(columns) == 1 and columns[0].name in self._names:
                found.setdefault(columns[0].name, []).extend(node.find_all(exp.Literal))
        return found

    def _draw_thresholds(self, name: str, literals: Sequence[exp.Literal]) -> None:
        """Other constants in the place of these: the same for the same one, and in the same order of size."""
        have = self._people.get_column(name).drop_nulls().sort()
        before = sorted({literal.this for literal in literals}, key=lambda text: (len(text), text))
        low, high = (int(quantile * (have.len() - 1)) for quantile in QUANTILES)
        drawn = sorted(have[self._dice.randint(low, high)] for _ in before)
        after = dict(zip(before, map(str, drawn), strict=True))
        for literal in literals:
            literal.set("this", after[literal.this])

    def _parts_people(self, text: str, pays: Amount | None) -> bool:
        """Whether some meet a condition and some do not, or get an amount. Raises ExpressionError when it does not compile."""
        if pays is not None:
            source = RuleSource(service="one", conditions={}, amount=replace(pays, sql=text))
        else:
            source = RuleSource(service="one", conditions={"one": text})
        rule = rules.compile_rules(sources=[source], facts=self._names, values=self._values).rule("one")
        one = rule.amount or rule.conditions["one"]
        answers = self._people.select("party_id", one=expressions.to_polars(one, constants=self._figures))["one"]
        if pays is not None:
            return _share(answers.is_not_null()) >= RARE
        return _share(answers) >= RARE and _share(~answers) >= RARE


def _share(answers: pl.Series) -> float:
    """How many of all people are surely meant."""
    return float(answers.fill_null(False).mean() or 0.0)  # type: ignore[arg-type]


def _kind(name: Name) -> str:
    match name.type:
        case Type.INT:
            return "money" if name.high is None or name.high > MONEY else "number"
        case Type.CODE:
            # a code without a closed list (a building) has no few values that a rule could name
            return "code" if name.codes else f"code {name.name}"
        case _:
            return name.type.value
