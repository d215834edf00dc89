"""One partition: facts of its people, every rule, answers. The same on this machine and on another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Tally
from gorod.records.facts import api as facts
from gorod.records.snapshots.data import Partition

BEFORE = "_before"  # after the name of a column: as it was


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
    sums, nulls = (found.row(0, named=True) for found in (answers.drop("person").sum(), answers.null_count()))
    counted = {}
    for service in services:
        due, unknown = sums[service], nulls[service]
        counted[service] = Tally(
            due=due,
            not_due=answers.height - due - unknown,
            unknown=unknown,
            amount=sums.get(f"{service}#", 0),
        )
    return counted


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
