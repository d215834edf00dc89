"""What crosses the door of officials."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gorod.records.facts.data import Reader


class Role(StrEnum):
    """What somebody is appointed to."""

    OFFICER = "officer"  # works on the cases of an agency
    CLERK = "clerk"  # serves residents at a counter
    SUPERVISOR = "supervisor"  # answers for what the officials of an agency do, and looks at what they opened by force
    OPERATOR = "operator"  # keeps the platform running and its content right; sees no resident


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One role in one agency; an operator belongs to none."""

    agency: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Official:
    """Somebody who works for the city. `official_id` is the id of the account."""

    official_id: UUID
    name: str
    appointments: tuple[Appointment, ...]

    def agencies(self, *roles: Role) -> frozenset[str]:
        """Where they hold one of these roles."""
        return frozenset(one.agency for one in self.appointments if one.role in roles)

    def holds(self, roles: Collection[Role]) -> bool:
        """Whether they hold one of these roles anywhere."""
        return any(one.role in roles for one in self.appointments)

    def reader(self, agency: str) -> Reader:
        """As the access log names them: the agency for which they look, then who it is."""
        return Reader(kind="official", name=f"{agency}/{self.official_id}")

    @property
    def signature(self) -> str:
        """As histories and decisions name them."""
        return f"official {self.official_id}"
