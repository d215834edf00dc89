"""The door of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction
from procrastinate.contrib.django import app

from gorod.engines.dues import api as dues
from gorod.engines.payments import api as payments
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import RuleSource
from gorod.engines.scenarios import models
from gorod.engines.scenarios.data import UNKNOWN, Answer, Axes, Effect, Scenario, Trial
from gorod.engines.scenarios.logic import cells, districts, terms
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Runner, Sweep
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import BadInput, ContentError, NotFound
from gorod.kernel.expressions import api as expressions
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader
from gorod.records.snapshots.data import district_of

READER = Reader(kind="platform", name="scenarios")
KEPT_DAYS = 365  # a trial; its file is for ever
TENTHS = tuple(part / 10 for part in range(1, 10))
Row = Mapping[str, Any]

_axes = Axes()


def configure(*, axes: Axes) -> None:
    """Set by what people are put into cells."""
    global _axes
    _axes = axes


def facts_beside(*, rule_set: rules.RuleSet) -> tuple[str, ...]:
    """The facts that a sweep must keep besides those of its rules, so that scenarios can be answered from it."""
    names = terms.names(rule_set.services) | _axes.names
    return tuple(sorted(names.difference(rule_set.facts_of_all())))


def answer(
    *,
    scenario: Scenario,
    sweep: Sweep,
    rule_set: rules.RuleSet,
    runner: Runner = sweeps.here,
    done: Callable[[str], None] = lambda district: None,
) -> Answer:
    """What a scenario would do to everybody of a sweep, beside the rules and figures in force. `done` hears of each district.

    Everything is counted in whole kopecks from the facts that the sweep kept: the same sweep and the same file give the same
    answer anywhere. Raises BadInput when the scenario changes nothing, names a value that there is not or a fact that the sweep
    did not keep, ExpressionError for a wrong text.
    """
    tried = changed(scenario=scenario, rule_set=rule_set)
    monthly = touched(scenario=scenario, rule_set=rule_set, tried=tried)
    _must_be_kept(sweep, {*tried.facts_of_all(monthly), *facts_beside(rule_set=rule_set)})
    tenths = _tenths(sweep)
    rows = _counted(sweep, rule_set, tried, monthly, tenths, runner, done)
    total = _total(rows)
    hidden = tuple(service for service in monthly if cells.too_few(total, service))
    if hidden:
        # who gains and who loses is counted a person: without these services it is another count
        monthly = {service: every_month for service, every_month in monthly.items() if service not in hidden}
        rows = _counted(sweep, rule_set, tried, monthly, tenths, runner, done) if monthly else []
        total = _total(rows)
    return Answer(
        sweep=sweep.name,
        as_of=sweep.as_of,
        people=sweep.people,
        rules={service: rule_set.version_of(service) for service in monthly if service in rule_set.services},
        together=cells.effect(total, monthly) if rows else Effect(people=sweep.people, gain=0, lose=0),
        services={service: cells.of_service(total, service, monthly) for service in monthly},
        districts=_table(rows, "district", monthly),
        sizes=_table(rows, districts.SIZE, monthly) if _axes.size else {},
        incomes=_table(rows, districts.TENTH, monthly) if _axes.income else {},
        hidden=hidden,
        windows={service: months for service in monthly if (months := terms.of(service).months) is not None},
        unclear={service: cells.unclear(total, service) for service in monthly},
    )


def today() -> date:
    """The day whose figures are in force for what is tried: that of the last sweep, else today."""
    sweep = sweeps.last()
    return sweep.as_of if sweep else clock.today()


def try_out(*, scenario: Scenario, official_id: UUID) -> UUID:
    """Have a scenario answered for an official, by a job. Raises BadInput and ExpressionError before anything is kept."""
    rule_set = dues.rule_set()
    touched(scenario=scenario, rule_set=rule_set, tried=changed(scenario=scenario, rule_set=rule_set))
    with transaction.atomic():
        row = models.Trial.objects.create(official_id=official_id, scenario=plain(scenario))
        app.configure_task("scenarios.compute").defer(trial_id=str(row.id))
    return row.id


def compute(*, trial_id: UUID) -> None:
    """Answer a trial on the last sweep, and record that everybody's facts were read for it, unless they are made up. An answer
    stays."""
    row = models.Trial.objects.filter(id=trial_id, answer__isnull=True, problem="").first()
    if row is None:
        return
    scenario, sweep = Scenario.of(row.scenario), sweeps.last()
    if sweep is None:
        row.problem = "the city was not swept yet; run gorod sweep"
    else:
        try:
            row.answer = plain(answer(scenario=scenario, sweep=sweep, rule_set=dues.rule_set()))
        except (BadInput, ContentError) as error:
            row.problem = f"{error.detail} {error.remedy}".strip()
    with transaction.atomic():
        if sweep is not None and not sweep.made_up:
            purpose = f"change of law tried: {scenario.title}"
            facts.record_reading(people=None, names=_facts_kept(sweep), purpose=purpose, reader=READER)
        row.save(update_fields=["answer", "problem"])


def trial(*, trial_id: UUID) -> Trial:
    """One that was tried. Raises NotFound."""
    row = models.Trial.objects.filter(id=trial_id).first()
    if row is None:
        raise NotFound(f"no trial {trial_id}", remedy="check the address; old ones are forgotten")
    return _data(row)


def trials(*, limit: int) -> list[Trial]:
    """The latest, newest first."""
    return [_data(row) for row in models.Trial.objects.order_by("-id")[:limit]]


def forget_old() -> int:
    """Forget trials that are older than KEPT_DAYS. Returns how many."""
    return models.Trial.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()[0]


def _data(row: models.Trial) -> Trial:
    return Trial(
        trial_id=row.id,
        official_id=row.official_id,
        at=row.at,
        scenario=Scenario.of(row.scenario),
        answer=Answer.of(row.answer) if row.answer else None,
        problem=row.problem,
    )


def otherwise(*, saved: Mapping[str, Any], now: Answer) -> list[str]:
    """Where an answer is not the one that was saved with its scenario: `way: saved → now`, of every figure. Which sweep it was
    asked of may differ, as long as it says the same."""
    return _otherwise("", {**saved, "sweep": now.sweep}, plain(now))


def _otherwise(way: str, saved: Any, now: Any) -> list[str]:
    if isinstance(saved, Mapping) and isinstance(now, Mapping):
        names = sorted(saved.keys() | now.keys())
        return [
            text for name in names for text in _otherwise(f"{way}.{name}".lstrip("."), saved.get(name), now.get(name))
        ]
    return [] if saved == now else [f"{way}: {saved} → {now}"]


def changed(*, scenario: Scenario, rule_set: rules.RuleSet) -> rules.RuleSet:
    """The rules as the scenario would have them. Raises BadInput, ExpressionError."""
    sources = [
        RuleSource(service=service, conditions=rule.conditions, amount=rule.amount)
        for service, rule in scenario.rules.items()
    ]
    return rule_set.changed(figures=scenario.figures, sources=sources, facts=facts.names())


def touched(*, scenario: Scenario, rule_set: rules.RuleSet, tried: rules.RuleSet) -> dict[str, bool]:
    """The services that the scenario touches, by a rule of its own or by a figure → whether they pay for every month.

    Raises BadInput when it touches none.
    """
    by_figure = {
        service for service in rule_set.services if scenario.figures.keys() & set(rule_set.rule(service).values)
    }
    found = {
        service: scenario.rules[service].monthly
        if service in scenario.rules and service not in rule_set.services
        else payments.goes_on(service=service)
        for service in sorted(by_figure | scenario.rules.keys())
    }
    if not found:
        raise BadInput("this changes no service", remedy="change a figure that a rule uses, or a rule")
    return found


def _must_be_kept(sweep: Sweep, names: Collection[str]) -> None:
    if missing := sorted(set(names) - _facts_kept(sweep)):
        raise BadInput(
            f"the sweep {sweep.name} did not keep {', '.join(missing)}",
            remedy="only what a rule in force uses can be tried on the whole city; after a change of content sweep it again",
            facts=missing,
        )


def _facts_kept(sweep: Sweep) -> frozenset[str]:
    return frozenset(sweep.facts(sweep.districts[0]).collect_schema().names()) - {"person"}


def _tenths(sweep: Sweep) -> list[int]:
    """The incomes at which the first nine tenths of those with a known income end."""
    if _axes.income is None:
        return []
    income = expressions.to_polars(_axes.income, constants={}).alias("income")
    known = pl.concat(sweep.facts(district).select(income).drop_nulls() for district in sweep.districts).collect()
    if known.is_empty():
        return []
    bounds = known.select(
        pl.col("income").quantile(part, interpolation="lower").alias(str(part)) for part in TENTHS
    ).row(0)
    return [int(bound) for bound in bounds]


def _counted(
    sweep: Sweep,
    rule_set: rules.RuleSet,
    tried: rules.RuleSet,
    monthly: Mapping[str, bool],
    tenths: list[int],
    runner: Runner,
    done: Callable[[str], None],
) -> list[Row]:
    services = sorted(monthly)
    by_terms = {service: terms.of(service) for service in services}
    work = partial(districts.counted, sweep, rule_set, tried, services, by_terms, _axes, tenths)
    rows: list[Row] = []
    for district, found in runner(work, sweep.districts):
        rows += [{**row, "district": district_of(district)} for row in found["rows"]]
        done(district)
    return rows


def _total(rows: list[Row]) -> dict[str, int]:
    labels = ("district", districts.SIZE, districts.TENTH)
    return cells.added(rows, [name for name in (rows[0] if rows else ()) if name not in labels])


def _table(rows: list[Row], label: str, monthly: Mapping[str, bool]) -> dict[str, Effect]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[label], []).append(row)
    ordered = sorted(groups, key=lambda name: (name == UNKNOWN, len(name) if name.isdigit() else 0, name))
    return cells.table({name: _total(groups[name]) for name in ordered}, monthly)
