"""The door of officials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.records.accounts import api as accounts
from gorod.records.officials import models
from gorod.records.officials.data import Appointment, Official, Role


def appoint(*, account_id: UUID, name: str, role: Role, agency: str, by: str) -> Official:
    """Give somebody a role in an agency (an operator: in none). Appointed twice is appointed once.

    Raises Refused for a resident's own account: work and private life are two accounts, so that nobody looks at neighbours or
    decides about themselves with the same click. Raises NotFound.
    """
    if accounts.account(account_id=account_id).resident_id is not None:
        raise Refused("this is a resident's own account", remedy="open an account for the work")
    if (role is Role.OPERATOR) == bool(agency):
        raise Refused(
            "an operator belongs to no agency, everybody else to one", remedy="leave the agency out, or name it"
        )
    with transaction.atomic():
        models.Official.objects.update_or_create(id=account_id, defaults={"name": name})
        models.Appointment.objects.get_or_create(
            official_id=account_id, agency=agency, role=role, ended_at=None, defaults={"by": by[:200]}
        )
    return official(official_id=account_id)


def dismiss(*, official_id: UUID, role: Role, agency: str) -> None:
    """End an appointment; it stays in the records. Raises NotFound when there is none."""
    running = models.Appointment.objects.filter(official_id=official_id, agency=agency, role=role, ended_at=None)
    if not running.update(ended_at=clock.now()):
        raise NotFound(f"no {role} of {agency or 'the platform'} is appointed there", remedy="see: gorod official list")


def official(*, official_id: UUID) -> Official:
    """Somebody who works for the city or once did, with the roles of today. Raises NotFound."""
    found = officials(official_ids=[official_id]).get(official_id)
    if found is None:
        raise NotFound(f"no official {official_id}", remedy="check the id")
    return found


def officials(*, official_ids: Collection[UUID] | None = None) -> Mapping[UUID, Official]:
    """Those of these ids who work for the city or once did; all of them when none are named."""
    rows = models.Official.objects.order_by("id")
    if official_ids is not None:
        rows = rows.filter(id__in=official_ids)
    roles: dict[UUID, list[Appointment]] = defaultdict(list)
    for row in models.Appointment.objects.filter(ended_at=None, official__in=rows).order_by("agency", "role"):
        roles[row.official_id].append(Appointment(agency=row.agency, role=Role(row.role)))
    return {row.id: Official(official_id=row.id, name=row.name, appointments=tuple(roles[row.id])) for row in rows}


def colleagues(*, agency: str, role: Role) -> list[Official]:
    """Everybody who holds this role in an agency, in the order of their accounts."""
    rows = models.Appointment.objects.filter(agency=agency, role=role, ended_at=None)
    return list(officials(official_ids=list(rows.values_list("official_id", flat=True))).values())
