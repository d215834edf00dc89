"""One partition: facts of its people, every rule, answers. The same on this machine and on another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Tally
from gorod.records.facts import api as facts
from gorod.records.snapshots.data import Partition


def facts_of(partition: Partition, *, names: Collection[str], as_of: date) -> pl.DataFrame:
    """`party_id` (the random key) and the facts that rules name, of those who live in the partition."""
    derived = facts.derived(
        stated=partition.people, links=partition.links, names=names, as_of=as_of, first=partition.own.len()
    )
    return derived.select(pl.col("person").alias("party_id"), *sorted(names))


def examine(
    partition: Partition,
    rule_set: rules.RuleSet,
    *,
    as_of: date,
    services: Collection[str],
    beside: Collection[str] = (),
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """The facts of a partition (person, the facts that rules name and those `beside` them), its answers (person, each service:
    due, not due or null, `<service>#`: kopecks), and the services that failed, with what was said.

    One that fails keeps no other from its answer: then each is asked alone, with its own facts.
    """
    try:
        return (*_asked(partition, rule_set, as_of, services, beside), {})
    except pl.exceptions.PolarsError:
        held: dict[str, str] = {}
        frame = answers = partition.own.to_frame("person")
        for service in services:
            try:
                its_facts, its_answers = _asked(partition, rule_set, as_of, [service], beside)
            except pl.exceptions.PolarsError as error:
                held[service] = str(error).partition("\n")[0]
                continue
            frame = frame.hstack(its_facts.select(pl.exclude(frame.columns)))
            answers = answers.hstack(its_answers.drop("person"))
        return frame, answers, held


def _asked(
    partition: Partition,
    rule_set: rules.RuleSet,
    as_of: date,
    services: Collection[str],
    beside: Collection[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = facts_of(partition, names={*rule_set.facts_of_all(services), *beside}, as_of=as_of)
    answers = rules.verdicts(rules=rule_set, frame=frame, as_of=as_of, services=services)
    return frame.rename({"party_id": "person"}), answers.rename({"party_id": "person"})


def tally(answers: pl.DataFrame, services: Collection[str]) -> Mapping[str, Tally]:
    """The answers of a partition counted."""
    columns, there = [], set(answers.columns)
    for service in services:
        due, pays = pl.col(service), f"{service}#" in there
        columns += [
            due.sum().alias(f"{service}/due"),
            due.not_().sum().alias(f"{service}/not"),
            due.null_count().alias(f"{service}/open"),
            (pl.col(f"{service}#").sum() if pays else pl.lit(0)).alias(f"{service}/amount"),
        ]
    (row,) = answers.select(columns).rows(named=True)
    return {
        service: Tally(
            due=row[f"{service}/due"],
            not_due=row[f"{service}/not"],
            unknown=row[f"{service}/open"],
            amount=row[f"{service}/amount"],
        )
        for service in services
    }


def parted(rows: pl.DataFrame, others: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of those who are among the others too, in the order of their keys, and of those who are not."""
    there = rows.get_column("person").is_in(others.get_column("person").implode())
    return rows.filter(there).sort("person"), rows.filter(~there)


def otherwise(now: pl.DataFrame, then: pl.DataFrame, services: Collection[str]) -> pl.DataFrame:
    """person, service, what is otherwise (`began`, `ceased`, `amount`), from answers of the same people in the same order."""
    before = then.drop("person").rename(lambda name: f"{name}_before")
    both, there = now.hstack(before), {*now.columns, *before.columns}
    paying = {service for service in services if {f"{service}#", f"{service}#_before"} <= there}
    differ = [
        pl.any_horizontal(
            (pl.col(name).ne_missing(pl.col(f"{name}_before"))).any()
            for name in ((service, f"{service}#") if service in paying else (service,))
        ).alias(service)
        for service in services
    ]
    (some,) = both.select(differ).rows(named=True) if both.height else ({},)
    found = [_otherwise(both, service, service in paying) for service in services if some.get(service)]
    return pl.concat([both.select("person", service=pl.lit(""), what=pl.lit("")).clear(), *found])


def _otherwise(both: pl.DataFrame, service: str, pays: bool) -> pl.DataFrame:
    now, then = pl.col(service).fill_null(False), pl.col(f"{service}_before").fill_null(False)
    other = now & then & (pl.col(f"{service}#") != pl.col(f"{service}#_before")) if pays else pl.lit(False)
    what = pl.when(now & ~then).then(pl.lit(BEGAN)).when(then & ~now).then(pl.lit(CEASED))
    rows = both.select("person", service=pl.lit(service), what=what.when(other).then(pl.lit(AMOUNT)))
    return rows.drop_nulls("what")
