"""The tiny city's residents, examined as a whole: children whose parents earn more and more."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl

from gorod.engines.dues import api as dues
from gorod.engines.scenarios import api as scenarios
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Sweep
from gorod.kernel.expressions import api as expressions
from gorod.records.facts import api as facts

CHILDREN = 200
STEP = 500_00  # by which each child's parents earn more than the one's before


def swept(folder: Path) -> Sweep:
    """A sweep as `sweeps.run` leaves it, the city's last: only its facts, which are all that a scenario looks at."""
    rule_set = dues.rule_set()
    names = sorted({*rule_set.facts_of_all(), *scenarios.facts_beside(rule_set=rule_set)})
    types = {name: expressions.COLUMNS[facts.definition(name=name).type] for name in names}
    columns = {name: pl.Series([None] * CHILDREN, dtype=dtype) for name, dtype in types.items()}
    columns |= {
        "mother_lives_here": pl.Series([True] * CHILDREN),
        "age_years": pl.Series([5] * CHILDREN, dtype=pl.Int64),
        "parents_income": pl.Series(range(0, CHILDREN * STEP, STEP), dtype=pl.Int64),
    }
    place = folder / "20260615T000000000000"
    (place / "facts").mkdir(parents=True)
    pl.DataFrame({"person": pl.Series(range(CHILDREN)), **columns}).write_parquet(place / "facts" / "all.parquet")
    about = {
        "snapshot": "made by hand",
        "as_of": date(2026, 6, 15).isoformat(),
        "districts": ["all"],
        "people": CHILDREN,
        "rules": {service: rule_set.version_of(service) for service in rule_set.services},
        "held": {},
        "tallies": {},
    }
    (place / sweeps.ABOUT).write_text(json.dumps(about), encoding="utf-8")
    sweeps.configure(folder=folder)
    found = sweeps.last()
    assert found is not None
    return found
