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
    people: Collection[tuple[UUID, ...]],
    kinds: frozenset[str],
    hops: int,
    as_of: date,
    known_at: datetime,
    merged_at: datetime | None,
) -> tuple[pl.DataFrame, dict[UUID, tuple[UUID, ...]]]:
    """The links between the people asked for (every id of each, their own first) and all whose facts theirs are made of; and every
    id of each of them. Nobody else is looked up where nothing leads to anybody."""
    alias = {every[0]: every for every in people}
    frames: list[pl.DataFrame] = []
    edge = list(alias)
    for _ in range(hops):
        found = registers.relations_frame(
            parties=[i for p in edge for i in alias[p]],
            kinds=kinds,
            many=lexicon.many,
            as_of=as_of,
            known_at=known_at,
        )
        others = [UUID(o) for o in found.get_column("other").drop_nulls().unique(maintain_order=True).to_list()]
        known = parties.identities(party_ids=others, known_at=merged_at)
        moved = {str(other): str(every[0]) for other, every in known.items() if every[0] != other}
        if moved:
            found = found.with_columns(pl.col("other").replace(moved))
            found = found.unique(subset=["person", "kind", "other"], keep="first", maintain_order=True)
        frames.append(links_under_one_id(lexicon, found, alias))
        edge = [party for party in dict.fromkeys(every[0] for every in known.values()) if party not in alias]
        if not edge:
            break
        alias |= {every[0]: every for every in known.values() if every[0] not in alias}
    return (pl.concat(frames) if frames else registers.no_relations()), alias


def links_under_one_id(lexicon: Lexicon, links: pl.DataFrame, alias: Mapping[UUID, tuple[UUID, ...]]) -> pl.DataFrame:
    """Several others of a to-many kind; one of a to-one kind, the party's own before a duplicate's."""
    if not _duplicates(alias):
        return links
    several = pl.col("kind").is_in(list(lexicon.many))
    return pl.concat(
        [
            under_one_id(links.filter(several), alias, ["person", "kind", "other"]),
            under_one_id(links.filter(~several), alias, ["person", "kind"]),
        ]
    )


def under_one_id(rows: pl.DataFrame, alias: Mapping[UUID, tuple[UUID, ...]], key: list[str]) -> pl.DataFrame:
    """Rows about merged duplicates under the party's own id; the party's own row wins over a duplicate's."""
    duplicates = _duplicates(alias)
    if not duplicates or rows.is_empty():
        return rows
    return (
        rows.with_columns(pl.col("person").is_in(list(duplicates)).alias("_duplicate"))
        .sort("_duplicate")
        .with_columns(pl.col("person").replace(duplicates))
        .unique(subset=key, keep="first", maintain_order=True)
        .drop("_duplicate")
    )


def _duplicates(alias: Mapping[UUID, tuple[UUID, ...]]) -> dict[str, str]:
    return {str(i): str(party) for party, ids in alias.items() for i in ids[1:]}
