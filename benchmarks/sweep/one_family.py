"""The same rules for one family beside OpenFisca.

Measured, for another family each time, their facts in memory: `rules.outcomes`: for every member and service the answer, every
condition and the amount, and besides what fails, what is missing and which dated values were used.

Beside it, in turns of ten families: OpenFisca-Core builds the simulation of that household from the description that its web
service takes, and calculates every service and amount. Building is part of it, for every family is a new one; describing it is
not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from uuid import UUID

import polars as pl

from benchmarks.measuring.data import Unit, row
from benchmarks.sweep import openfisca
from benchmarks.sweep.agreement import must_agree
from benchmarks.sweep.by_hand import Arrays, codes_of
from benchmarks.sweep.data import Found, Line
from benchmarks.sweep.in_memory import SAME
from benchmarks.sweep.people import families, people
from benchmarks.sweep.stage import Stage
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Outcome, Verdict

RESIDENTS = 5_000
FAMILIES = 60
TURN = 10  # families by us, then the same ones by OpenFisca; the first turn warms up
MILLISECONDS = 1000.0


def run(stage: Stage) -> Found:
    """Families one after another, in turns."""
    known = stage.rules()
    names = known.compiled.facts_of_all()
    found = people(city=stage.city, residents=RESIDENTS, names=names, as_of=stage.as_of)
    asked = families(city=stage.city, found=found, count=stage.size(FAMILIES, quick=5) + TURN)
    facts = Arrays(frame=found.frame, codes=codes_of(found.frame))
    theirs = openfisca.OpenFisca(rule_set=known.compiled, as_of=stage.as_of, facts=facts)
    situations = [theirs.situation(family) for family in asked]

    def judged_by_us(number: int) -> None:
        rules.outcomes(rules=known.compiled, frame=asked[number], as_of=stage.as_of)

    def simulated(number: int) -> None:
        theirs.calculate(theirs.household(situations[number]))

    stage.say(f"{len(known.sources)} rules for {len(asked)} families")
    for family, situation in zip(asked, situations, strict=True):
        ours = columns(rules.outcomes(rules=known.compiled, frame=family, as_of=stage.as_of))
        judged = theirs.judged(theirs.household(situation))
        must_agree(ours=ours, others=judged, rule_set=known.compiled, who="OpenFisca")
    outcomes: list[float] = []
    simulation: list[float] = []
    for first in range(0, len(asked), TURN):
        some = range(first, min(first + TURN, len(asked)))
        outcomes += [_milliseconds(partial(judged_by_us, number)) for number in some]
        simulation += [_milliseconds(partial(simulated, number)) for number in some]
    lines = [
        Line(
            row=row(
                what=f"{len(known.sources)} rules for one family",
                unit=Unit.MILLISECONDS,
                ours=outcomes[TURN:],
                beside="OpenFisca, one household",
                floor=simulation[TURN:],
            ),
            contender=True,
            aim="≥ 20 × faster",
        )
    ]
    members = sum(family.height for family in asked) / len(asked)
    return Found(lines=lines, notes=[f"A family has {members:.1f} members on average, all of whom are judged.", SAME])


def columns(outcomes: Iterable[Outcome]) -> pl.DataFrame:
    """Outcomes as `rules.evaluate` gives the same answers: a row a person."""
    found: dict[UUID, dict[str, bool | int | None]] = {}
    for outcome in outcomes:
        answers = found.setdefault(outcome.party_id, {})
        answers[outcome.service] = {Verdict.DUE: True, Verdict.NOT_DUE: False}.get(outcome.verdict)
        answers |= {f"{outcome.service}/{name}": holds for name, holds in outcome.holds.items()}
        answers[f"{outcome.service}#"] = outcome.amount
    names = next(iter(found.values()))
    schema = {name: pl.Int64() if name.endswith("#") else pl.Boolean() for name in names}
    return pl.DataFrame(list(found.values()), schema=schema)


def _milliseconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * MILLISECONDS
