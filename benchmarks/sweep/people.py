"""Made-up people with all their facts in memory, and the families among them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl

from gorod.catalogue.data import City
from gorod.records.facts import api as facts
from gorod.records.snapshots import api as snapshots
from gorod.records.synthetic import api as synthetic
from gorod.records.synthetic.data import Kin

SEED = 29


@dataclass(frozen=True, kw_only=True)
class People:
    """Made-up people. `frame`: `party_id` (text) and a column a fact, as rules read them; `links`: person, kind, other (text)."""

    frame: pl.DataFrame
    links: pl.DataFrame


def people(*, city: City, residents: int, names: Collection[str], as_of: date, seed: int = SEED) -> People:
    """That many people with these facts as of a date: the same arguments give the same, but for the order and the ids."""
    profile = city.synthetic
    assert profile is not None
    population = synthetic.generate(profile=profile, residents=residents, seed=seed, as_of=as_of)
    with tempfile.TemporaryDirectory() as folder:
        taken = snapshots.make_up(folder=Path(folder), parts=[population], names=names)
        partitions = [taken.partition(name) for name in taken.districts]
    # all in one, so that nobody's family is elsewhere
    stated = pl.concat(one.people.head(one.own.len()) for one in partitions)
    links = pl.concat(one.links.filter(pl.col("person").is_in(one.own.implode())) for one in partitions)
    frame = facts.derived(stated=stated, links=links, names=names, as_of=as_of)
    return People(
        frame=frame.select(_text("person").alias("party_id"), *sorted(names)).rechunk(),
        links=links.with_columns(_text("person"), _text("other")),
    )


def _text(column: str) -> pl.Expr:
    """Keys as ids are written."""
    return pl.col(column).map_elements(lambda key: str(UUID(int=key)), return_dtype=pl.String)


def families(*, city: City, found: People, count: int) -> list[pl.DataFrame]:
    """The facts of that many families (a child, its mother and father, their other children), in the order of ids."""
    profile = city.synthetic
    assert profile is not None
    ends = [
        found.links.filter(pl.col("kind") == profile.relations[kin].kind)
        .drop_nulls("other")
        .select("person", pl.col("other").alias(kin.value))
        for kin in (Kin.MOTHER, Kin.FATHER)
    ]
    couples = (
        ends[0]
        .join(ends[1], on="person")
        .group_by(Kin.MOTHER.value, Kin.FATHER.value)
        .agg(pl.col("person").sort())
        .sort(Kin.MOTHER.value, Kin.FATHER.value)
        .head(count)
    )
    return [
        found.frame.filter(pl.col("party_id").is_in([*children, mother, father]))
        for mother, father, children in couples.iter_rows()
    ]
