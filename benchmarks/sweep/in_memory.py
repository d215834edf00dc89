"""Rules × residents a second, the facts in memory: the rules of a whole city beside OpenFisca-Core and NumPy by hand.

Measured: `rules.verdicts` over a frame, which a sweep asks: whether each service is due, not due or open for everybody, and the
amount. Polars uses all cores.

Beside it, in turns of a second at least over the same people: OpenFisca-Core, which calculates every service and amount of a
new simulation whose facts have been set before the clock runs (it uses one core); and NumPy by hand, once over whole arrays on
one core, and once in slices that fit the cache, a slice to each free core. Facts are arrays before the clock runs, and the rules
are compiled.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl

from benchmarks.measuring.data import Unit, row
from benchmarks.sweep import openfisca
from benchmarks.sweep.agreement import joined, must_agree
from benchmarks.sweep.by_hand import SLICE, Arrays, ByHand, codes_of
from benchmarks.sweep.data import Found, Line
from benchmarks.sweep.stage import Stage
from gorod.engines.rules import api as rules

RESIDENTS = 200_000


def run(stage: Stage) -> Found:
    """All of them over the same people."""
    known = stage.rules()
    frame = stage.people(stage.size(RESIDENTS, quick=5_000))
    facts = Arrays(frame=frame, codes=codes_of(frame))
    slices = facts.slices(SLICE)
    by_hand = ByHand(rule_set=known.compiled, as_of=stage.as_of)
    theirs = openfisca.OpenFisca(rule_set=known.compiled, as_of=stage.as_of, facts=facts)
    verdicts = partial(
        rules.verdicts, rules=known.compiled, frame=frame, as_of=stage.as_of, services=known.compiled.services
    )
    stage.say(f"{len(known.sources)} rules for {frame.height:,} people: do all answer the same?")
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        ours = rules.evaluate(rules=known.compiled, frame=frame, as_of=stage.as_of)
        if not verdicts().equals(ours.select(verdicts().columns)):
            raise RuntimeError("verdicts and evaluate answer otherwise")
        made = theirs.simulation(facts)
        agree = partial(must_agree, ours=ours, rule_set=known.compiled)
        agree(others=theirs.judged(made), who="OpenFisca")
        agree(others=by_hand.judge(facts), who="NumPy by hand")
        agree(others=joined(by_hand.judge_slices(slices, pool=pool)), who="NumPy in slices")
        del made
        stage.say("in turns")
        took, calculated, whole, sliced = stage.in_turns(
            lambda: verdicts,
            lambda: partial(theirs.calculate, theirs.simulation(facts)),
            lambda: partial(by_hand.judge, facts),
            lambda: partial(by_hand.judge_slices, slices, pool=pool),
        )
    work = len(known.sources) * frame.height
    lines = [
        Line(
            row=row(
                what=f"{len(known.sources)} rules × {frame.height:,} people",
                unit=Unit.PER_SECOND,
                ours=[work / seconds for seconds in took],
                beside=beside,
                floor=[work / seconds for seconds in other],
            ),
            contender=True,
            aim=aim,
        )
        for beside, other, aim in (
            ("OpenFisca-Core", calculated, "≥ 10 × faster"),
            ("NumPy by hand, one core", whole, "≥ 2 × faster"),
            ("NumPy by hand, slices on all cores", sliced, "≥ 2 × faster"),
        )
    ]
    return Found(lines=lines, notes=[known.counted(), _mixed(ours, known.compiled), SAME, openfisca.FAIR])


SAME = (
    "Before a time was taken, every condition, answer and amount was seen to be the same for everybody in all of them."
)


def _mixed(ours: pl.DataFrame, rule_set: rules.RuleSet) -> str:
    """How many answers are yes, no and open: a city in which nothing is due tests nothing."""
    answers = ours.select(rule_set.services)
    asked = answers.height * answers.width
    due = sum(column.sum() for column in answers.iter_columns())
    unknown = sum(column.null_count() for column in answers.iter_columns())
    return f"Of all answers {due / asked:.0%} are due, {unknown / asked:.0%} open, the others not due."
