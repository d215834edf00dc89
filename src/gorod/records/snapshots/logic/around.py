"""From small files to partitions: districts and parts of large ones, and for each the people elsewhere whose facts those of its own
are made of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from gorod.kernel.tables import write_parquet
from gorod.records.snapshots.data import part_of

PEOPLE, LINKS = "people", "links"
AROUND = {PEOPLE: "around", LINKS: "links_around"}
SPILL_ROWS = 3_000_000  # some 300 MB
FAMILY = 2  # relations: a grandchild


def gather(*, parts: Path, to: Path, hops: int, share: int) -> Iterator[str]:
    """Put the small files of each district into one, or into several where more people than `share` live there, and into others
    the people elsewhere up to `hops` relations away.

    Yields each partition as it is done. Each file is read once for each hop. In memory: one district, `SPILL_ROWS`, and some 30
    bytes for each resident and for each relation between partitions.
    """
    for name in (*AROUND, *AROUND.values()):
        (to / name).mkdir(parents=True, exist_ok=True)
    districts = [name for path in sorted(parts.iterdir()) for name in _parted(path, to, share)]
    answers = _Answers(to / "answers", districts)
    if hops:
        _answer_all(districts, to, answers, hops)
    for number, district in enumerate(districts):
        for name, around in AROUND.items():
            empty = pl.read_parquet(to / name / f"{district}.parquet").clear()
            whole = pl.concat([empty, *answers.of(number, name)])
            write_parquet(whole.sort("person"), to / around / f"{district}.parquet")
        yield district
    shutil.rmtree(to / "answers", ignore_errors=True)


def _parted(district: Path, to: Path, share: int) -> Iterator[str]:
    """Write the people of a district and their links. Families stay together as far as their relations are known here: with
    whoever has the lowest key of those up to `FAMILY` relations away."""
    people, links = (
        pl.concat(pl.read_parquet(path) for path in sorted(district.glob(f"*-{name}.parquet"))).sort("person")
        for name in AROUND
    )
    count = -(-people.height // share)
    if count == 1:
        write_parquet(people, to / PEOPLE / f"{district.name}.parquet")
        write_parquet(links, to / LINKS / f"{district.name}.parquet")
        yield district.name
        return
    family = people.select("person", family="person")
    for _ in range(FAMILY):
        related = links.select("person", other="other").join(
            family.rename({"person": "other"}), on="other", how="inner"
        )
        family = pl.concat([family, related.select("person", "family")]).group_by("person").agg(pl.col("family").min())
    homes = family.select("person", _share=pl.col("family") % count)
    for number in range(count):
        here = homes.filter(pl.col("_share") == number).select("person")
        name = part_of(district.name, number)
        write_parquet(
            people.join(here, on="person", how="semi", maintain_order="left"), to / PEOPLE / f"{name}.parquet"
        )
        write_parquet(links.join(here, on="person", how="semi", maintain_order="left"), to / LINKS / f"{name}.parquet")
        yield name


def _answer_all(districts: list[str], to: Path, answers: _Answers, hops: int) -> None:
    """Each partition is asked for the people that others need of it, hop by hop."""
    homes = pl.concat(
        pl.read_parquet(to / PEOPLE / f"{district}.parquet", columns=["person"]).with_columns(_numbered("home", number))
        for number, district in enumerate(districts)
    )
    links = (
        pl.read_parquet(to / LINKS / f"{district}.parquet").with_columns(_numbered("asking", number))
        for number, district in enumerate(districts)
    )
    wanted = _elsewhere(links, homes)
    known = wanted.clear()
    for hop in range(1, hops + 1):
        known = pl.concat([known, wanted])
        further = []
        for (home,), part in wanted.partition_by("home", as_dict=True).items():
            for name in AROUND if hop < hops else (PEOPLE,):
                rows = pl.read_parquet(to / name / f"{districts[int(home)]}.parquet")
                found = part.select("person", "asking").join(rows, on="person", how="inner", maintain_order="left")
                answers.add(name, found)
                if name == LINKS:
                    further.append(found)
        wanted = _elsewhere(further, homes).join(known, on=["person", "asking"], how="anti")


class _Answers:
    """Rows for the partitions that asked for them, kept in memory up to `SPILL_ROWS`, then in a file for each of them."""

    def __init__(self, folder: Path, districts: list[str]) -> None:
        self._folder = folder
        self._districts = districts
        self._kept: dict[tuple[int, str], list[pl.DataFrame]] = {}
        self._rows = 0
        self._spilt = 0

    def add(self, name: str, found: pl.DataFrame) -> None:
        """Rows with the number of the partition that asked in `asking`."""
        for (asking,), answer in found.partition_by("asking", as_dict=True, include_key=False).items():
            self._kept.setdefault((int(asking), name), []).append(answer)
        self._rows += found.height
        if self._rows > SPILL_ROWS:
            self._spill()

    def of(self, number: int, name: str) -> list[pl.DataFrame]:
        """Everything that was found for a partition."""
        files = sorted((self._folder / self._districts[number]).glob(f"*-{name}.parquet"))
        return [*(pl.read_parquet(path) for path in files), *self._kept.get((number, name), ())]

    def _spill(self) -> None:
        for (asking, name), frames in self._kept.items():
            place = self._folder / self._districts[asking]
            place.mkdir(parents=True, exist_ok=True)
            write_parquet(pl.concat(frames), place / f"{self._spilt:05}-{name}.parquet")
        self._kept.clear()
        self._rows = 0
        self._spilt += 1


def _elsewhere(links: Iterator[pl.DataFrame] | list[pl.DataFrame], homes: pl.DataFrame) -> pl.DataFrame:
    """Who is linked to and lives in another partition than the one that asks: person, asking, home."""
    empty = pl.DataFrame(schema={"person": pl.Int64, "asking": pl.UInt16, "home": pl.UInt16})
    found = [
        part.select(person="other", asking="asking")
        .drop_nulls()
        .unique()
        .join(homes, on="person", how="inner")
        .filter(pl.col("home") != pl.col("asking"))
        for part in links
    ]
    return pl.concat([empty, *found]).unique()


def _numbered(name: str, number: int) -> pl.Expr:
    return pl.lit(number, pl.UInt16).alias(name)
