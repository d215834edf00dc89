"""The shape of a scenario's file, and writing one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from gorod.catalogue.data import Misfits
from gorod.catalogue.logic.content import read_file
from gorod.catalogue.logic.files import AmountEntry, Identifier, Int64, PaymentEntry, Text
from gorod.engines.dues import api as dues
from gorod.engines.payments.data import Every
from gorod.engines.rules.data import Amount
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import Answer, Scenario, TriedRule
from gorod.kernel.canonical import plain
from gorod.kernel.errors import BadInput
from gorod.kernel.expressions.data import ExpressionError


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TriedRuleEntry(_File):
    """A rule as somebody would have it, whole: it stands in place of the one in force, or is a new service's."""

    conditions: dict[Identifier, str] = Field(default={}, description="name → a condition; all must be true")
    amount: str | AmountEntry | None = Field(default=None, description="what is paid, in the smallest coin")
    payment: PaymentEntry | None = Field(default=None, description="of a new service; left out: it is paid once")


class ScenarioFile(_File):
    """A change of law to be tried by `gorod what-if`: figures that would be in force, and rules."""

    title: Text = Field(max_length=200, description="what is changed, in words")
    values: dict[Identifier, Int64] = Field(default={}, description="dated value → the figure to try, in its unit")
    services: dict[Identifier, TriedRuleEntry] = Field(default={}, description="service → the rule to try")
    answer: dict[str, Any] | None = Field(default=None, description="what was answered when it was saved")


def read(path: Path) -> tuple[Scenario | None, dict[str, Any] | None, list[Any]]:
    """A scenario, the answer that was saved with it, and all that is wrong in the file."""
    remedy = "see docs/how-to/try-a-change-of-law.md"
    file, problems = read_file(folder=path.parent, name=path.name, model=ScenarioFile, misfits=_misfits, remedy=remedy)
    return (_scenario(file) if file else None), (file.answer if file else None), problems


def _scenario(file: ScenarioFile) -> Scenario:
    return Scenario(
        title=file.title,
        figures=file.values,
        rules={
            service: TriedRule(
                conditions=entry.conditions,
                amount=_amount(entry.amount),
                monthly=entry.payment is not None and entry.payment.every is Every.MONTH,
            )
            for service, entry in file.services.items()
        },
    )


def _amount(entry: str | AmountEntry | None) -> Amount | None:
    if entry is None or isinstance(entry, str):
        return Amount(sql=entry) if entry else None
    return Amount(sql=entry.sql, percent=entry.percent, round=entry.round)


def _misfits(file: ScenarioFile) -> Misfits:
    try:
        scenarios.changed(scenario=_scenario(file), rule_set=dues.rule_set())
    except ExpressionError as error:
        service, part = error.extra["service"], error.extra["condition"]
        way = ("services", service, part) if part == "amount" else ("services", service, "conditions", part)
        yield way, f"{error.detail} ({error.remedy})"
    except BadInput as error:
        yield ("values", str(error.extra.get("value", ""))), f"{error.detail} ({error.remedy})"


def written(scenario: Scenario, answer: Answer | None) -> str:
    """The file of a scenario, with its answer when there is one."""
    services: dict[str, Any] = {}
    for service, rule in scenario.rules.items():
        entry: dict[str, Any] = {"conditions": dict(rule.conditions)}
        if rule.amount is not None:
            known = {name: value for name, value in plain(rule.amount).items() if value is not None}
            entry["amount"] = known["sql"] if len(known) == 1 else known
        if rule.monthly:
            entry["payment"] = {"every": Every.MONTH.value}
        services[service] = entry
    data = {"title": scenario.title, "values": dict(scenario.figures), "services": services}
    if answer is not None:
        data["answer"] = plain(answer)
    text = io.StringIO()
    YAML().dump({name: part for name, part in data.items() if part}, text)
    return text.getvalue()
