"""Nights over the small city: each a sweep of a few people, answered by its rules."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import polars as pl

from gorod.engines.applications import api as applications
from gorod.engines.applications.data import ActsFor
from gorod.engines.cases.data import CaseType
from gorod.engines.cases.tests import factories as of_cases
from gorod.engines.dues import api as dues
from gorod.engines.journeys.tests import factories as city
from gorod.engines.offers import api
from gorod.engines.offers.data import Following, Offer
from gorod.engines.payments import api as payments
from gorod.engines.reexamination import api as reexamination
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.rules.data import Amount, RuleSource, Verdict
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Sweep
from gorod.kernel import clock
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Type
from gorod.records.facts import api as facts
from gorod.records.snapshots.tests.factories import key_of

AID = RuleSource(
    service="aid",
    conditions={"adult": "age_years >= 18", "poor": "income < minimum"},
    amount=Amount(sql="case when income < 200 then 2 * minimum when income >= 200 then minimum end"),
)
_TYPES = (of_cases.case_type("aid"), *city.CASE_TYPES)


def install(*sources: RuleSource, types: tuple[CaseType, ...] = _TYPES) -> None:
    """The small city with a service outside life events, `aid`; its listeners are those of a real one. `sources`: rules that read
    otherwise."""
    rules = {one.service: one for one in (*city.RULES, AID, *sources)}
    listeners = (payments.on_case_change, api.on_case_change, reexamination.on_case_change)
    city.configure(sources=tuple(rules.values()), types=types, listeners=listeners)
    payments.configure(every={}, treasury="treasury")
    young = expressions.parse(text="age_years < 18", vocabulary=facts.names(), expect=Type.BOOLEAN)
    applications.configure(
        acts_for=ActsFor(relations={"children": young}, seen_from={"children": ("mother", "father")})
    )


class Nights:
    """Sweeps of these people, one after the other, each followed at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0

    def sweep(self, people: Collection[UUID], *, held: Collection[str] = (), made_up: bool = False) -> Sweep:
        """The answers of now."""
        self._number += 1
        folder = self.folder / f"{clock.today():%Y%m%d}T{self._number:06}"
        (folder / "answers").mkdir(parents=True)
        services = [service for service in dues.rule_set().services if service not in held]
        rows: dict[UUID, dict[str, object]] = {person: {"person": key_of(person)} for person in people}
        for answer in dues.assess(people=list(people), services=services, purpose="test", keep=False):
            known = {Verdict.DUE: True, Verdict.NOT_DUE: False}.get(answer.verdict)
            rows[answer.party_id] |= {answer.service: known, f"{answer.service}#": answer.amount}
        columns = {"person": pl.Int64, **dict.fromkeys(services, pl.Boolean), **{f"{s}#": pl.Int64 for s in services}}
        pl.DataFrame(list(rows.values()), schema=columns).write_ipc(folder / "answers" / "north.arrow")
        about = {
            "snapshot": "test",
            "as_of": clock.today().isoformat(),
            "districts": ["north"],
            "people": len(rows),
            "rules": {service: dues.rule_set().version_of(service) for service in dues.rule_set().services},
            "held": dict.fromkeys(held, "broken"),
            "tallies": {service: {} for service in services},
            "made_up": made_up,
        }
        (folder / "sweep.json").write_text(json.dumps(about))
        return sweeps.sweeps(folder=self.folder)[-1]

    def follow(self, sweep: Sweep) -> Following:
        """Defer what follows from it."""
        return api.follow(sweep=sweep, earlier=sweeps.sweeps(folder=self.folder)[:-1])

    def pass_by(self, *people: UUID) -> Following:
        """A whole night: the sweep, and everything that follows is done."""
        following = self.follow(self.sweep(people))
        run_jobs()
        return following


def only(party_id: UUID) -> Offer:
    """The only offer about somebody."""
    (offer,) = api.offers_of(party_id=party_id)
    return offer
