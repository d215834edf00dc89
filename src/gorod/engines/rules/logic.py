"""Compiling one rule, and the arithmetic of amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gorod.engines.rules.data import Amount, RuleSource
from gorod.kernel.canonical import digest
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Expression, ExpressionError, Name, Scalar, Type

AMOUNT = "amount"  # the condition that an amount is provided
_BOUND = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One service's compiled rule. `judged` are the conditions in order, 'amount' last where it pays."""

    service: str
    conditions: Mapping[str, Expression]
    amount: Expression | None
    percent: int | None
    round: int | None
    facts: tuple[str, ...]
    values: tuple[str, ...]
    version: str

    @property
    def judged(self) -> tuple[str, ...]:
        """Names of everything that must be true."""
        return (*self.conditions, AMOUNT) if self.amount is not None else tuple(self.conditions)

    def still_needed(self, known: Mapping[str, Scalar | None]) -> frozenset[str]:
        """Facts and late values that keep the answer open.

        An amount is asked about only when no condition is open: nobody is asked for what may not matter.
        """
        open_conditions = [expressions.still_needed(condition, known) for condition in self.conditions.values()]
        needed = frozenset[str]().union(*open_conditions)
        if not needed and self.amount is not None:
            needed = expressions.still_needed(self.amount, known)
        return needed


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


def has_amount(rule: Rule, figures: Mapping[str, Scalar | None]) -> pl.Expr:
    """Whether an amount is provided: false when every test is known and no branch fits, null while it is open."""
    assert rule.amount is not None
    amount = expressions.to_polars(rule.amount, constants=figures)
    return pl.when(amount.is_not_null()).then(True).when(~expressions.open_in_polars(rule.amount, figures)).then(False)


Columns = tuple[list[pl.Expr], list[pl.Expr], list[pl.Expr]]
"""Conditions and amounts; whether each service is due; the sums, which only those see for whom it is."""


def columns(rules: Sequence[Rule], figures: Mapping[str, Scalar | None]) -> Columns:
    """The expressions over a frame of facts that answer these rules, in the three steps of `Columns`."""
    parts: list[pl.Expr] = []
    ends: list[pl.Expr] = []
    sums: list[pl.Expr] = []
    for rule in rules:
        for name, condition in rule.conditions.items():
            parts.append(expressions.to_polars(condition, constants=figures).alias(f"{rule.service}/{name}"))
        if rule.amount is not None:
            parts.append(paid(rule, figures).alias(f"{rule.service}#"))
            parts.append(has_amount(rule, figures).alias(f"{rule.service}/{AMOUNT}"))
            sums.append(pl.when(pl.col(rule.service)).then(pl.col(f"{rule.service}#")).alias(f"{rule.service}#"))
        judged = [f"{rule.service}/{name}" for name in rule.judged]
        due = pl.all_horizontal(judged) if judged else pl.lit(True)
        ends.append(due.alias(rule.service))
    return parts, ends, sums
