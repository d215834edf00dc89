"""What crosses the door of snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

NOWHERE = "unknown"  # where those live of whom no district is known: they may be many, and are parted by chance
SHARES = 16  # into which they are parted: `unknown~00` and on


def part_of(district: str, number: int) -> str:
    """What a part of a large district is called."""
    return f"{district}~{number:02}"


def district_of(partition: str) -> str:
    """The district that a partition is, or is a part of."""
    return partition.partition("~")[0]


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One district of a snapshot, or a part of a large one. `people`: person (a random key) and the stated facts; `links`: person,
    kind, other (null: known to have none). Both also of those elsewhere whose facts theirs are made of: `own` says who lives here,
    the first rows."""

    district: str
    own: pl.Series
    people: pl.DataFrame
    links: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What held on `as_of` (a city date) as it was known at `known_at` (UTC). `stated`: the facts its files have; `district`: the
    one that parts them; `districts`: the partitions; `people`: how many residents. `form`: a digest of how rows were read;
    `misfits`: of which facts how many of the rows that were read hold what such a fact cannot be. They count as unknown, as the
    definition was another one when they came. `made_up`: they are in no database, and nothing may follow from them for anybody."""

    folder: Path
    as_of: date
    known_at: datetime
    stated: tuple[str, ...]
    relations: tuple[str, ...]
    hops: int
    district: str
    districts: tuple[str, ...]
    people: int
    form: str
    misfits: Mapping[str, int]
    made_up: bool = False

    def partition(self, district: str) -> Partition:
        """The files of one partition. Raises OSError when they are gone."""
        own = pl.read_parquet(self.folder / "people" / f"{district}.parquet")
        around = pl.read_parquet(self.folder / "around" / f"{district}.parquet")
        links = pl.read_parquet(self.folder / "links" / f"{district}.parquet")
        links_around = pl.read_parquet(self.folder / "links_around" / f"{district}.parquet")
        return Partition(
            district=district,
            own=own.get_column("person"),
            people=pl.concat([own, around]),
            links=pl.concat([links, links_around]),
        )
