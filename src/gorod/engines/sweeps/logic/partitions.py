"""One partition: facts of its people, every rule, answers. The same on this machine and on another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gorod.engines.rules import api as rules
from gorod.engines.sweeps.data import AMOUNT, BEGAN, CEASED, Tally
from gorod.kernel.tables import arrow
from gorod.records.facts import api as facts
from gorod.records.snapshots.data import Partition

AT_ONCE = 50_000  # people
BEFORE = "_before"  # after the name of a column: as it was


@dataclass(frozen=True)
class Examined:
    """What was found of a partition: the facts of its people (person, the facts that rules name and those beside them), the content
    of the file of its answers (person, each service: due, not due or null, `<service>#`: kopecks), the answers counted, and
    the services that failed, with what was said."""

    facts: pl.DataFrame
    answers: bytes
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
        frame = _facts(partition, rule_set, as_of, services, beside)
        counted = _Counted(services)
        content = arrow(map(counted.seen, _answers(frame, rule_set, as_of, services)))
        return Examined(frame, content, counted.tallies, {})
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
            its_answers = pl.concat(_answers(its_facts, rule_set, as_of, [service]))
        except pl.exceptions.PolarsError as error:
            held[service] = str(error).partition("\n")[0]
            continue
        found = found.hstack(its_facts.select(pl.exclude(found.columns)))
        answers = answers.hstack(its_answers.drop("person"))
    counted = _Counted([service for service in services if service not in held])
    return Examined(found, arrow([counted.seen(answers)]), counted.tallies, held)


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


def _answers(
    frame: pl.DataFrame, rule_set: rules.RuleSet, as_of: date, services: Collection[str]
) -> Iterator[pl.DataFrame]:
    """The answers some people at a time: however many live in a district and however many rules there are, memory is bounded."""
    for some in frame.iter_slices(AT_ONCE) if frame.height else [frame]:
        asked = some.rename({"person": "party_id"})
        found = rules.verdicts(rules=rule_set, frame=asked, as_of=as_of, services=services)
        yield found.rename({"party_id": "person"})


class _Counted:
    """Answers counted as they go by."""

    def __init__(self, services: Collection[str]) -> None:
        self.tallies = dict.fromkeys(services, Tally())

    def seen(self, answers: pl.DataFrame) -> pl.DataFrame:
        """Count some more, and pass them on."""
        sums, nulls = (found.row(0, named=True) for found in (answers.drop("person").sum(), answers.null_count()))
        for service in self.tallies:
            due, unknown = sums[service], nulls[service]
            self.tallies[service] += Tally(
                due=due,
                not_due=answers.height - due - unknown,
                unknown=unknown,
                amount=sums.get(f"{service}#", 0),
            )
        return answers


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
