"""One frame of facts: a row a person, a column a fact, null where it is unknown. The same code for a family and a city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Type
from gorod.records.facts.data import Aggregate, FactDefinition, Kind, RelationDefinition
from gorod.records.facts.logic.plan import Lexicon, Plan


def build(
    *, lexicon: Lexicon, plan: Plan, people: pl.Series, statements: pl.DataFrame, links: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Facts of `people` (and of those they are linked to, who must be among them) on `as_of`.

    `statements`: person, fact, number, code, disputed. `links`: person, kind, other. Returns the column `person` and a
    column for every fact of the plan.
    """
    stated = arrange(lexicon=lexicon, names=plan.stated, people=people, statements=statements)
    return derive(lexicon=lexicon, plan=plan, stated=stated, links=links, as_of=as_of)


def arrange(*, lexicon: Lexicon, names: Sequence[str], people: pl.Series, statements: pl.DataFrame) -> pl.DataFrame:
    """Stated facts as columns, a row for each of `people`."""
    parts = ["number", "code", "disputed"]
    present = sorted(statements.get_column("fact").unique().to_list()) if statements.height else []
    frame = pl.DataFrame({"person": people})
    if present:
        # columns are called number_<fact>, code_<fact>, disputed_<fact>
        wide = statements.pivot(on="fact", on_columns=present, index="person", values=parts)
        frame = frame.join(wide, on="person", how="left")
    absent = [name for name in names if name not in set(present)]
    frame = frame.with_columns(
        *(pl.lit(None, pl.Int64).alias(f"number_{name}") for name in absent),
        *(pl.lit(None, pl.String).alias(f"code_{name}") for name in absent),
        *(pl.lit(None, pl.Boolean).alias(f"disputed_{name}") for name in absent),
    )
    return frame.select("person", *(_stated_column(lexicon.facts[name]) for name in names))


def derive(*, lexicon: Lexicon, plan: Plan, stated: pl.DataFrame, links: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Everything that follows from stated facts and links, added to the stated facts."""
    frame = stated
    joined = Joined(lexicon, links)
    members: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}
    for names in plan.levels:
        definitions = [lexicon.facts[name] for name in names]
        columns = [_column(lexicon, d, as_of) for d in definitions if d.kind in (Kind.SQL, Kind.AGE)]
        if columns:
            frame = frame.with_columns(columns)
        by_relation: dict[str, list[FactDefinition]] = {}
        for definition in definitions:
            if definition.relation:
                by_relation.setdefault(definition.relation, []).append(definition)
        for relation, wanted in by_relation.items():
            if relation not in members:
                members[relation] = joined.members(lexicon.relations[relation], frame)
            frame = _over(lexicon, frame, lexicon.relations[relation], members[relation], wanted)
    return frame


def _stated_column(definition: FactDefinition) -> pl.Expr:
    name, dtype = definition.name, expressions.COLUMNS[definition.type]
    number, code, disputed = (pl.col(f"{part}_{name}") for part in ("number", "code", "disputed"))
    match definition.type:
        case Type.CODE:
            value = code
        case Type.BOOLEAN:
            value = number != 0
        case Type.DATE:
            value = number.cast(pl.Int32).cast(pl.Date)
        case Type.INT:
            value = number
    # no row at all: what the register means by silence; a row without value or under dispute: unknown
    no_row = pl.lit(definition.absent, dtype) if definition.absent is not None else pl.lit(None, dtype)
    return pl.when(disputed.is_null()).then(no_row).when(disputed).then(None).otherwise(value).alias(name)


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


class Joined:
    """Who is related to whom. Joins cost more than all else for a family: each stated relation is looked up once."""

    def __init__(self, lexicon: Lexicon, links: pl.DataFrame) -> None:
        self._lexicon = lexicon
        self._links = links
        self._steps: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}

    def members(self, relation: RelationDefinition, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Pairs (person, other) of a relation, and the persons whose relation is not wholly known (column person)."""
        people = frame.select("person")
        paths = relation.paths or ((relation.name,),)
        pairs: list[pl.DataFrame] = []
        unknown: list[pl.DataFrame] = []
        for path in paths:
            reached: pl.DataFrame | None = None
            for kind in path:
                if kind == "self":
                    continue
                step, lost = self._step(self._lexicon.relations[kind], people)
                if reached is None:
                    unknown.append(lost)
                    reached = step
                    continue
                unknown.append(reached.join(lost, left_on="other", right_on="person", how="semi").select("person"))
                reached = reached.join(step, left_on="other", right_on="person", how="inner", suffix="_next").select(
                    "person", other="other_next"
                )
            pairs.append(people.with_columns(other=pl.col("person")) if reached is None else reached)
        direct = len(paths) == 1 and len(paths[0]) == 1  # leads to each other one once
        members = pairs[0] if direct else pl.concat(pairs).unique()
        where = self._lexicon.where(relation.name)
        if where is not None:
            judged = members.join(
                frame.select("person", keep=expressions.to_polars(where, constants={})),
                left_on="other",
                right_on="person",
                how="left",
            )
            unknown.append(judged.filter(pl.col("keep").is_null()).select("person"))
            members = judged.filter(pl.col("keep")).select("person", "other")
        several = [lost for lost in unknown if lost.height]
        return members, pl.concat(several).unique() if several else people.clear()

    def _step(self, relation: RelationDefinition, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The same of a stated relation, which leads from `people` only."""
        if relation.name not in self._steps:
            rows = self._links.filter(pl.col("kind") == relation.name)
            pairs = rows.select("person", "other").drop_nulls("other")
            lost = people.clear() if relation.complete else people.join(rows, on="person", how="anti")
            self._steps[relation.name] = (pairs, lost)
        return self._steps[relation.name]


def _over(
    lexicon: Lexicon,
    frame: pl.DataFrame,
    relation: RelationDefinition,
    members: tuple[pl.DataFrame, pl.DataFrame],
    wanted: Iterable[FactDefinition],
) -> pl.DataFrame:
    """Add facts over one relation: of the other end, or strict aggregates."""
    pairs, lost = members
    wanted = list(wanted)
    used = sorted({d.fact for d in wanted if d.fact})
    joined = pairs.join(frame.select("person", *used), left_on="other", right_on="person", how="left")
    if relation.many or relation.paths:
        groups = joined.group_by("person").agg(pl.len().alias("#"), *(_aggregated(d) for d in wanted))
    else:
        groups = joined.select("person", pl.lit(1).alias("#"), *(_of_the_only_one(d) for d in wanted))
    columns = []
    for d in wanted:
        dtype = expressions.COLUMNS[lexicon.names[d.name].type]
        empty = d.if_none
        if empty is None and d.aggregate in (Aggregate.COUNT, Aggregate.SUM):
            empty = 0
        value = pl.when(pl.col("#").is_null()).then(pl.lit(empty, dtype)).otherwise(pl.col(f"@{d.name}"))
        columns.append(pl.when(pl.col("?")).then(None).otherwise(value).cast(dtype).alias(d.name))
    frame = frame.join(groups, on="person", how="left")
    if lost.height:
        frame = frame.join(lost.with_columns(pl.lit(True).alias("?")), on="person", how="left")
        frame = frame.with_columns(pl.col("?").fill_null(False))
    else:
        frame = frame.with_columns(pl.lit(False).alias("?"))
    return frame.with_columns(columns).drop("#", "?", *(f"@{d.name}" for d in wanted))


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
