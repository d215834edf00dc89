"""Three services over the small vocabulary of `facts`, with one dated value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from gorod.engines.dues import api
from gorod.engines.dues.data import Assessment
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Amount, DatedFigure, DatedValue, RuleSource
from gorod.kernel.expressions.data import Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary
from gorod.records.facts.tests.factories import VOCABULARY

TODAY = date(2026, 6, 15)
MINIMUM = DatedValue(
    name="minimum",
    type=Type.INT,
    low=0,
    high=10**8,
    figures=(
        DatedFigure(since=date(2025, 1, 1), until=date(2026, 1, 1), figure=100, law="act 1"),
        DatedFigure(since=date(2026, 1, 1), until=date(2027, 1, 1), figure=200, law="act 2"),
    ),
)
SOURCES = {
    "gift": RuleSource(service="gift", conditions={"registered": "mother_registered or father_registered"}),
    "allowance": RuleSource(
        service="allowance",
        conditions={"income": "household_income < household_size * minimum"},
        amount=Amount(sql="household_size * minimum"),
    ),
    "permit": RuleSource(service="permit", conditions={"settled": "settled"}),
}


def compiled(**changed: RuleSource) -> rules.RuleSet:
    return rules.compile_rules(
        sources={**SOURCES, **changed}.values(), facts=facts.names(), values={"minimum": MINIMUM}
    )


@contextmanager
def city() -> Iterator[None]:
    """The vocabulary and the rules in force inside the block."""
    facts.configure(vocabulary=VOCABULARY)
    api.configure(rule_set=compiled())
    try:
        yield
    finally:
        facts.configure(vocabulary=Vocabulary(facts={}, relations={}))
        api.configure(rule_set=rules.compile_rules(sources=[], facts={}, values={}))


def ask(party_id: UUID, service: str, **more: Any) -> Assessment:
    (answer,) = api.assess(people=[party_id], services=[service], **{"purpose": "a test", "as_of": TODAY, **more})
    return answer
