"""NumPy by hand: the facts as arrays, every rule a few vectorised steps over them, nothing for each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import reduce

import numpy as np
import polars as pl

from benchmarks.sweep.three_valued import (
    EPOCH,
    YES,
    Answers,
    Judged,
    Numbers,
    Reader,
    amount,
    answer,
    texts_of,
)
from gorod.engines.rules.api import RuleSet

SLICE = 25_000  # people of whom all facts and answers fit into the cache of a core


class Arrays:
    """Facts of people as arrays: yes-or-no facts as answers, the others as 64-bit integers and a mask where some are unknown."""

    def __init__(self, *, frame: pl.DataFrame, codes: Mapping[str, Mapping[str, int]]) -> None:
        self.count = frame.height
        self.codes = codes
        self.answers: dict[str, Answers] = {}
        self.numbers: dict[str, Numbers] = {}
        for column in frame.drop("party_id").iter_columns():
            if column.dtype == pl.Boolean:
                self.answers[column.name] = (column.cast(pl.Int8) * 2).fill_null(1).to_numpy().copy()
            else:
                self.numbers[column.name] = _numbers(column, codes.get(column.name, {}))

    def slices(self, size: int) -> list[Arrays]:
        """The same people in parts, without copying."""
        return [self._part(slice(first, first + size)) for first in range(0, self.count, size)]

    def _part(self, part: slice) -> Arrays:
        found = Arrays.__new__(Arrays)
        found.count = len(range(*part.indices(self.count)))
        found.codes = self.codes
        found.answers = {name: one[part] for name, one in self.answers.items()}
        found.numbers = {
            name: (values[part], None if known is None else known[part])  # type: ignore[index]
            for name, (values, known) in self.numbers.items()
        }
        return found


def codes_of(frame: pl.DataFrame) -> Mapping[str, Mapping[str, int]]:
    """Fact → each code that somebody has → a number for it."""
    texts = frame.drop("party_id").select(pl.col(pl.String))
    return {
        column.name: {code: number for number, code in enumerate(column.drop_nulls().unique().sort())}
        for column in texts.iter_columns()
    }


def _numbers(column: pl.Series, codes: Mapping[str, int]) -> Numbers:
    known = column.is_not_null().to_numpy().copy() if column.null_count() else None
    match column.dtype:
        case pl.Date:
            whole = column.cast(pl.Int32).cast(pl.Int64)
        case pl.String:
            whole = column.replace_strict(codes, return_dtype=pl.Int64)
        case _:
            whole = column
    return whole.fill_null(0).to_numpy().copy(), known


class ByHand:
    """The rules as of a date."""

    def __init__(self, *, rule_set: RuleSet, as_of: date) -> None:
        self._rules = [rule_set.rule(service) for service in rule_set.services]
        self._texts = texts_of(rule_set)
        self._figures = rule_set.figures(as_of)

    def judge(self, facts: Arrays) -> Judged:
        """Everything for these people, on one core."""
        read = self._reader(facts)
        conditions = {text: answer(one.tree, read) for text, one in self._texts.items()}
        due, provided, kopecks = {}, {}, {}
        for rule in self._rules:
            holds = [conditions[one.text] for one in rule.conditions.values()]
            paid = None
            if rule.amount is not None:
                paid = amount(rule.amount.tree, read, percent=rule.percent, unit=rule.round)
                provided[rule.service] = paid.provided
                holds.append(paid.provided)
            found = reduce(np.minimum, holds) if holds else np.full(facts.count, YES)
            due[rule.service] = found
            if paid is not None:
                kopecks[rule.service] = np.where(found == YES, paid.kopecks, 0)
        return Judged(conditions=conditions, due=due, provided=provided, kopecks=kopecks)

    def judge_slices(self, slices: Sequence[Arrays], *, pool: ThreadPoolExecutor) -> list[Judged]:
        """Everything, a slice to each free core: NumPy lets others run while it computes."""
        return list(pool.map(self.judge, slices))

    def _reader(self, facts: Arrays) -> Reader:
        def number(name: str) -> Numbers:
            if name in self._figures:
                figure = self._figures[name]
                if figure is None:
                    return 0, np.zeros(facts.count, np.bool_)
                return _plain(figure), None
            return facts.numbers[name]

        return Reader(
            yes_or_no=facts.answers.keys(),
            answer=facts.answers.__getitem__,
            number=number,
            codes=facts.codes,
            count=facts.count,
        )


def _plain(figure: object) -> int:
    if isinstance(figure, date):
        return (figure - EPOCH).days
    assert isinstance(figure, int)
    return figure
