"""Who stands round the people asked for: everybody whose facts theirs are made of, each under one id."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

import polars as pl

from gorod.records.facts.logic.plan import Lexicon
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers


def of(
    lexicon: Lexicon,
    *,
    people: Collection[UUID],
    kinds: frozenset[str],
    hops: int,
    as_of: date,
    known_at: datetime,
    merged_at: datetime | None,
) -> tuple[pl.DataFrame, list[UUID], dict[UUID, tuple[UUID, ...]]]:
    """The people asked for and all whose facts theirs are made of, with the links between them and every id of each."""
    circle = list(dict.fromkeys(people))
    alias = dict(parties.aliases(party_ids=circle, known_at=merged_at))
    frames: list[pl.DataFrame] = []
    edge = circle
    for hop in range(max(hops, 1)):
        found = registers.relations_frame(
            parties=[i for p in edge for i in alias[p]],
            kinds=kinds,
            many=lexicon.many,
            as_of=as_of,
            known_at=known_at,
        )
        others = [UUID(o) for o in found.get_column("other").drop_nulls().unique(maintain_order=True).to_list()]
        kept = parties.canonical(party_ids=others, known_at=merged_at)
        if any(duplicate != party for duplicate, party in kept.items()):
            found = found.with_columns(
                pl.col("other").replace({str(duplicate): str(party) for duplicate, party in kept.items()})
            )
        frames.append(links_under_one_id(lexicon, found, alias))
        edge = [party for party in dict.fromkeys(kept.values()) if party not in alias]
        if not edge or hop >= hops:
            break
        alias.update(parties.aliases(party_ids=edge, known_at=merged_at))
        circle += edge
    return pl.concat(frames), circle, alias


def links_under_one_id(lexicon: Lexicon, links: pl.DataFrame, alias: Mapping[UUID, tuple[UUID, ...]]) -> pl.DataFrame:
    """Several others of a to-many kind; one of a to-one kind, the party's own before a duplicate's."""
    several = pl.col("kind").is_in(list(lexicon.many))
    return pl.concat(
        [
            under_one_id(links.filter(several), alias, ["person", "kind", "other"]),
            under_one_id(links.filter(~several), alias, ["person", "kind"]),
        ]
    )


def under_one_id(rows: pl.DataFrame, alias: Mapping[UUID, tuple[UUID, ...]], key: list[str]) -> pl.DataFrame:
    """Rows about merged duplicates under the party's own id; the party's own row wins over a duplicate's."""
    duplicates = {str(i): str(party) for party, ids in alias.items() for i in ids[1:]}
    if not duplicates or rows.is_empty():
        return rows
    return (
        rows.with_columns(pl.col("person").is_in(list(duplicates)).alias("_duplicate"))
        .sort("_duplicate")
        .with_columns(pl.col("person").replace(duplicates))
        .unique(subset=key, keep="first", maintain_order=True)
        .drop("_duplicate")
    )
