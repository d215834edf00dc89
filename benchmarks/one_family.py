"""All services for one family: 380 rules while the family waits. The target is under 20 ms.

Measured, for other families each time: `rules.outcomes` on a frame in memory (every answer with its failing conditions, its missing
facts, its amount and the dated values used), and `dues.assess` with `keep=False`, which besides reads the facts of everybody
concerned from PostgreSQL, records the reading, and traces every answer back to the rows it rests on.

Beside the first: the same conditions and amounts as Polars expressions that were made before the clock started, run over the same
frame. It is the floor because Polars is what the rules run on, and nobody gets the same columns from it with less. Beside the
second: one SELECT of the same statements, one of the same relations, one INSERT with COMMIT for the access log, and that run over a
frame that is there already: the least that an answer which is read and logged costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import polars as pl
import psycopg

from benchmarks.measuring.city import READER
from benchmarks.measuring.data import Row, Table, Unit, row
from benchmarks.measuring.families import Family, families
from benchmarks.measuring.rules import PlainPolars, Rules, plain_polars
from benchmarks.measuring.stage import Stage
from gorod.engines.dues import api as dues
from gorod.engines.rules import api as rules

SEED = 13  # other families than those of event_to_dues, but for a few
WARM_UP = 3
MILLISECONDS = 1000.0
Asked = tuple[Family, pl.DataFrame]  # whose answers are wanted, and the facts of those of them who ask
STATEMENTS = "SELECT party_id, fact, number, code FROM registers_statement WHERE party_id = ANY(%s)"
RELATIONS = "SELECT party_id, kind, other_id FROM registers_relation WHERE party_id = ANY(%s)"
READING = "INSERT INTO floor.reading (id, people) VALUES (%s, %s)"


def run(stage: Stage) -> Table:
    """The youngest child alone, then the whole family, in memory and from PostgreSQL."""
    city, known = stage.city, stage.rules
    count = stage.size(60, quick=3)
    wanted = families(population=city.population(), city=city.content, seed=SEED)[: count + WARM_UP]
    everybody = list(dict.fromkeys(person for family in wanted for person in family.members))
    read = city.facts(people=everybody, names=known.names)
    plain = plain_polars(drawn=known, as_of=read.as_of)
    plain.must_agree(rules.evaluate(rules=known.compiled, frame=read.frame, as_of=read.as_of), frame=read.frame)
    before = dues.rule_set()
    dues.configure(rule_set=known.compiled)
    try:
        with closing(city.connect()) as connection:
            connection.execute("CREATE TABLE floor.reading (id uuid PRIMARY KEY, people uuid[] NOT NULL)")
            rows = []
            for who, of in (("a child", _youngest), ("a whole family", _all)):
                stage.say(f"{len(known.sources)} rules for {who}, {count} families")
                asked = [(family, _rows_of(of(family), read.frame)) for family in wanted]
                rows.append(_in_memory(f"outcomes for {who}, in memory", asked, known, read.as_of, plain))
                rows.append(_from_postgres(f"assess for {who}, from PostgreSQL", asked, plain, connection))
    finally:
        dues.configure(rule_set=before)
    size = sum(len(family.members) for family in wanted) / len(wanted)
    return Table(
        rows=rows,
        notes=[
            known.told(),
            f"A family has {size:.1f} members on average: mother, father, children under age. All of their facts are read"
            " for the child too: its answers rest on them.",
            "Before it was measured, every condition was seen to give the same answer in both for all of these people.",
        ],
    )


def _rows_of(people: Sequence[UUID], frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("party_id").is_in([str(person) for person in people]))


def _youngest(family: Family) -> tuple[UUID, ...]:
    return family.children[:1]


def _all(family: Family) -> tuple[UUID, ...]:
    return family.members


def _in_memory(what: str, asked: Sequence[Asked], known: Rules, as_of: date, plain: PlainPolars) -> Row:
    return _in_turns(
        what,
        ours=[
            partial(rules.outcomes, rules=known.compiled, frame=frame, as_of=as_of, services=None) for _, frame in asked
        ],
        beside="plain Polars",
        floor=[partial(plain.run, frame) for _, frame in asked],
    )


def _from_postgres(what: str, asked: Sequence[Asked], plain: PlainPolars, connection: psycopg.Connection) -> Row:
    return _in_turns(
        what,
        ours=[partial(_assess, [UUID(person) for person in frame["party_id"]]) for _, frame in asked],
        beside="2 SELECT, 1 INSERT, plain Polars",
        floor=[partial(_read_and_run, connection, list(family.members), plain, frame) for family, frame in asked],
    )


def _assess(people: Sequence[UUID]) -> None:
    dues.assess(people=people, purpose="benchmark", reader=READER, keep=False)


def _read_and_run(connection: psycopg.Connection, members: list[UUID], plain: PlainPolars, frame: pl.DataFrame) -> None:
    connection.execute(STATEMENTS, [members]).fetchall()
    connection.execute(RELATIONS, [members]).fetchall()
    connection.execute(READING, [uuid4(), members])
    plain.run(frame)


def _in_turns(
    what: str, *, ours: Sequence[Callable[[], object]], beside: str, floor: Sequence[Callable[[], object]]
) -> Row:
    """Ours and the floor for one family after another, so that whatever else the machine does meets both."""
    took = [(_milliseconds(one), _milliseconds(other)) for one, other in zip(ours, floor, strict=True)][WARM_UP:]
    return row(
        what=what,
        unit=Unit.MILLISECONDS,
        ours=[one for one, _ in took],
        beside=beside,
        floor=[other for _, other in took],
    )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MILLISECONDS
