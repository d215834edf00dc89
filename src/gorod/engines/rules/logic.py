"""Compiling one rule, and the arithmetic of amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from gorod.engines.rules.data import Amount, RuleSource
from gorod.kernel.canonical import digest
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Expression, ExpressionError, Name, Scalar, Type
from gorod.kernel.money import percent_of, round_to

AMOUNT = "amount"  # the condition that an amount is provided
_BOUND = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One service's compiled rule."""

    service: str
    conditions: Mapping[str, Expression]
    amount: Expression | None
    percent: int | None
    round: int | None
    facts: tuple[str, ...]
    values: tuple[str, ...]
    version: str

    @cached_property
    def sum(self) -> str:
        """The column of its amount."""
        return f"{self.service}#"

    @cached_property
    def parts(self) -> tuple[Expression, ...]:
        """Its conditions, and last its amount."""
        return (*self.conditions.values(), *([self.amount] if self.amount is not None else []))

    def paid(self, found: Scalar | None) -> int | None:
        """What the amount comes to with percent and rounding."""
        if found is None:
            return None
        assert isinstance(found, int)
        if self.percent is not None:
            found = percent_of(found, self.percent)
        return round_to(found, self.round) if self.round is not None else found


def compile_rule(source: RuleSource, names: Mapping[str, Name], values: frozenset[str]) -> Rule:
    """Parse and prove one rule. Raises ExpressionError with `service` and `condition` in `extra`."""
    conditions: dict[str, Expression] = {}
    at = ""
    try:
        for at, text in source.conditions.items():
            conditions[at] = expressions.parse(text=text, vocabulary=names, expect=Type.BOOLEAN)
        at = AMOUNT
        if AMOUNT in conditions:
            raise ExpressionError("a condition cannot be called amount", remedy="give it another name")
        amount = _amount(source.amount, names) if source.amount is not None else None
    except ExpressionError as error:
        error.extra.update(service=source.service, condition=at)
        raise
    parts = [*conditions.values(), *([amount] if amount is not None else [])]
    used = frozenset[str]().union(*(part.names for part in parts))
    return Rule(
        service=source.service,
        conditions=conditions,
        amount=amount,
        percent=source.amount.percent if source.amount else None,
        round=source.amount.round if source.amount else None,
        facts=tuple(sorted(used - values)),
        values=tuple(sorted(used & values)),
        version=digest([source.conditions, source.amount, source.basis]),
    )


def _amount(source: Amount, names: Mapping[str, Name]) -> Expression:
    parsed = expressions.parse(text=source.sql, vocabulary=names, expect=Type.INT, amount=True)
    assert parsed.low is not None and parsed.high is not None
    if parsed.low < 0:
        raise ExpressionError("the amount can be negative", remedy="the city pays amounts of 0 or more")
    # both steps double the amount once on the way
    if parsed.high * (source.percent or 1) * 2 + 2 * (source.round or 1) > _BOUND:
        raise ExpressionError("percent of the amount can overflow 64 bits", remedy="narrow the ranges of its values")
    return parsed


def paid(rule: Rule, figures: Mapping[str, Scalar | None]) -> pl.Expr:
    """The amount with percent and rounding, half up, as `kernel.money` does it: amounts are never negative here."""
    assert rule.amount is not None
    amount = expressions.to_polars(rule.amount, constants=figures)
    if rule.percent is not None:
        amount = (amount * pl.lit(rule.percent, pl.Int64) * pl.lit(2, pl.Int64) + pl.lit(100, pl.Int64)) // 200
    if rule.round is not None:
        unit = pl.lit(rule.round, pl.Int64)
        amount = (amount * 2 + unit) // (unit * 2) * unit
    return amount


@dataclass(frozen=True)
class Columns:
    """The expressions over a frame of facts that answer some rules. `conditions`: each text once, in a column of its name,
    however many services share it. `amounts`: `<service>#`. `opens`: `<service>?`, whether an amount can still come to be.
    `answers`: over all of these, what `evaluate` gives; `verdicts`: the part of it that says who is due what."""

    conditions: Sequence[pl.Expr]
    amounts: Sequence[pl.Expr]
    opens: Sequence[pl.Expr]
    answers: Sequence[pl.Expr]
    verdicts: Sequence[pl.Expr]


def columns(rules: Sequence[Rule], figures: Mapping[str, Scalar | None]) -> Columns:
    """The expressions that answer these rules with these figures."""
    texts = {condition.text: condition for rule in rules for condition in rule.conditions.values()}
    paying = [rule for rule in rules if rule.amount is not None]
    return Columns(
        conditions=[expressions.to_polars(one, constants=figures).alias(text) for text, one in texts.items()],
        amounts=[paid(rule, figures).alias(rule.sum) for rule in paying],
        opens=[
            expressions.open_in_polars(rule.amount, figures).alias(f"{rule.service}?")
            for rule in paying
            if rule.amount is not None
        ],
        answers=[column for rule in rules for column in (*_judged(rule), *_verdict(rule))],
        verdicts=[column for rule in rules for column in _verdict(rule)],
    )


def _judged(rule: Rule) -> list[pl.Expr]:
    """Each condition under the service's name, that of an amount among them."""
    judged = {name: pl.col(condition.text) for name, condition in rule.conditions.items()}
    if rule.amount is not None:
        amount, is_open = pl.col(rule.sum), pl.col(f"{rule.service}?")
        judged[AMOUNT] = pl.when(amount.is_not_null()).then(True).when(~is_open).then(False)
    return [part.alias(f"{rule.service}/{name}") for name, part in judged.items()]


def _verdict(rule: Rule) -> list[pl.Expr]:
    """Whether it is due, and the sum, which only those see for whom it is."""
    due = pl.all_horizontal(_judged(rule)) if rule.conditions or rule.amount is not None else pl.lit(True)
    found = [due.alias(rule.service)]
    if rule.amount is not None:
        found.append(pl.when(due).then(pl.col(rule.sum)).alias(rule.sum))
    return found
