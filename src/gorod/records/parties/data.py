"""What crosses the door of parties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class PartyKind(StrEnum):
    """A natural or a legal person."""

    RESIDENT = "resident"
    ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class Names:
    """A person's names as the civil registry writes them; empty where not given yet."""

    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""

    def full(self) -> str:
        """Family name, given name and patronymic, those that exist."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, kw_only=True)
class Party:
    """A party. `provisional`: known from a notice only, not registered yet. `synthetic`: made up."""

    party_id: UUID
    kind: PartyKind
    names: Names
    language: str
    provisional: bool
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class Match:
    """Who carries the identifiers of a message: nobody, one, or several different parties."""

    parties: tuple[UUID, ...]
    unknown: tuple[str, ...]  # schemes whose value nobody carries

    @property
    def one(self) -> UUID | None:
        """The party, when all identifiers lead to exactly one."""
        return self.parties[0] if len(self.parties) == 1 else None
