"""From the last snapshot to a new one: who has changed is read anew, of everybody else the files are carried over."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from gorod.kernel.files import write_whole
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.snapshots.data import Snapshot
from gorod.records.snapshots.logic import blocks, keys
from gorod.records.snapshots.logic.around import LINKS, PEOPLE
from gorod.records.snapshots.logic.state import Asked


def read_changed(*, asked: Asked, base: Snapshot, folder: Path, block: int) -> Iterator[int]:
    """Bring the last snapshot to the moment asked for; what is there already is not done again. Yields how many residents are done.

    Changed is of whom a row came, was taken back, began or ended in between, of whom a dispute was opened or closed, who is new,
    was merged or set apart, or is related to somebody who was.
    """
    merged_then = parties.duplicates(known_at=base.known_at)
    merged = parties.duplicates(known_at=asked.known_at)
    turned = {party for pair in merged_then.items() ^ merged.items() for party in pair}
    changed = turned.union(
        registers.changed(
            names=asked.stated,
            kinds=asked.relations,
            others=turned,
            since=(base.as_of, base.known_at),
            until=(asked.as_of, asked.known_at),
        ),
        parties.residents_entered_between(since=base.known_at, until=asked.known_at),
    )
    standing = {merged.get(party, party) for party in changed}
    people = [party for party in parties.residents_among(party_ids=standing) if party not in merged]
    known = keys.known(changed | standing)
    first = folder / "blocks" / "000000.json"
    if not first.exists():
        carried = _carry_over(asked, base, folder / "parts", set(known.values()))
        write_whole(first, json.dumps({"people": carried}))
    done = int(json.loads(first.read_text(encoding="utf-8"))["people"])
    yield done
    for number, start in enumerate(range(0, len(people), block), 1):
        mark = folder / "blocks" / f"{number:06}.json"
        some = people[start : start + block]
        if not mark.exists():
            misfits = blocks.read_by_name(
                asked=asked, people=some, merged=merged, folder=folder / "parts", number=number
            )
            write_whole(mark, json.dumps({"people": len(some), "misfits": misfits}))
        done += len(some)
        yield done


def _carry_over(asked: Asked, base: Snapshot, folder: Path, gone: Collection[int]) -> int:
    """Everybody of the last snapshot but these, in the districts where they lived. Returns how many."""
    without = pl.DataFrame({"person": pl.Series(list(gone), dtype=pl.Int64)})
    count = 0
    for partition in base.districts:
        people, links = (
            pl.read_parquet(base.folder / name / f"{partition}.parquet").join(
                without, on="person", how="anti", maintain_order="left"
            )
            for name in (PEOPLE, LINKS)
        )
        blocks.write(asked=asked, people=people, links=links, folder=folder, name=f"000000-{partition}")
        count += people.height
    return count
