"""380 rules, and the same conditions in plain Polars.

A big city has 380 services; the content of `cities/moscow` has the first of them. The others are drawn by seed: the real
ones serve in turn as the pattern (so the number of conditions, their shape and the share of amounts are those of the real ones),
with other facts of the same kind, other dated values and other thresholds in their place. What does not compile is drawn again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from gorod.catalogue.data import City
from gorod.engines.rules import api as rules
from gorod.engines.rules.api import RuleSet
from gorod.engines.rules.data import Amount, DatedValue, RuleSource
from gorod.kernel.expressions.data import ExpressionError, Name, Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import FactDefinition

SERVICES = 380
SEED = 1147
MONEY = 1_000_000  # an int that can be larger than this counts as money, a smaller one as a number of years or people

_WORD = re.compile(r"'[^']*'|[a-z_][a-z0-9_]*|\d+")
_THRESHOLD = re.compile(r"(?<=[<>=] )\d+\b")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a benchmark: all sources in order, the real ones first, and the compiled set."""

    sources: tuple[RuleSource, ...]
    real: int
    compiled: RuleSet

    @property
    def names(self) -> list[str]:
        """The facts that the rules use, sorted."""
        return sorted({name for service in self.compiled.services for name in self.compiled.facts_of(service)})

    def told(self) -> str:
        """How many there are of each kind, for the page."""
        conditions = [text for source in self.sources for text in source.conditions.values()]
        pays = sum(1 for source in self.sources if source.amount is not None)
        return (
            f"{len(self.sources)} rules: {self.real} real ones of cities/moscow, {len(self.sources) - self.real} drawn after"
            f" their pattern (seed {SEED}); {len(conditions)} conditions ({len(set(conditions))} different texts),"
            f" {pays} amounts, {len(self.names)} facts."
        )


def rules_of(*, city: City, count: int = SERVICES, seed: int = SEED) -> Rules:
    """The city's own rules and as many drawn ones as make up `count`. The city must be installed in this process."""
    real = [_source(city, service) for service in city.rules.services]
    draw = _Draw(facts=city.vocabulary.facts, names=facts.names(), values=city.values, dice=random.Random(seed))
    drawn = [draw.rule(real[number % len(real)], f"drawn_{number:03}") for number in range(count - len(real))]
    sources = (*real, *drawn)
    return Rules(sources=sources, real=len(real), compiled=draw.compiled(sources))


def _source(city: City, service: str) -> RuleSource:
    rule = city.rules.rule(service)
    amount = None
    if rule.amount is not None:
        amount = Amount(sql=rule.amount.text, percent=rule.percent, round=rule.round)
    conditions = {name: condition.text for name, condition in rule.conditions.items()}
    return RuleSource(service=service, conditions=conditions, amount=amount)


class _Draw:
    """Draws rules. Names are exchanged within their kind: yes or no, money, small numbers; codes stay with their codes."""

    def __init__(
        self,
        *,
        facts: Mapping[str, FactDefinition],
        names: Mapping[str, Name],
        values: Mapping[str, DatedValue],
        dice: random.Random,
    ) -> None:
        self._dice = dice
        self._names = names
        self._values = values
        self._kinds: dict[str, str] = {}
        for name in facts:
            self._kinds[name] = self._kind(names[name])
        for name, value in values.items():
            self._kinds[name] = f"value in {value.unit}"
        self._alike: dict[str, list[str]] = {}
        for name, kind in sorted(self._kinds.items()):
            self._alike.setdefault(kind, []).append(name)

    @staticmethod
    def _kind(name: Name) -> str:
        match name.type:
            case Type.INT:
                return "money" if name.high is None or name.high > MONEY else "number"
            case Type.CODE:
                return f"code {name.name}"
            case _:
                return name.type.value

    def compiled(self, sources: Sequence[RuleSource]) -> RuleSet:
        """The rules compiled as the catalogue does it. Raises ExpressionError."""
        return rules.compile_rules(sources=sources, facts=self._names, values=self._values)

    def rule(self, pattern: RuleSource, service: str) -> RuleSource:
        """A rule after a pattern that passes every check of a real one."""
        while True:
            exchanged: dict[str, str] = {}
            amount = pattern.amount
            drawn = RuleSource(
                service=service,
                conditions={
                    name: _THRESHOLD.sub(self._threshold, self._other_names(text, exchanged))
                    for name, text in pattern.conditions.items()
                },
                amount=amount
                and Amount(sql=self._other_names(amount.sql, exchanged), percent=amount.percent, round=amount.round),
            )
            try:
                self.compiled([drawn])
            except ExpressionError:
                continue  # for example, a sum of other facts that could overflow
            return drawn

    def _other_names(self, text: str, exchanged: dict[str, str]) -> str:
        """The text with every name exchanged, the same name for the same one throughout the rule."""

        def other(found: re.Match[str]) -> str:
            word = found.group()
            if word not in self._kinds:
                return word
            if word not in exchanged:
                exchanged[word] = self._dice.choice(self._alike[self._kinds[word]])
            return exchanged[word]

        return _WORD.sub(other, text)

    def _threshold(self, found: re.Match[str]) -> str:
        """A threshold a little beside the pattern's."""
        number = int(found.group())
        return str(max(number + self._dice.randint(-number // 3, number // 3), 0))


@dataclass(frozen=True, kw_only=True)
class PlainPolars:
    """The same conditions and amounts as Polars expressions made before the clock starts, by Polars' own reading of the text.

    Nothing of Gorod runs: no reasons, no missing facts, no watching for what is unknown in an amount.
    """

    parts: tuple[pl.Expr, ...]
    ends: tuple[pl.Expr, ...]
    conditions: tuple[str, ...]

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every condition and amount, then whether each service is due."""
        return frame.select("party_id", *self.parts).with_columns(*self.ends)

    def must_agree(self, ours: pl.DataFrame, *, frame: pl.DataFrame) -> None:
        """See that both do the same work: raises RuntimeError naming the conditions that `ours` answers otherwise."""
        theirs = self.run(frame)
        different = [name for name in self.conditions if not ours[name].equals(theirs[name], null_equal=True)]
        if different:
            raise RuntimeError(f"plain Polars answers {', '.join(different)} otherwise")


def plain_polars(*, drawn: Rules, as_of: date) -> PlainPolars:
    """Plain Polars for these rules on a date (the dated values are constants in it)."""
    figures = drawn.compiled.figures(as_of)
    parts: list[pl.Expr] = []
    ends: list[pl.Expr] = []
    for source in drawn.sources:
        columns = [f"{source.service}/{name}" for name in source.conditions]
        parts += [
            pl.sql_expr(_with_figures(text, figures)).alias(column)
            for column, text in zip(columns, source.conditions.values(), strict=True)
        ]
        due = pl.all_horizontal(columns) if columns else pl.lit(True)
        ends.append(due.alias(source.service))
        if source.amount is not None:
            parts.append(_plain_amount(source.amount, figures).alias(f"{source.service}#"))
    return PlainPolars(
        parts=tuple(parts),
        ends=tuple(ends),
        conditions=tuple(f"{source.service}/{name}" for source in drawn.sources for name in source.conditions),
    )


def _plain_amount(amount: Amount, figures: Mapping[str, object]) -> pl.Expr:
    expression = pl.sql_expr(_with_figures(amount.sql, figures))
    if amount.percent is not None:
        expression = (expression * amount.percent * 2 + 100) // 200
    if amount.round is not None:
        expression = (expression * 2 + amount.round) // (amount.round * 2) * amount.round
    return expression


def _with_figures(text: str, figures: Mapping[str, object]) -> str:
    """The text with a constant for each dated value: as 64-bit integer, for literals alone are 32 bits in Polars and wrap."""

    def constant(found: re.Match[str]) -> str:
        word = found.group()
        if word not in figures:
            return word
        figure = figures[word]
        return f"cast({'null' if figure is None else figure} as bigint)"

    return _WORD.sub(constant, text)
