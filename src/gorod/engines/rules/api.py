"""The door of rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import polars as pl

from gorod.engines.rules.data import DatedFigure, DatedValue, Outcome, RuleInForce, RuleSource, UsedValue, Verdict
from gorod.engines.rules.logic import AMOUNT, Columns, Rule, columns, compile_rule
from gorod.kernel.errors import BadInput, NotFound
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Function, Name, Scalar

__all__ = ["AMOUNT", "RuleSet", "compile_rules", "evaluate", "outcomes", "verdicts"]


Key = TypeVar("Key")
Made = TypeVar("Made")
NOTHING: frozenset[str] = frozenset()
MOST_SETS = 200  # sets of services (and figures) whose expressions or functions are kept


class RuleSet:
    """The compiled rules of a city."""

    def __init__(self, rules: Mapping[str, Rule], values: Mapping[str, DatedValue]) -> None:
        self._rules = rules
        self._values = values
        self._columns: dict[tuple[tuple[str, ...], tuple[Scalar | None, ...]], Columns] = {}
        self._for_one: dict[tuple[str, ...], Function] = {}
        self._in_force: dict[tuple[tuple[str, ...], date], tuple[RuleInForce, ...]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the expressions made of it: whoever gets it in another process makes them there."""
        return {**self.__dict__, "_columns": {}, "_for_one": {}, "_in_force": {}}

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services that have a rule, in order."""
        return tuple(self._rules)

    def facts_of(self, service: str) -> tuple[str, ...]:
        """The facts a service may read: those its rule names. Raises NotFound."""
        return self.rule(service).facts

    def facts_of_all(self, services: Iterable[str] | None = None) -> tuple[str, ...]:
        """The facts of several services (all by default), each once, in order. Raises NotFound."""
        wanted = self._rules if services is None else services
        return tuple(sorted({name for service in wanted for name in self.facts_of(service)}))

    def version_of(self, service: str) -> str:
        """The version of its rule: a digest of everything that can change an answer but facts and figures."""
        return self.rule(service).version

    def rule(self, service: str) -> Rule:
        """The compiled rule. Raises NotFound."""
        try:
            return self._rules[service]
        except KeyError:
            raise NotFound(f"no service {service!r} has a rule", remedy="see services/ of the city's content") from None

    def figures(self, as_of: date) -> dict[str, Scalar | None]:
        """Every dated value on a date; None where the figure is late."""
        found = {name: value.at(as_of) for name, value in self._values.items()}
        return {name: figure.figure if figure else None for name, figure in found.items()}

    def columns(self, services: tuple[str, ...], as_of: date) -> Columns:
        """What `evaluate` asks of Polars, made once for the same services and figures: making it takes longer than one family."""
        figures = self.figures(as_of)
        key = (services, tuple(figures.values()))
        return _kept(self._columns, key, lambda: columns([self.rule(service) for service in services], figures))

    def for_one(self, services: tuple[str, ...]) -> Function:
        """The function that runs the parts of these rules for one person, rule by rule; made once for the same services."""
        return _kept(
            self._for_one, services, lambda: expressions.for_one_row([self.rule(service).parts for service in services])
        )

    def changed(
        self, *, figures: Mapping[str, int], sources: Iterable[RuleSource], facts: Mapping[str, Name]
    ) -> RuleSet:
        """The same rules, but with these figures on every date and these rules, new ones among them: to try a change of law.

        Raises BadInput for a value that there is not, or a figure outside what its law can ever set (rules are proved for that),
        ExpressionError as `compile_rules`.
        """
        values = dict(self._values)
        for name, figure in figures.items():
            if name not in values:
                raise BadInput(f"no value is called {name!r}", remedy="see values/ of the city's content", value=name)
            value = values[name]
            if not value.low <= figure <= value.high:
                raise BadInput(
                    f"{name} cannot be {figure}",
                    remedy=f"its range in the city's content is {value.low} to {value.high}",
                    value=name,
                )
            values[name] = replace(value, figures=(DatedFigure(since=date.min, figure=figure),))
        tried = compile_rules(sources=sources, facts=facts, values=values)
        return RuleSet({**self._rules, **tried._rules}, values)

    def only(self, services: Iterable[str]) -> RuleSet:
        """These rules without the others. Raises NotFound."""
        return RuleSet({service: self.rule(service) for service in services}, self._values)

    def in_force(self, services: tuple[str, ...], as_of: date) -> tuple[RuleInForce, ...]:
        """These rules on a date, each with the dated values it uses. Raises NotFound."""
        return _kept(
            self._in_force,
            (services, as_of),
            lambda: tuple(self._on(self.rule(service), as_of) for service in services),
        )

    def _on(self, rule: Rule, as_of: date) -> RuleInForce:
        conditions = (*rule.conditions, *([AMOUNT] if rule.amount is not None else []))
        values = self.used(rule.values, as_of)
        return RuleInForce(service=rule.service, conditions=conditions, values=values, version=rule.version)

    def used(self, names: Iterable[str], as_of: date) -> tuple[UsedValue, ...]:
        """The dated values behind these names on a date."""
        result = []
        for name in names:
            figure = self._values[name].at(as_of)
            result.append(
                UsedValue(
                    name=name,
                    since=figure.since if figure else None,
                    figure=figure.figure if figure else None,
                    law=figure.law if figure else "",
                )
            )
        return tuple(result)


def _kept(known: dict[Key, Made], key: Key, make: Callable[[], Made]) -> Made:
    """What was made for the same before; all of it is forgotten when it is too much."""
    if key not in known:
        if len(known) >= MOST_SETS:
            known.clear()
        known[key] = make()
    return known[key]


def compile_rules(
    *, sources: Iterable[RuleSource], facts: Mapping[str, Name], values: Mapping[str, DatedValue]
) -> RuleSet:
    """Check and compile rules. Raises ExpressionError, with `service` and `condition` in its `extra`."""
    names = dict(facts)
    for value in values.values():
        names[value.name] = Name(name=value.name, type=value.type, low=value.low, high=value.high)
    return RuleSet({s.service: compile_rule(s, names, frozenset(values)) for s in sources}, values)


def evaluate(
    *, rules: RuleSet, frame: pl.DataFrame, as_of: date, services: Collection[str] | None = None
) -> pl.DataFrame:
    """Run rules over a frame (`party_id` and a column a fact), one family or a city alike.

    Returns `party_id` and for each service `<service>` (true = due, false = not, null = open), `<service>/<condition>`
    and, where it pays, `<service>/amount` (whether an amount is provided) and `<service>#` (kopecks, null unless due).
    """
    asked = rules.services if services is None else tuple(services)
    made = rules.columns(asked, as_of)
    judged = frame.select("party_id", *made.conditions, *made.amounts, *made.opens)
    return judged.select("party_id", *made.answers)


def verdicts(*, rules: RuleSet, frame: pl.DataFrame, as_of: date, services: Collection[str]) -> pl.DataFrame:
    """Of `evaluate` only `party_id`, `<service>` and, where it pays, `<service>#`: a third of the columns, for a whole city."""
    made = rules.columns(tuple(services), as_of)
    judged = frame.select("party_id", *made.conditions, *made.amounts, *made.opens)
    return judged.select("party_id", *made.verdicts)


def outcomes(
    *, rules: RuleSet, frame: pl.DataFrame, as_of: date, services: Collection[str] | None = None
) -> list[Outcome]:
    """The answers of `evaluate` one by one, with every failing condition, what is missing, and the values used. For few people: the
    rules are run person by person, which for a family takes a tenth of the time of a frame."""
    asked = rules.services if services is None else tuple(services)
    figures = rules.figures(as_of)
    wanted = tuple(zip(map(rules.rule, asked), rules.in_force(asked, as_of), strict=True))
    judge = rules.for_one(asked)
    result: list[Outcome] = []
    for facts in frame.iter_rows(named=True):
        party_id = UUID(facts["party_id"])
        judged = zip(wanted, *judge({**facts, **figures}), strict=True)
        result += [_outcome(party_id, rule, there, answers, needed) for (rule, there), answers, needed in judged]
    return result


def _outcome(
    party_id: UUID,
    rule: Rule,
    in_force: RuleInForce,
    answers: tuple[Scalar | None, ...],
    needed: tuple[frozenset[str], ...],
) -> Outcome:
    """From the answers of the rule's parts, and the names that can still change each."""
    holds: tuple[bool | None, ...] = answers  # type: ignore[assignment]
    amount = None
    if rule.amount is not None:
        amount = rule.paid(answers[-1])
        provided = True if amount is not None else None if needed[-1] else False
        holds = (*holds[:-1], provided)
    if False in holds:
        return Outcome(party_id, in_force, Verdict.NOT_DUE, holds, NOTHING, None)
    if None not in holds:
        return Outcome(party_id, in_force, Verdict.DUE, holds, NOTHING, amount)
    # an amount is asked about only when no condition is open: nobody is asked for what may not matter
    asked = NOTHING.union(*needed[: len(rule.conditions)]) or needed[-1]
    verdict = Verdict.UNKNOWN if asked.isdisjoint(in_force.late) else Verdict.WAITING
    return Outcome(party_id, in_force, verdict, holds, asked, None)
