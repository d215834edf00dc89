"""A change of law tried on the whole city, with Moscow's content: equal to asking everybody by the changed rules, the same to the
kopeck for somebody else, and told with the line when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import CityRefused
from gorod.engines.dues import api as dues
from gorod.engines.payments import api as payments
from gorod.engines.rules.api import RuleSet
from gorod.engines.rules.data import Amount
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import FEWEST, OTHERS, Answer, Scenario, TriedRule
from gorod.engines.scenarios.logic import terms
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Sweep
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.records.snapshots import api as snapshots
from gorod.records.snapshots.data import Snapshot
from gorod.records.synthetic import api as synthetic
from tests.journeys.test_whole_city import MOSCOW

pytestmark = pytest.mark.slow
RESIDENTS = 20_000
HIGHER = Scenario(title="The minimum is a tenth higher", figures={"subsistence_minimum": 29_269_00})
YOUNGER = Scenario(
    title="The allowance until 16, a new one for pensioners",
    rules={
        "monthly_child_allowance": TriedRule(
            conditions={"alive": "not deceased", "age": "age_years < 16"}, amount=Amount(sql="5000")
        ),
        "pensioners_supplement": TriedRule(
            conditions={"age": "age_years >= 70", "alive": "not deceased"}, amount=Amount(sql="100000"), monthly=True
        ),
    },
)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return people(tmp_path_factory.mktemp("city"), seed=3)


def people(folder: Path, *, seed: int, residents: int = RESIDENTS) -> Snapshot:
    """A snapshot of made-up people; the same seed makes the same ones, under other random keys."""
    city = catalogue.load(folder=MOSCOW)
    catalogue.install(city=city)
    assert city.synthetic is not None
    parts = synthetic.parts(profile=city.synthetic, residents=residents, seed=seed, as_of=clock.today())
    names = [*dues.rule_set().facts_of_all(), *scenarios.facts_beside(rule_set=dues.rule_set())]
    return snapshots.make_up(folder=folder / "snapshots", parts=parts, names=names, district=city.lives_in)


def swept(snapshot: Snapshot, folder: Path, rule_set: RuleSet | None = None) -> Sweep:
    catalogue.install(city=catalogue.load(folder=MOSCOW))
    return sweeps.run(
        snapshot=snapshot,
        rule_set=rule_set or dues.rule_set(),
        folder=folder / "sweeps",
        beside=scenarios.facts_beside(rule_set=dues.rule_set()),
        done=lambda district: None,
    )


@pytest.fixture(scope="module")
def sweep(made_up: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return swept(made_up, tmp_path_factory.mktemp("sweep"))


def answered(scenario: Scenario, sweep: Sweep) -> Answer:
    return scenarios.answer(scenario=scenario, sweep=sweep, rule_set=dues.rule_set())


@pytest.mark.parametrize("scenario", [HIGHER, YOUNGER], ids=["a figure", "rules"])
def test_it_is_what_everybody_would_be_answered_by_the_changed_rules(
    scenario: Scenario, made_up: Snapshot, sweep: Sweep, tmp_path: Path
) -> None:
    found = answered(scenario, sweep)
    changed = scenarios.changed(scenario=scenario, rule_set=dues.rule_set())
    then = swept(made_up, tmp_path, changed)
    expected = {name: dict.fromkeys(("gain", "lose", "before", "after"), 0) for name in found.services}
    for district in sweep.districts:
        kept = sweep.facts(district).collect()
        may = kept.select("person", *(terms.of(name).may_apply(sweep.as_of).alias(name) for name in found.services))
        rows = zip(
            may.iter_rows(named=True),
            sweep.answers(district).iter_rows(named=True),
            then.answers(district).iter_rows(named=True),
            strict=True,
        )
        for allowed, before, after in rows:
            assert allowed["person"] == before["person"] == after["person"]
            for name in found.services:
                if allowed[name]:
                    count(expected[name], name, before, after)
    for name, counts in expected.items():
        one = found.services[name]
        monthly = payments.goes_on(service=name) or name == "pensioners_supplement"
        sums = (one.before, one.after) if monthly else (one.before_once, one.after_once)
        shown = (counts["gain"], counts["lose"], counts["before"], counts["after"])
        assert (one.gain or 0, one.lose or 0, *sums) == shown, name
    assert any(counts["gain"] for counts in expected.values())


def count(counts: dict[str, int], name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """One person and one service, by hand."""
    was, is_due = bool(before.get(name)), bool(after[name])
    paid, pays = before.get(f"{name}#") or 0, after.get(f"{name}#") or 0
    counts["gain"] += (is_due and not was) or (was and is_due and pays > paid)
    counts["lose"] += (was and not is_due) or (was and is_due and pays < paid)
    counts["before"] += paid
    counts["after"] += pays


def test_every_table_comes_to_the_whole_and_no_cell_is_small(sweep: Sweep) -> None:
    found = answered(HIGHER, sweep)
    assert OTHERS in found.districts, "20,000 people in 125 districts: some are too few to stand alone"
    for table in (found.districts, found.sizes, found.incomes):
        assert sum(one.people for one in table.values()) == RESIDENTS
        assert sum(one.after for one in table.values()) == found.together.after
        ways = [count for one in table.values() for count in (one.gain, one.lose, one.both)]
        assert not [count for count in ways if count is not None and 0 < count < FEWEST]


def test_a_saved_one_is_the_same_to_the_kopeck_for_somebody_else(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(catalogue.written_scenario(scenario=YOUNGER, answer=answered(YOUNGER, sweep)), encoding="utf-8")
    scenario, saved = catalogue.read_scenario(path=path)
    assert scenario == YOUNGER and saved is not None
    theirs = swept(people(tmp_path / "theirs", seed=3), tmp_path / "theirs")
    assert scenarios.otherwise(saved=saved, now=answered(scenario, theirs)) == []
    others = swept(people(tmp_path / "others", seed=4), tmp_path / "others")
    assert scenarios.otherwise(saved=saved, now=answered(scenario, others)), "other people, and nobody noticed"


def test_a_service_that_concerns_few_is_left_out_of_everything(sweep: Sweep) -> None:
    ages = pl.concat(sweep.facts(district).select("age_years") for district in sweep.districts).collect()["age_years"]
    oldest = min(age for age in ages.drop_nulls().unique() if (ages >= age).sum() < FEWEST)
    rule = TriedRule(conditions={"old": f"age_years >= {oldest}"}, amount=Amount(sql="7"))
    few = Scenario(title="few", rules={"rare": rule})
    found = answered(few, sweep)
    assert found.hidden == ("rare",) and not found.services
    assert (found.together.gain, found.together.after_once, found.districts) == (0, 0, {})


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("title: x\nvalues:\n  minimum: 1\n", 3, "no value is called 'minimum'"),
        ("title: x\nvalues:\n  subsistence_minimum: 1\n", 3, "cannot be 1"),
        ("title: x\nservices:\n  a:\n    conditions:\n      c: age > 3\n", 5, "age"),
        ("title: x\nservices:\n  a:\n    amount: 1 / 2\n", 4, ""),
        ("title: x\nservice: {}\n", 2, "service"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_line(
    sweep: Sweep, tmp_path: Path, text: str, line: int, what: str
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CityRefused) as refused:
        catalogue.read_scenario(path=path)
    (problem,) = refused.value.problems
    assert problem.place == f"scenario.yaml:{line}" and what in problem.what


def test_what_changes_nothing_or_was_not_kept_is_refused(sweep: Sweep, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="changes no service"):
        answered(Scenario(title="nothing"), sweep)
    unknown = Scenario(title="x", rules={"a": TriedRule(conditions={"c": "chosen_given_name = 'Anna'"})})
    with pytest.raises(BadInput, match="did not keep chosen_given_name"):
        answered(unknown, sweep)
