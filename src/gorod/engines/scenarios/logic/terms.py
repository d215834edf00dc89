"""Who may still get a service, besides its rule: nobody whose time to apply is over or who has its result for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from gorod.engines.cases import api as cases
from gorod.engines.cases.data import Result
from gorod.engines.journeys import api as journeys
from gorod.kernel.errors import NotFound
from gorod.records.facts import api as facts


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`windows`: (date fact, months): one may apply until so long after it. `results`: what says that one has it already."""

    windows: tuple[tuple[str, int], ...] = ()
    results: tuple[Result, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The facts it takes to say who may apply."""
        return frozenset(name for name, _months in self.windows) | {result.fact for result in self.results}

    @property
    def months(self) -> int | None:
        """How long one may apply; None: always."""
        return max((months for _name, months in self.windows), default=None)

    def may_apply(self, as_of: date) -> pl.Expr:
        """Whether somebody may, by their facts; as `applications.closed` says of one person."""
        found = pl.lit(True)
        if self.windows:
            ends = [pl.col(name).dt.offset_by(f"{months}mo") for name, months in self.windows]
            found = found & (pl.max_horizontal(ends) >= as_of).fill_null(True)
        if self.results:
            found = found & ~pl.all_horizontal(_exists(result) for result in self.results)
        return found


def _exists(result: Result) -> pl.Expr:
    known, absent = pl.col(result.fact), facts.definition(name=result.fact).absent
    if result.value is not None:
        return known.eq_missing(pl.lit(result.value))
    return known.is_not_null() if absent is None else known.ne_missing(pl.lit(absent)) & known.is_not_null()


def of(service: str) -> Terms:
    """The terms of a service; none for one that is only tried."""
    try:
        case_type = cases.case_type(service=service)
    except NotFound:
        return Terms()
    steps = [step for step in journeys.steps_of(service=service) if step.expires_months is not None]
    return Terms(
        windows=tuple((step.expires_after, step.expires_months) for step in steps if step.expires_months is not None),
        results=case_type.results if case_type.right_months is None else (),
    )


def names(services: Iterable[str]) -> frozenset[str]:
    """The facts that the terms of these services need."""
    return frozenset().union(*(of(service).names for service in services))
