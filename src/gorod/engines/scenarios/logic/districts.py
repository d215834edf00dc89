"""One district of a scenario: everybody asked by the rules in force and by those that are tried. The same on this machine and on
another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.scenarios.data import UNKNOWN, Axes
from gorod.engines.scenarios.logic.terms import Terms
from gorod.engines.sweeps.data import Sweep
from gorod.kernel.expressions import api as expressions

LARGEST = 6  # people in a family: larger ones are counted with these
SIZE, TENTH = "_size", "_tenth"


def counted(
    sweep: Sweep,
    before: rules.RuleSet,
    after: rules.RuleSet,
    services: Sequence[str],
    terms: Mapping[str, Terms],
    axes: Axes,
    tenths: Sequence[int],
    district: str,
) -> dict[str, Any]:
    """What happens to the people of one district, by family size and tenth of income: rows of counts and of sums in kopecks.

    `services`: those that are touched. `tenths`: the nine incomes at which the tenths end.
    """
    there = [service for service in services if service in before.services]
    needed = {*before.facts_of_all(there), *after.facts_of_all(services)}
    needed = needed.union(axes.names, *(one.names for one in terms.values()))
    people = sweep.facts(district).select("person", *sorted(needed)).rename({"person": "party_id"}).collect()
    may = people.select(one.may_apply(sweep.as_of).alias(service) for service, one in terms.items())
    now = rules.verdicts(rules=before, frame=people, as_of=sweep.as_of, services=there)
    then = rules.verdicts(rules=after, frame=people, as_of=sweep.as_of, services=services)
    columns: list[pl.Expr | pl.Series] = [_size(axes), _tenth(axes, tenths)]
    for service in services:
        columns += _of_service(service, now, then, may.get_column(service))
    gains = pl.any_horizontal(pl.col(f"{service}/gain") for service in services)
    loses = pl.any_horizontal(pl.col(f"{service}/lose") for service in services)
    judged = people.select(columns).with_columns(
        (gains & ~loses).alias("gain"), (loses & ~gains).alias("lose"), (gains & loses).alias("both")
    )
    sums = [name for name in judged.columns if name not in (SIZE, TENTH)]
    grouped = judged.group_by(SIZE, TENTH).agg(pl.len().cast(pl.Int64).alias("people"), *(pl.col(sums).sum(),))
    return {"rows": grouped.with_columns(pl.col(sums).cast(pl.Int64)).to_dicts()}


def _of_service(service: str, now: pl.DataFrame, then: pl.DataFrame, may: pl.Series) -> list[pl.Series]:
    """Columns of one service: who gains, who loses, for whom it stays open, who is paid before and after, and how much."""
    nobody = pl.repeat(False, then.height, dtype=pl.Boolean, eager=True)
    was = may & (now.get_column(service).fill_null(False) if service in now.columns else nobody)
    is_due = may & then.get_column(service).fill_null(False)
    paid, pays = _amount(service, now, was), _amount(service, then, is_due)
    return [
        ((is_due & ~was) | (is_due & was & (pays > paid))).alias(f"{service}/gain"),
        ((was & ~is_due) | (is_due & was & (pays < paid))).alias(f"{service}/lose"),
        (may & then.get_column(service).is_null()).alias(f"{service}/open"),
        (paid > 0).alias(f"{service}/paid_before"),
        (pays > 0).alias(f"{service}/paid_after"),
        paid.alias(f"{service}/before"),
        pays.alias(f"{service}/after"),
    ]


def _amount(service: str, answers: pl.DataFrame, is_due: pl.Series) -> pl.Series:
    """What is paid; 0 to those to whom it is not due, and where nothing is paid."""
    nothing = pl.repeat(0, is_due.len(), dtype=pl.Int64, eager=True)
    if f"{service}#" not in answers.columns:
        return nothing
    return answers.get_column(f"{service}#").fill_null(0).zip_with(is_due, nothing)


def _tenth(axes: Axes, tenths: Sequence[int]) -> pl.Expr:
    if axes.income is None:
        return pl.lit(UNKNOWN).alias(TENTH)
    income = expressions.to_polars(axes.income, constants={})
    above = pl.sum_horizontal(income > bound for bound in tenths)
    return pl.when(income.is_not_null()).then((above + 1).cast(pl.String)).otherwise(pl.lit(UNKNOWN)).alias(TENTH)


def _size(axes: Axes) -> pl.Expr:
    if axes.size is None:
        return pl.lit(UNKNOWN).alias(SIZE)
    size = expressions.to_polars(axes.size, constants={})
    words = pl.when(size >= LARGEST).then(pl.lit(f"{LARGEST}+")).otherwise(size.cast(pl.String))
    return words.fill_null(UNKNOWN).alias(SIZE)
