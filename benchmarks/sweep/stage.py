"""What the benchmarks of the sweep run on: sizes, the city's content, rules, people, snapshots."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from statistics import fmean

import polars as pl

from benchmarks.sweep import alone
from benchmarks.sweep.data import RULES, WHOLE_CITY
from benchmarks.sweep.drawn import Rules, rules_of
from benchmarks.sweep.people import people
from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.engines.rules.data import Amount, RuleSource
from gorod.kernel import clock
from gorod.records.facts import api as facts

DRAWN_AS_OF = date(2026, 11, 1)  # fixed, so that the same rules are drawn on every day
DRAWN_FROM = 20_000  # people whose facts say which thresholds are plausible
MOST_RULES = 1_500
TURN = 1.0  # seconds


class Stage:
    """Sizes, and what all benchmarks of a run share, made when first asked for. The city must be installed in this process."""

    def __init__(
        self, *, folder: Path, quick: bool = False, residents: int | None = None, times: int | None = None
    ) -> None:
        self.folder = folder
        self.quick = quick
        self.residents = residents or self.size(WHOLE_CITY, quick=20_000)
        self.times = times or self.size(5, quick=2)
        self._snapshots: dict[int, Path] = {}
        self.made_up_seconds: dict[int, float] = {}

    def size(self, full: int, *, quick: int) -> int:
        """How many, in a full run or in a quick one."""
        return quick if self.quick else full

    def say(self, text: str) -> None:
        """Tell whoever waits what is going on."""
        print(f"  {text}", file=sys.stderr, flush=True)

    @property
    def city(self) -> City:
        """The city's content."""
        return catalogue.current()

    @cached_property
    def as_of(self) -> date:
        """The date as of which everything in memory is judged: today, when the run began."""
        return clock.today()

    @cached_property
    def most_rules(self) -> Rules:
        """As many rules as any benchmark asks for."""
        count = self.size(MOST_RULES, quick=RULES + 20)
        self.say(f"drawing {count:,} rules")
        return drawn_rules(city=self.city, count=count)

    def rules(self, count: int = RULES) -> Rules:
        """The first of them, the real ones before all."""
        return self.most_rules.first(count)

    def rules_file(self, count: int = RULES) -> Path:
        """The same in a file, for a process of its own."""
        path = self.folder / f"rules-{count}.json"
        if not path.exists():
            path.write_text(alone.written(self.rules(count).sources), encoding="utf-8")
        return path

    def people(self, residents: int) -> pl.DataFrame:
        """Made-up people with every fact that the 380 rules read."""
        return people(
            city=self.city, residents=residents, names=self.rules().compiled.facts_of_all(), as_of=self.as_of
        ).frame

    def snapshot(self, residents: int) -> Path:
        """The folder of a snapshot of that many made-up people with what the most rules read, made up once a run."""
        if residents not in self._snapshots:
            self.say(f"making up {residents:,} residents")
            began = time.perf_counter()
            answer = alone.ask(
                "make_up", residents=residents, folder=str(self.folder / "snapshots"), rules=str(self._most)
            )
            self._snapshots[residents] = Path(answer["snapshot"])
            self.made_up_seconds[residents] = time.perf_counter() - began
        return self._snapshots[residents]

    @property
    def _most(self) -> Path:
        return self.rules_file(len(self.most_rules.sources))

    def in_turns(self, *works: Callable[[], Callable[[], object]]) -> list[list[float]]:
        """Each piece of work once to warm up, then in turns: the seconds of each. A turn does a piece again and again for a second
        at least, as a city is worked through, and tells what one took on average. A piece prepares itself, which is not timed,
        and gives what is."""
        for prepare in works:
            prepare()()
        took: list[list[float]] = [[] for _ in works]
        for _ in range(self.times):
            for prepare, seconds in zip(works, took, strict=True):
                seconds.append(_average(prepare))
        return took


def _average(prepare: Callable[[], Callable[[], object]]) -> float:
    took: list[float] = []
    while sum(took) < TURN:
        work = prepare()
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return fmean(took)


def drawn_rules(*, city: City, count: int) -> Rules:
    """The city's own rules and drawn ones. The city must be installed in this process."""
    names = facts.names()
    sample = people(city=city, residents=DRAWN_FROM, names=list(names), as_of=DRAWN_AS_OF)
    return rules_of(
        real=[_source(city, service) for service in city.rules.services],
        names=names,
        values=city.values,
        people=sample.frame,
        as_of=DRAWN_AS_OF,
        count=count,
    )


def _source(city: City, service: str) -> RuleSource:
    rule = city.rules.rule(service)
    amount = None
    if rule.amount is not None:
        amount = Amount(sql=rule.amount.text, percent=rule.percent, round=rule.round)
    return RuleSource(
        service=service,
        conditions={name: condition.text for name, condition in rule.conditions.items()},
        amount=amount,
    )
