"""Partitions: large districts in parts, families together, and beside each part those elsewhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from gorod.records.snapshots.data import district_of
from gorod.records.snapshots.logic import around

FAMILIES = 300
LINKS = {"person": pl.Int64, "kind": pl.String, "other": pl.Int64}


def city(folder: Path) -> Path:
    """In `large` families of a mother (1, 4, …), her child and its child; in `small` the sister of the first mother."""
    mothers = range(1, 3 * FAMILIES, 3)
    links = [(person, "mother", person - 1) for mother in mothers for person in (mother + 1, mother + 2)]
    links += [(person - 1, "child", person) for person, _, _ in links]
    sister = -1
    write(folder / "large", range(1, 3 * FAMILIES + 1), [*links, (1, "sister", sister)])
    write(folder / "small", [sister], [(sister, "sister", 1)])
    return folder


def write(folder: Path, people: range | list[int], links: list[tuple[int, str, int]]) -> None:
    folder.mkdir(parents=True)
    pl.DataFrame({"person": list(people)}, schema={"person": pl.Int64}).write_parquet(folder / "0-people.parquet")
    pl.DataFrame(links, schema=LINKS, orient="row").write_parquet(folder / "0-links.parquet")


def people(folder: Path, kind: str, partition: str) -> set[int]:
    return set(pl.read_parquet(folder / kind / f"{partition}.parquet").get_column("person"))


def test_a_large_district_is_parted_and_families_are_not(tmp_path: Path) -> None:
    found = list(around.gather(parts=city(tmp_path / "parts"), to=tmp_path, hops=2, share=120))
    assert found == [*(f"large~{number:02}" for number in range(8)), "small"]
    assert {district_of(partition) for partition in found} == {"large", "small"}
    large = [people(tmp_path, "people", partition) for partition in found[:-1]]
    assert sorted(person for part in large for person in part) == list(range(1, 3 * FAMILIES + 1))
    for part in large:
        assert 50 < len(part) < 200
        assert {(person - 1) // 3 for person in part} == {(person - 1) // 3 for person in part if person % 3 == 1}
        assert all({mother + 1, mother + 2} <= part for mother in part if mother % 3 == 1)


def test_beside_a_part_are_those_whom_its_people_are_related_to(tmp_path: Path) -> None:
    found = list(around.gather(parts=city(tmp_path / "parts"), to=tmp_path, hops=2, share=120))
    with_first = next(partition for partition in found if 1 in people(tmp_path, "people", partition))
    assert people(tmp_path, "around", with_first) == {-1}
    assert people(tmp_path, "around", "small") == {1, 2}, "the sister and her child"
    assert all(not people(tmp_path, "around", partition) for partition in found[:-1] if partition != with_first)
