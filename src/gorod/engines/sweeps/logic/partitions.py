"""One partition: facts of its people, every rule, answers. The same on this machine and on another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Tally
from gorod.records.facts import api as facts
from gorod.records.snapshots.data import Partition

BEFORE = "_before"  # after the name of a column: as it was


@dataclass(frozen=True)
class Examined:
    """What was found of a partition: the facts of its people (person, the facts that rules name and those beside them), their
    answers (person, each service: due, not due or null, `<service>#`: kopecks), the answers counted, and the services that
    failed, with what was said."""

    facts: pl.DataFrame
    answers: pl.DataFrame
    tallies: Mapping[str, Tally]
    held: Mapping[str, str]


def examine(
    partition: Partition,
    rule_set: rules.RuleSet,
    *,
    as_of: date,
    services: Collection[str],
    beside: Collection[str] = (),
) -> Examined:
    """Ask every rule. One that fails keeps no other from its answer: then each is asked alone, with its own facts."""
    try:
        found = _facts(partition, rule_set, as_of, services, beside)
        answers = _answers(found, rule_set, as_of, services)
        return Examined(found, answers, _counted(answers, services), {})
    except pl.exceptions.PolarsError:
        return _one_by_one(partition, rule_set, as_of, services, beside)


def _one_by_one(
    partition: Partition,
    rule_set: rules.RuleSet,
    as_of: date,
    services: Collection[str],
    beside: Collection[str],
) -> Examined:
    held: dict[str, str] = {}
    found = answers = partition.own.to_frame("person")
    for service in services:
        try:
            its_facts = _facts(partition, rule_set, as_of, [service], beside)
            its_answers = _answers(its_facts, rule_set, as_of, [service])
        except pl.exceptions.PolarsError as error:
            held[service] = str(error).partition("\n")[0]
            continue
        found = found.hstack(its_facts.select(pl.exclude(found.columns)))
        answers = answers.hstack(its_answers.drop("person"))
    answered = [service for service in services if service not in held]
    return Examined(found, answers, _counted(answers, answered), held)


def _facts(
    partition: Partition,
    rule_set: rules.RuleSet,
    as_of: date,
    services: Collection[str],
    beside: Collection[str],
) -> pl.DataFrame:
    names = {*rule_set.facts_of_all(services), *beside}
    derived = facts.derived(
        stated=partition.people, links=partition.links, names=names, as_of=as_of, first=partition.own.len()
    )
    return derived.select("person", *sorted(names))


def _answers(frame: pl.DataFrame, rule_set: rules.RuleSet, as_of: date, services: Collection[str]) -> pl.DataFrame:
    asked = frame.rename({"person": "party_id"})
    return rules.verdicts(rules=rule_set, frame=asked, as_of=as_of, services=services).rename({"party_id": "person"})


def _counted(answers: pl.DataFrame, services: Collection[str]) -> dict[str, Tally]:
    sums, nulls = (found.row(0, named=True) for found in (answers.drop("person").sum(), answers.null_count()))
    return {
        service: Tally(
            due=sums[service],
            not_due=answers.height - sums[service] - nulls[service],
            unknown=nulls[service],
            amount=sums.get(f"{service}#", 0),
        )
        for service in services
    }


def parted(rows: pl.DataFrame, others: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of those who are among the others too, in the order of their keys, and of those who are not."""
    there = rows.get_column("person").is_in(others.get_column("person").implode())
    return rows.filter(there).sort("person"), rows.filter(~there)


def otherwise(now: pl.DataFrame, then: pl.DataFrame, services: Collection[str]) -> pl.DataFrame:
    """person, service, what is otherwise (`began`, `ceased`, `amount`), from answers of the same people in the same order."""
    there = {*now.columns} & {*then.columns}
    columns = {service: [name for name in (service, f"{service}#") if name in there] for service in services}
    changed = {
        service: names
        for service, names in columns.items()
        if not all(now.get_column(name).equals(then.get_column(name)) for name in names)
    }
    wanted = [name for names in changed.values() for name in names]
    both = now.select("person", *wanted).hstack(then.select(pl.col(wanted).name.suffix(BEFORE)))
    differs = pl.any_horizontal(pl.lit(False), *(pl.col(name).ne_missing(pl.col(name + BEFORE)) for name in wanted))
    found = both.filter(differs).select(
        "person", *(_what(service, len(names) > 1) for service, names in changed.items())
    )
    rows = found.unpivot(index="person", variable_name="service", value_name="what").drop_nulls("what")
    return rows.cast({"what": pl.String})  # without any service it has no type


def _what(service: str, pays: bool) -> pl.Expr:
    """What is otherwise in a service, null where nothing is."""
    now, then = pl.col(service).fill_null(False), pl.col(service + BEFORE).fill_null(False)
    other = now & then & (pl.col(f"{service}#") != pl.col(f"{service}#{BEFORE}")) if pays else pl.lit(False)
    what = pl.when(now & ~then).then(pl.lit(BEGAN)).when(then & ~now).then(pl.lit(CEASED))
    return what.when(other).then(pl.lit(AMOUNT)).alias(service)
