"""What a snapshot was asked for, kept beside its files so that a later run goes on with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The moment, the facts and relations, and the fact that says in which district a person lives (empty: one partition). `form`:
    a digest of how rows are read as these facts. `since`: the snapshot that it is brought forward from (empty: everybody is
    read)."""

    as_of: date
    known_at: datetime
    stated: tuple[str, ...]
    relations: tuple[str, ...]
    many: tuple[str, ...]
    hops: int
    district: str
    form: str
    since: str = ""

    def write(self, path: Path) -> None:
        """Keep it."""
        values = {**vars(self), "as_of": self.as_of.isoformat(), "known_at": self.known_at.isoformat()}
        path.write_text(json.dumps(values, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Asked:
        """What was kept."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            as_of=date.fromisoformat(values["as_of"]),
            known_at=datetime.fromisoformat(values["known_at"]),
            stated=tuple(values["stated"]),
            relations=tuple(values["relations"]),
            many=tuple(values["many"]),
            hops=values["hops"],
            district=values["district"],
            form=values["form"],
            since=values["since"],
        )

    def is_like(self, other: Asked) -> bool:
        """Whether both ask for the same, at whatever moment of the same day."""
        same = ("as_of", "stated", "relations", "many", "hops", "district", "form", "since")
        return all(getattr(self, name) == getattr(other, name) for name in same)
