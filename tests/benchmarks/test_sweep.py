"""What the benchmark of the sweep stands on: drawn rules are like the real ones, and NumPy by hand answers as Gorod does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.sweep.agreement import joined, must_agree
from benchmarks.sweep.by_hand import Arrays, ByHand, codes_of
from benchmarks.sweep.drawn import Rules, rules_of
from benchmarks.sweep.kinds import mix_of
from benchmarks.sweep.people import People, families, people
from benchmarks.sweep.stage import DRAWN_AS_OF, drawn_rules
from benchmarks.sweep.straight import straight
from benchmarks.sweep.three_valued import OPEN
from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.rules import api as rules

pytestmark = pytest.mark.slow
COUNT = 380
NEAR = 0.05  # of a kind for each rule


@pytest.fixture(scope="module")
def city() -> City:
    found = catalogue.load(folder=MOSCOW)
    catalogue.install(city=found)
    return found


@pytest.fixture(scope="module")
def drawn(city: City) -> Rules:
    return drawn_rules(city=city, count=COUNT)


@pytest.fixture(scope="module")
def made_up(city: City, drawn: Rules) -> People:
    return people(city=city, residents=2_000, names=drawn.compiled.facts_of_all(), as_of=DRAWN_AS_OF)


def test_as_many_as_asked_for_and_every_one_passes_the_checks(drawn: Rules) -> None:
    assert len(drawn.compiled.services) == COUNT
    assert 0 < drawn.real < COUNT, "when the catalogue has so many, nothing is drawn any more"


def test_the_mix_is_that_of_the_real_ones(drawn: Rules) -> None:
    services = drawn.compiled.services
    real = mix_of(rule_set=drawn.compiled, services=services[: drawn.real], names=drawn.names)
    others = mix_of(rule_set=drawn.compiled, services=services[drawn.real :], names=drawn.names)
    far = [
        kind for kind in real.counts.keys() | others.counts.keys() if abs(real.share(kind) - others.share(kind)) > NEAR
    ]
    assert far == []
    assert "something else" not in real.counts
    assert "a yes-or-no fact" in drawn.told()


def test_the_same_seed_draws_the_same_and_more_begin_with_the_same(city: City, drawn: Rules) -> None:
    assert drawn_rules(city=city, count=60).sources == drawn.sources[:60] == drawn.first(60).sources


def test_another_seed_draws_others(city: City, drawn: Rules) -> None:
    sample = people(city=city, residents=2_000, names=list(drawn.names), as_of=DRAWN_AS_OF)
    words = {"real": drawn.sources[: drawn.real], "names": drawn.names, "values": drawn.values, "as_of": DRAWN_AS_OF}
    one, two = (rules_of(**words, people=sample.frame, count=60, seed=seed) for seed in (1, 2))
    assert one.sources[: one.real] == two.sources[: two.real]
    assert one.sources != two.sources


def test_answers_are_mixed(drawn: Rules, made_up: People) -> None:
    ours = rules.evaluate(rules=drawn.compiled, frame=made_up.frame, as_of=DRAWN_AS_OF)
    asked = COUNT * made_up.frame.height
    due = sum(ours[service].sum() for service in drawn.compiled.services)
    unknown = sum(ours[service].null_count() for service in drawn.compiled.services)
    assert 0.05 < due / asked < 0.95
    assert 0.05 < unknown / asked < 0.95


def test_numpy_by_hand_answers_the_same_and_a_difference_is_seen(drawn: Rules, made_up: People) -> None:
    facts = Arrays(frame=made_up.frame, codes=codes_of(made_up.frame))
    by_hand = ByHand(rule_set=drawn.compiled, as_of=DRAWN_AS_OF)
    ours = rules.evaluate(rules=drawn.compiled, frame=made_up.frame, as_of=DRAWN_AS_OF)
    must_agree(ours=ours, others=by_hand.judge(facts), rule_set=drawn.compiled, who="NumPy")
    whole = joined([by_hand.judge(part) for part in facts.slices(300)])
    must_agree(ours=ours, others=whole, rule_set=drawn.compiled, who="NumPy in slices")
    service = next(service for service in drawn.compiled.services if ours[service].null_count() == 0)
    changed = whole.due[service].copy()
    changed[0] = OPEN
    wrong = replace(whole, due={**whole.due, service: changed})
    with pytest.raises(RuntimeError, match=service):
        must_agree(ours=ours, others=wrong, rule_set=drawn.compiled, who="NumPy")


def test_families_have_a_child_a_mother_and_a_father(city: City, made_up: People) -> None:
    found = families(city=city, found=made_up, count=20)
    assert len(found) == 20
    assert all(3 <= family.height <= 12 for family in found)


def test_a_straight_line_is_seen_as_one() -> None:
    slope, base, fit = straight([1, 2, 3], [12.0, 14.0, 16.0])
    assert (round(slope, 6), round(base, 6), round(fit, 6)) == (2.0, 10.0, 1.0)
    assert straight([1, 2, 3], [1.0, 5.0, 2.0])[2] < 0.5
