"""Before a time is told: everybody's answers must be the same in all."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.sweep.three_valued import OPEN, YES, Answers, Judged
from gorod.engines.rules.api import AMOUNT, RuleSet


def must_agree(*, ours: pl.DataFrame, others: Judged, rule_set: RuleSet, who: str) -> None:
    """See that `others` (whose name is `who`) finds what `rules.evaluate` found. Raises RuntimeError naming what differs."""
    different = []
    for service in rule_set.services:
        rule = rule_set.rule(service)
        pairs = {name: others.conditions[one.text] for name, one in rule.conditions.items()}
        if rule.amount is not None:
            pairs[AMOUNT] = others.provided[service]
            kopecks = ours[rule.sum].fill_null(0).to_numpy()
            if not np.array_equal(kopecks, others.kopecks[service]):
                different.append(rule.sum)
        different += [
            f"{service}/{name}" for name, theirs in pairs.items() if not same(ours[f"{service}/{name}"], theirs)
        ]
        if not same(ours[service], others.due[service]):
            different.append(service)
    if different:
        raise RuntimeError(f"{who} answers {len(different)} otherwise: {', '.join(different[:10])}")


def same(ours: pl.Series, theirs: Answers) -> bool:
    """Whether answers (true, false, null) are these (2, 0, 1) for everybody."""
    return np.array_equal((ours.cast(pl.Int8) * int(YES)).fill_null(int(OPEN)).to_numpy(), theirs)


def joined(parts: list[Judged]) -> Judged:
    """The findings about slices of people as one."""
    return Judged(
        **{
            name: {key: np.concatenate([getattr(part, name)[key] for part in parts]) for key in getattr(parts[0], name)}
            for name in ("conditions", "due", "provided", "kopecks")
        }
    )
