"""One frame of facts: a row a person, a column a fact, null where it is unknown. The same code for a family and a city."""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Type
from gorod.records.facts.data import Aggregate, Arranged, FactDefinition, Kind, RelationDefinition
from gorod.records.facts.logic.plan import Lexicon, Plan

EPOCH = date(1970, 1, 1)
FIRST_DAY, LAST_DAY = (date.min - EPOCH).days, (date.max - EPOCH).days


def build(
    *, lexicon: Lexicon, plan: Plan, people: pl.Series, statements: pl.DataFrame, links: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Facts of `people` (and of those they are linked to, who must be among them) on `as_of`.

    `statements`: person, fact, number, code, disputed. `links`: person, kind, other. Returns the column `person` and a
    column for every fact of the plan.
    """
    stated = _stated(_wide(plan.stated, people, statements), [lexicon.facts[name] for name in plan.stated])
    return derive(lexicon=lexicon, plan=plan, stated=stated, links=links, as_of=as_of)


def arrange(*, lexicon: Lexicon, names: Sequence[str], people: pl.Series, statements: pl.DataFrame) -> Arranged:
    """Stated facts as columns, a row for each of `people`, and what does not fit counted."""
    definitions = [lexicon.facts[name] for name in names]
    wide = _wide(names, people, statements)
    counted = wide.select(_misfit(one).sum().alias(one.name) for one in definitions)
    misfits = {column.name: column.item() for column in counted.iter_columns()}
    return Arranged(_stated(wide, definitions), {name: count for name, count in misfits.items() if count})


def _wide(names: Sequence[str], people: pl.Series, statements: pl.DataFrame) -> pl.DataFrame:
    """What the rows say, a row for each of `people`: for each fact its number, its code, and whether it is disputed."""
    parts = ["number", "code", "disputed"]
    present = sorted(statements.get_column("fact").unique().to_list()) if statements.height else []
    frame = pl.DataFrame({"person": people})
    if present:
        # columns are called number_<fact>, code_<fact>, disputed_<fact>
        wide = statements.pivot(on="fact", on_columns=present, index="person", values=parts)
        frame = frame.join(wide, on="person", how="left")
    absent = [name for name in names if name not in set(present)]
    return frame.with_columns(
        *(pl.lit(None, pl.Int64).alias(f"number_{name}") for name in absent),
        *(pl.lit(None, pl.String).alias(f"code_{name}") for name in absent),
        *(pl.lit(None, pl.Boolean).alias(f"disputed_{name}") for name in absent),
    )


def _stated(wide: pl.DataFrame, definitions: Sequence[FactDefinition]) -> pl.DataFrame:
    return wide.select("person", *(_stated_column(one) for one in definitions))


def derive(
    *,
    lexicon: Lexicon,
    plan: Plan,
    stated: pl.DataFrame,
    links: pl.DataFrame,
    as_of: date,
    first: int | None = None,
) -> pl.DataFrame:
    """Everything that follows from stated facts and links, added to the stated facts.

    `first`: only so many rows are wanted, the others are people whose facts theirs are made of: of these only what is
    used over a relation is derived. Returns the wanted rows, in their order.
    """
    related = Related(lexicon, stated.get_column("person"), links)
    if first is None:
        return _derived(lexicon, plan.levels, stated, stated.height, related, as_of)
    beyond = plan.beyond
    whole = _derived(lexicon, _kept(plan.levels, beyond), stated, stated.height, related, as_of)
    own = [tuple(name for name in level if name not in beyond) for level in plan.levels]
    return _derived(lexicon, own, whole, first, related, as_of)


def _kept(levels: Sequence[tuple[str, ...]], names: Collection[str]) -> list[tuple[str, ...]]:
    return [tuple(name for name in level if name in names) for level in levels]


def _derived(
    lexicon: Lexicon,
    levels: Sequence[tuple[str, ...]],
    everybody: pl.DataFrame,
    first: int,
    related: Related,
    as_of: date,
) -> pl.DataFrame:
    """These levels of facts for the first rows; facts of others are looked up among everybody."""
    whole = first == everybody.height
    frame = everybody.head(first)
    for names in levels:
        definitions = [lexicon.facts[name] for name in names]
        columns = [_column(lexicon, d, as_of) for d in definitions if d.kind in (Kind.SQL, Kind.AGE)]
        if columns:
            frame = frame.with_columns(columns)
        by_relation: dict[str, list[FactDefinition]] = {}
        for definition in definitions:
            if definition.relation:
                by_relation.setdefault(definition.relation, []).append(definition)
        for relation, wanted in by_relation.items():
            others = frame if whole else everybody
            members = related.members(lexicon.relations[relation], others, first)
            frame = frame.with_columns(_over(lexicon, others, lexicon.relations[relation], members, wanted, first))
    return frame


def _stated_column(definition: FactDefinition) -> pl.Expr:
    name, dtype = definition.name, expressions.COLUMNS[definition.type]
    number, code, disputed = _parts(name)
    match definition.type:
        case Type.CODE:
            value = code
        case Type.BOOLEAN:
            value = number == 1
        case Type.DATE:
            value = number.cast(pl.Int32, strict=False).cast(pl.Date)
        case Type.INT:
            value = number
    # no row at all: what the register means by silence; a row without value, under dispute or of another type: unknown
    no_row = pl.lit(definition.absent, dtype) if definition.absent is not None else pl.lit(None, dtype)
    said = pl.when(disputed.is_null()).then(no_row).when(disputed).then(None)
    return said.when(_fits(definition)).then(value).otherwise(None).alias(name)


def _misfit(definition: FactDefinition) -> pl.Expr:
    """Whether a row that nobody disputes holds something that the fact cannot be: its definition was another one when it came."""
    number, code, disputed = _parts(definition.name)
    return ~disputed & (number.is_not_null() | code.is_not_null()) & ~_fits(definition).fill_null(False)


def _fits(definition: FactDefinition) -> pl.Expr:
    """Whether what a row holds can be this fact, as `fitting` asks of what comes in: rules are proved for its range and codes."""
    number, code, _ = _parts(definition.name)
    low, high = definition.low, definition.high
    match definition.type:
        case Type.CODE:
            return code.is_in(list(definition.codes)) if definition.codes else code.is_not_null()
        case Type.BOOLEAN:
            low, high = 0, 1
        case Type.DATE:
            low, high = (FIRST_DAY if low is None else low), (LAST_DAY if high is None else high)
        case Type.INT:
            pass
    above = number >= low if low is not None else number.is_not_null()
    return above & (number <= high) if high is not None else above


def _parts(name: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    number, code, disputed = (pl.col(f"{part}_{name}") for part in ("number", "code", "disputed"))
    return number, code, disputed


def _column(lexicon: Lexicon, definition: FactDefinition, as_of: date) -> pl.Expr:
    if definition.kind is Kind.SQL:
        return expressions.to_polars(lexicon.expression(definition.name), constants={}).alias(definition.name)
    return _age(pl.col(definition.of), definition.age_unit, as_of).alias(definition.name)


def _age(start: pl.Expr, unit: str, as_of: date) -> pl.Expr:
    """Whole units from a date to `as_of`, as `kernel.periods` counts them; null for a date that is still to come."""
    if unit == "days":
        age = (pl.lit(as_of) - start).dt.total_days()
    else:
        last = _last_day(as_of)
        months = (as_of.year - start.dt.year().cast(pl.Int64)) * 12 + (as_of.month - start.dt.month().cast(pl.Int64))
        not_yet = pl.min_horizontal(start.dt.day().cast(pl.Int64), pl.lit(last)) > as_of.day
        age = months - not_yet.cast(pl.Int64)
        if unit == "years":
            age = age // 12
    return pl.when(start <= pl.lit(as_of)).then(age.cast(pl.Int64))


def _last_day(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1).day


@dataclass(frozen=True)
class Members:
    """A relation as numbers of rows. `pairs`: row, to (null: somebody who is not there). `lost`: whether it is not wholly known of
    a row; None: it is of all."""

    pairs: pl.DataFrame
    lost: pl.Series | None

    def head(self, first: int) -> Members:
        """Those of the first rows."""
        return Members(self.pairs.filter(pl.col("row") < first), self.lost)


def _each_once(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs without repeats; as one number each, for that costs a fifth of looking at two columns."""
    nobody = 2**32 - 1
    number = pl.col("row").cast(pl.UInt64) * 2**32 + pl.col("to").fill_null(nobody)
    once = pairs.select(number.unique().alias("pair"))
    to = (pl.col("pair") % 2**32).cast(pl.UInt32)
    return once.select(row=(pl.col("pair") // 2**32).cast(pl.UInt32), to=pl.when(to != nobody).then(to))


class Related:
    """Who is related to whom. Ids are made to numbers of rows once, for looking up by number costs a tenth of a join."""

    def __init__(self, lexicon: Lexicon, people: pl.Series, links: pl.DataFrame) -> None:
        self._lexicon = lexicon
        self._rows = people.len()
        numbers = pl.DataFrame({"person": people}).with_row_index("row")
        self._links = links.join(numbers, on="person", how="inner").join(
            numbers.rename({"row": "to", "person": "other"}), on="other", how="left"
        )
        self._steps: dict[str, Members] = {}
        self._members: dict[tuple[str, int], Members] = {}

    def members(self, relation: RelationDefinition, frame: pl.DataFrame, first: int) -> Members:
        """The members of a relation, for the first rows. `frame`: everybody, with what its condition names."""
        key = (relation.name, first)
        if key not in self._members:
            whole = self._members.get((relation.name, self._rows))
            self._members[key] = whole.head(first) if whole else self._found(relation, frame, first)
        return self._members[key]

    def _found(self, relation: RelationDefinition, frame: pl.DataFrame, first: int) -> Members:
        paths = relation.paths or ((relation.name,),)
        ways = [self._along(path, first) for path in paths]
        lost = [one.lost for one in ways if one.lost is not None]
        direct = len(paths) == 1 and len(paths[0]) == 1  # leads to each other one once
        pairs = ways[0].pairs if direct else _each_once(pl.concat(one.pairs for one in ways))
        where = self._lexicon.where(relation.name)
        if where is not None:
            keep = frame.select(expressions.to_polars(where, constants={}).alias("keep")).to_series()
            judged = pairs.with_columns(keep.gather(pairs.get_column("to")).alias("keep"))
            pairs = judged.filter(pl.col("keep")).select("row", "to")
            lost.append(self._marked(judged.filter(pl.col("keep").is_null()).get_column("row")))
        return Members(pairs, functools.reduce(operator.or_, lost) if lost else None)

    def _along(self, path: Sequence[str], first: int) -> Members:
        """Whom a path leads to from the first rows, and from which of them some step of it is not known."""
        kinds = [kind for kind in path if kind != "self"]
        if not kinds:
            row = pl.int_range(first, dtype=pl.UInt32, eager=True)
            return Members(pl.DataFrame({"row": row, "to": row}), None)
        found = self._step(self._lexicon.relations[kinds[0]]).head(first)
        for kind in kinds[1:]:
            step, lost = self._step(self._lexicon.relations[kind]), found.lost
            if step.lost is not None:
                unknown = found.pairs.filter(step.lost.gather(found.pairs.get_column("to")))
                marked = self._marked(unknown.get_column("row"))
                lost = marked if lost is None else lost | marked
            pairs = found.pairs.join(step.pairs, left_on="to", right_on="row", how="inner", suffix="_next")
            found = Members(pairs.select("row", to="to_next"), lost)
        return found

    def _step(self, relation: RelationDefinition) -> Members:
        """A stated relation."""
        if relation.name not in self._steps:
            rows = self._links.filter(pl.col("kind") == relation.name)
            pairs = rows.filter(pl.col("other").is_not_null()).select("row", "to")
            lost = None if relation.complete else ~self._marked(rows.get_column("row"))
            self._steps[relation.name] = Members(pairs, lost)
        return self._steps[relation.name]

    def _marked(self, rows: pl.Series) -> pl.Series:
        marks = np.zeros(self._rows, dtype=np.bool_)
        marks[rows.to_numpy()] = True
        return pl.Series(marks)


def _over(
    lexicon: Lexicon,
    others: pl.DataFrame,
    relation: RelationDefinition,
    members: Members,
    wanted: Sequence[FactDefinition],
    first: int,
) -> list[pl.Series]:
    """Facts over one relation for the first rows: of the other end, or strict aggregates."""
    to = members.pairs.get_column("to")
    used = sorted({d.fact for d in wanted if d.fact})
    taken = members.pairs.select("row", *(others.get_column(name).gather(to) for name in used))
    if relation.many or relation.paths:
        groups = taken.group_by("row").agg(_aggregated(d) for d in wanted)
    else:
        groups = taken.select("row", *(_of_the_only_one(d) for d in wanted))
    # which group is whose: to look its values up by number
    at = np.full(first, -1, dtype=np.int64)
    at[groups.get_column("row").to_numpy()] = np.arange(groups.height)
    place = pl.Series(at)
    nobody = place < 0
    place = place.set(nobody, None)
    found = []
    for d in wanted:
        dtype = expressions.COLUMNS[lexicon.names[d.name].type]
        empty = d.if_none
        if empty is None and d.aggregate in (Aggregate.COUNT, Aggregate.SUM):
            empty = 0
        value = groups.get_column(f"@{d.name}").cast(dtype).gather(place)
        if empty is not None:
            value = value.zip_with(~nobody, pl.repeat(empty, first, dtype=dtype, eager=True))
        if members.lost is not None:
            value = value.zip_with(~members.lost.head(first), pl.repeat(None, first, dtype=dtype, eager=True))
        found.append(value.alias(d.name))
    return found


def _of_the_only_one(definition: FactDefinition) -> pl.Expr:
    """What `_aggregated` comes to over a single member."""
    value = pl.lit(1, pl.Int64) if definition.aggregate is Aggregate.COUNT else pl.col(definition.fact)
    return value.alias(f"@{definition.name}")


def _aggregated(definition: FactDefinition) -> pl.Expr:
    column = pl.col(definition.fact) if definition.fact else pl.lit(0)
    match definition.aggregate:
        case Aggregate.COUNT:
            value = pl.len().cast(pl.Int64)
            return value.alias(f"@{definition.name}")
        case Aggregate.SUM:
            value = column.sum()
        case Aggregate.MIN:
            value = column.min()
        case Aggregate.MAX:
            value = column.max()
        case Aggregate.ANY:
            value = column.any()
        case Aggregate.ALL:
            value = column.all()
        case None:
            value = column.first()
    return pl.when(column.null_count() == 0).then(value).alias(f"@{definition.name}")
