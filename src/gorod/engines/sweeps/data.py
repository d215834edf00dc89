"""What crosses the door of sweeps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import polars as pl

BEGAN, CEASED, AMOUNT = "began", "ceased", "amount"  # what may be otherwise for a person and a service


class Runner(Protocol):
    """Who does the work of a city, a district at a time."""

    def __call__(
        self, work: Callable[[str], dict[str, Any]], districts: Sequence[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each district with what `work` answered for it (values that JSON can say), in whatever order they are done. A district
        may be done twice, and by two at once: `work` must not mind. Raises OSError and GorodError as `work` does."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many residents a service has each answer for, and what it pays them together (kopecks)."""

    due: int = 0
    not_due: int = 0
    unknown: int = 0
    amount: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            due=self.due + other.due,
            not_due=self.not_due + other.not_due,
            unknown=self.unknown + other.unknown,
            amount=self.amount + other.amount,
        )


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """The answers of all rules for everybody of a snapshot, on `as_of` (a city date). `rules`: service → its version. `held`:
    services that are held back → why. `tallies`: of the others. `made_up`: of people who are in no database."""

    folder: Path
    snapshot: str
    as_of: date
    districts: tuple[str, ...]
    people: int
    rules: Mapping[str, str]
    held: Mapping[str, str] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    made_up: bool = False

    @property
    def name(self) -> str:
        """What it is called: the name of its folder, which says when it ended."""
        return self.folder.name

    def answers(self, district: str, services: Collection[str] | None = None) -> pl.DataFrame:
        """Of one district: person (a random key), for each service (all by default) whether it is due (null: not known), and
        `<service>#`, the amount in kopecks where it is due and pays. Services that are not there are left out."""
        path = self.folder / "answers" / f"{district}.arrow"
        if services is None:
            return pl.read_ipc(path)
        wanted = {"person", *services, *(f"{service}#" for service in services)}
        columns = [name for name in pl.read_ipc_schema(path) if name in wanted]
        return pl.read_ipc(path, columns=columns)

    def facts(self, district: str) -> pl.LazyFrame:
        """Of one district: person, every fact that rules name, and those kept beside them."""
        return pl.scan_parquet(self.folder / "facts" / f"{district}.parquet")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is otherwise for a service between two sweeps: for how many it began and ceased to be due, how many get another
    amount."""

    service: str
    began: int = 0
    ceased: int = 0
    amount_changed: int = 0
