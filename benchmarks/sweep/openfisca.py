"""The same rules in OpenFisca-Core, as its users write them: a Variable for each fact, condition, service and amount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode  # type: ignore[import-untyped]
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import Simulation, SimulationBuilder  # type: ignore[import-untyped]
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # type: ignore[import-untyped]
from openfisca_core.variables import Variable  # type: ignore[import-untyped]

from benchmarks.sweep.by_hand import Arrays
from benchmarks.sweep.three_valued import YES, Judged, Numbers, Reader, amount, answer, texts_of
from gorod.engines.rules.api import RuleSet
from gorod.engines.rules.logic import Rule
from gorod.kernel.expressions.data import Node

FAIR = (
    "How it was made fair to OpenFisca, which knows no unknown values: a yes-or-no fact is a Variable of answers (0 no, 1 "
    "not known, 2 yes), and a fact with a value has a second Variable `<fact>_known` only where it is unknown of anybody. "
    "Its integers have 32 bits, in which kopecks overflow: here they have 64, and answers 8. Codes and dates are whole "
    "numbers. The dated values are its parameters. A condition that several services share is one Variable. Formulas take "
    "the same vectorised steps as NumPy by hand."
)
Formula = Callable[..., npt.NDArray[Any]]


class Answer(Variable):  # type: ignore[misc]
    """A Variable of answers, a byte each."""

    def __init__(self, baseline_variable: object = None) -> None:
        super().__init__(baseline_variable)
        self.dtype = np.int8


class Whole(Variable):  # type: ignore[misc]
    """A Variable of 64-bit integers."""

    def __init__(self, baseline_variable: object = None) -> None:
        super().__init__(baseline_variable)
        self.dtype = np.int64


class Known(Variable):  # type: ignore[misc]
    """A Variable that says whether a fact is known."""


class OpenFisca:
    """The rules as of a date, for people like those of `facts`: what all of these know is taken to be known of everybody."""

    def __init__(self, *, rule_set: RuleSet, as_of: date, facts: Arrays) -> None:
        self._period = period(f"{as_of:%Y-%m}")  # read once: read anew for each Variable it would cost a fifth
        self._rules = [rule_set.rule(service) for service in rule_set.services]
        self._figures = rule_set.figures(as_of)
        self._codes = facts.codes
        self._texts = {text: f"condition_{n}" for n, text in enumerate(texts_of(rule_set))}
        self._yes_or_no = frozenset(facts.answers)
        self._unsure = frozenset(name for name, (_, known) in facts.numbers.items() if known is not None)
        person = build_entity("person", "persons", "A person", is_person=True)
        household = build_entity(
            "household", "households", "A household", roles=[{"key": "member", "plural": "members"}]
        )
        self._system = TaxBenefitSystem([person, household])
        self._person = self._system.person_entity
        self._system.parameters = ParameterNode(
            "",
            data={
                name: {"values": {"1900-01-01": {"value": figure}}}
                for name, figure in self._figures.items()
                if figure is not None
            },
        )
        self._add_facts(facts)
        self._add_rules(texts_of(rule_set))

    def simulation(self, facts: Arrays) -> Simulation:
        """A simulation of these people, their facts set, nothing calculated."""
        made = SimulationBuilder().build_default_simulation(self._system, facts.count)
        for name, answers in facts.answers.items():
            made.set_input(name, self._period, answers)
        for name, (values, known) in facts.numbers.items():
            made.set_input(name, self._period, values)
            if name in self._unsure:
                made.set_input(_known(name), self._period, np.ones(facts.count, np.bool_) if known is None else known)
        return made

    def household(self, situation: Mapping[str, Any]) -> Simulation:
        """A simulation of one household described as its web service takes it."""
        return SimulationBuilder().build_from_entities(self._system, situation)

    def situation(self, family: pl.DataFrame) -> Mapping[str, Any]:
        """A family (`party_id` and a column a fact) as a request to OpenFisca describes it."""
        facts = Arrays(frame=family, codes=self._codes)
        persons: dict[str, dict[str, dict[str, object]]] = {}
        for row, party in enumerate(family["party_id"]):
            said: dict[str, object] = {name: int(answers[row]) for name, answers in facts.answers.items()}
            for name, (values, known) in facts.numbers.items():
                said[name] = int(values[row])  # type: ignore[index]
                if name in self._unsure:
                    said[_known(name)] = known is None or bool(known[row])
            persons[party] = {name: {str(self._period): value} for name, value in said.items()}
        return {"persons": persons, "households": {"family": {"members": list(persons)}}}

    def calculate(self, made: Simulation) -> None:
        """Everything: each service and each amount; conditions come along."""
        for rule in self._rules:
            made.calculate(_due(rule.service), self._period)
            if rule.amount is not None:
                made.calculate(_kopecks(rule.service), self._period)

    def judged(self, made: Simulation) -> Judged:
        """What a simulation found, everything calculated."""

        def found(names: Iterable[tuple[str, str]]) -> dict[str, npt.NDArray[Any]]:
            return {key: made.calculate(name, self._period) for key, name in names}

        pays = [rule.service for rule in self._rules if rule.amount is not None]
        return Judged(
            conditions=found(self._texts.items()),
            due=found((rule.service, _due(rule.service)) for rule in self._rules),
            provided=found((service, _provided(service)) for service in pays),
            kopecks=found((service, _kopecks(service)) for service in pays),
        )

    def _add(self, name: str, kind: type[Variable], value_type: type, formula: Formula | None = None) -> None:
        says: dict[str, object] = {
            "value_type": value_type,
            "entity": self._person,
            "definition_period": DateUnit.MONTH,
            "label": name,
        }
        if formula is not None:
            says["formula"] = formula
        self._system.add_variable(type(name, (kind,), says))

    def _add_facts(self, facts: Arrays) -> None:
        for name in facts.answers:
            self._add(name, Answer, int)
        for name in facts.numbers:
            self._add(name, Whole, int)
            if name in self._unsure:
                self._add(_known(name), Known, bool)

    def _add_rules(self, texts: Mapping[str, Any]) -> None:
        for text, name in self._texts.items():
            self._add(name, Answer, int, self._condition(texts[text].tree))
        for rule in self._rules:
            if rule.amount is not None:
                self._add(_provided(rule.service), Answer, int, self._amount(rule, "provided"))
                self._add(_sum(rule.service), Whole, int, self._amount(rule, "kopecks"))
                self._add(_kopecks(rule.service), Whole, int, _paid(rule.service))
            self._add(_due(rule.service), Answer, int, self._service(rule))

    def _condition(self, tree: Node) -> Formula:
        def formula(person: Any, when: Any, parameters: Any) -> npt.NDArray[Any]:
            return answer(tree, self._reader(person, when, parameters))

        return formula

    def _amount(self, rule: Rule, part: str) -> Formula:
        assert rule.amount is not None
        tree = rule.amount.tree

        def formula(person: Any, when: Any, parameters: Any) -> npt.NDArray[Any]:
            read = self._reader(person, when, parameters)
            found: npt.NDArray[Any] = getattr(amount(tree, read, percent=rule.percent, unit=rule.round), part)
            return found

        return formula

    def _service(self, rule: Rule) -> Formula:
        names = [self._texts[one.text] for one in rule.conditions.values()]
        if rule.amount is not None:
            names.append(_provided(rule.service))

        def formula(person: Any, when: Any) -> npt.NDArray[Any]:
            if not names:
                return np.full(person.count, YES)
            return reduce(np.minimum, [person(name, when) for name in names])

        return formula

    def _reader(self, person: Any, when: Any, parameters: Any) -> Reader:
        def number(name: str) -> Numbers:
            if name in self._figures:
                if self._figures[name] is None:
                    return 0, np.zeros(person.count, np.bool_)
                return getattr(parameters(when), name), None
            return person(name, when), person(_known(name), when) if name in self._unsure else None

        return Reader(
            yes_or_no=self._yes_or_no,
            answer=lambda name: person(name, when),
            number=number,
            codes=self._codes,
            count=person.count,
        )


def _paid(service: str) -> Formula:
    def formula(person: Any, when: Any) -> npt.NDArray[Any]:
        return np.where(person(_due(service), when) == YES, person(_sum(service), when), 0)

    return formula


def _known(fact: str) -> str:
    return f"{fact}_known"


def _due(service: str) -> str:
    return f"{service}_is_due"


def _provided(service: str) -> str:
    return f"{service}_is_provided"


def _sum(service: str) -> str:
    return f"{service}_sum"


def _kopecks(service: str) -> str:
    return f"{service}_paid"
