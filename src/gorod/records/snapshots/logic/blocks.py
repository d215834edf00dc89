"""From the registers to small files: residents in blocks, in the order of their ids, each block parted by district."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl

from gorod.kernel.files import write_whole
from gorod.kernel.tables import write_parquet
from gorod.records.facts import api as facts
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.snapshots.data import NOWHERE, SHARES
from gorod.records.snapshots.logic import keys
from gorod.records.snapshots.logic.around import LINKS, PEOPLE
from gorod.records.snapshots.logic.state import Asked

NOBODY = UUID(int=0)


def read_all(*, asked: Asked, folder: Path, block: int) -> Iterator[int]:
    """Read block after block; those that are there already are not read again. Yields how many residents are done."""
    merged = parties.duplicates(known_at=asked.known_at)
    after, done = NOBODY, 0
    for number in range(10**9):
        mark = folder / "blocks" / f"{number:06}.json"
        if not mark.exists():
            entered = parties.residents_entered(after=after, limit=block, by=asked.known_at)
            if not entered:
                break
            people = [party for party in entered if party not in merged]
            misfits = _read(asked, people, (after, entered[-1]), merged, folder / "parts", number)
            write_whole(mark, json.dumps({"upto": str(entered[-1]), "people": len(people), "misfits": misfits}))
        known = json.loads(mark.read_text(encoding="utf-8"))
        after, done = UUID(known["upto"]), done + known["people"]
        yield done


def _read(
    asked: Asked,
    people: list[UUID],
    between: tuple[UUID, UUID],
    merged: Mapping[UUID, UUID],
    folder: Path,
    number: int,
) -> Mapping[str, int]:
    """One block: these people, all that have an id above the first of `between` and up to the second. Returns what did not fit."""
    after, upto = between
    statements = registers.statements_block(
        after=after, upto=upto, names=asked.stated, as_of=asked.as_of, known_at=asked.known_at
    )
    links = registers.relations_block(
        after=after, upto=upto, kinds=asked.relations, many=asked.many, as_of=asked.as_of, known_at=asked.known_at
    )
    several = {party: tuple(ids) for party, ids in _duplicates_of(merged, people).items()}
    if several:
        # rows of a person may stand under other ids, in other blocks: these few are read by name
        every = [party for ids in several.values() for party in ids]
        own = [str(party) for party in every]
        more, more_links = _by_name(asked, every)
        statements = pl.concat([statements.filter(~pl.col("person").is_in(own)), more])
        links = pl.concat([links.filter(~pl.col("person").is_in(own)), more_links])
        statements, links = facts.under_one_id(statements=statements, links=links, identities=several)
    return _keep(asked, people, statements, links, merged, folder, number)


def read_by_name(
    *, asked: Asked, people: list[UUID], merged: Mapping[UUID, UUID], folder: Path, number: int
) -> Mapping[str, int]:
    """One block of people picked out of the city. Returns what did not fit."""
    several = {party: tuple(ids) for party, ids in _duplicates_of(merged, people).items()}
    statements, links = _by_name(asked, [party for person in people for party in several.get(person, (person,))])
    if several:
        statements, links = facts.under_one_id(statements=statements, links=links, identities=several)
    return _keep(asked, people, statements, links, merged, folder, number)


def _by_name(asked: Asked, party_ids: list[UUID]) -> tuple[pl.DataFrame, pl.DataFrame]:
    statements = registers.statements_frame(
        parties=party_ids, names=asked.stated, as_of=asked.as_of, known_at=asked.known_at
    )
    links = registers.relations_frame(
        parties=party_ids, kinds=asked.relations, many=asked.many, as_of=asked.as_of, known_at=asked.known_at
    )
    return statements, links


def _keep(
    asked: Asked,
    people: list[UUID],
    statements: pl.DataFrame,
    links: pl.DataFrame,
    merged: Mapping[UUID, UUID],
    folder: Path,
    number: int,
) -> Mapping[str, int]:
    """Write what was read of these people under their keys, each to the district they live in. Returns what did not fit."""
    others = {UUID(other) for other in links.get_column("other").drop_nulls().unique()}
    meant = {other: merged.get(other, other) for other in others}
    numbers = keys.of([*people, *meant.values()])
    own_keys = pl.DataFrame(
        {"person": [str(party) for party in people], "key": [numbers[party] for party in people]},
        schema={"person": pl.String, "key": pl.Int64},
    )
    other_keys = pl.DataFrame(
        {"other": [str(other) for other in meant], "other_key": [numbers[party] for party in meant.values()]},
        schema={"other": pl.String, "other_key": pl.Int64},
    )
    rows = statements.join(own_keys, on="person", how="inner").drop("person", "statement").rename({"key": "person"})
    wide = facts.arranged(statements=rows, people=own_keys.get_column("key").alias("person"), names=asked.stated)
    linked = (
        links.join(own_keys, on="person", how="inner")
        .join(other_keys, on="other", how="left")
        .select(person="key", kind="kind", other="other_key")
        .unique(maintain_order=True)
    )
    write(asked=asked, people=wide.frame, links=linked, folder=folder, name=f"{number:06}")
    return wide.misfits


def _duplicates_of(merged: Mapping[UUID, UUID], people: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """Those of these people under whom others were merged: every id of each, their own first."""
    here = set(people)
    found: dict[UUID, list[UUID]] = {}
    for duplicate, party in sorted(merged.items()):
        if party in here:
            found.setdefault(party, [party]).append(duplicate)
    return found


def write(*, asked: Asked, people: pl.DataFrame, links: pl.DataFrame, folder: Path, name: str) -> None:
    """Write some people and their links, each to the district where they live, into files that begin with `name`."""
    nowhere = pl.format(f"{NOWHERE}~{{}}", (pl.col("person") % SHARES).cast(pl.String).str.zfill(2))
    home = pl.col(asked.district).fill_null(nowhere) if asked.district else nowhere
    at_home = people.with_columns(home.alias("_home"))
    here = links.join(at_home.select("person", "_home"), on="person", how="inner", maintain_order="left")
    links_at_home = here.partition_by("_home", as_dict=True, include_key=False)
    for (district,), some in at_home.partition_by("_home", as_dict=True, include_key=False).items():
        place = folder / str(district)
        place.mkdir(parents=True, exist_ok=True)
        write_parquet(links_at_home.get((district,), links.clear()), place / f"{name}-{LINKS}.parquet")
        write_parquet(some, place / f"{name}-{PEOPLE}.parquet")


def write_made_up(
    *, asked: Asked, party_ids: pl.Series, statements: pl.DataFrame, relations: pl.DataFrame, folder: Path, number: int
) -> None:
    """A block of people who are in no register: statements and relations as the registers would take them."""
    drawn = np.random.default_rng().integers(0, 2**keys.BITS, size=party_ids.len(), dtype=np.int64)
    known = pl.DataFrame({"party_id": party_ids, "person": drawn})
    others = known.select(other_id="party_id", other="person")
    rows = (
        statements.filter(pl.col("fact").is_in(asked.stated))
        .join(known, on="party_id", how="inner")
        .select("person", "fact", "number", "code", disputed=pl.lit(False))
    )
    linked = (
        relations.filter(pl.col("present") & pl.col("kind").is_in(asked.relations))
        .join(known, on="party_id", how="inner")
        .join(others, on="other_id", how="left")
        .select("person", "kind", "other")
    )
    wide = facts.arranged(statements=rows, people=known.get_column("person"), names=asked.stated)
    write(asked=asked, people=wide.frame, links=linked, folder=folder, name=f"{number:06}")
