"""People who work for the city."""

from __future__ import annotations

from gorod.kernel.identifiers import new_id
from gorod.records.accounts import api as accounts
from gorod.records.officials import api
from gorod.records.officials.data import Official, Role


def official(role: Role = Role.OFFICER, agency: str = "agency", *, name: str = "Ona") -> Official:
    """Somebody new with this role; an operator belongs to no agency."""
    account = accounts.ensure(login=f"{name}-{new_id()}", resident_id=None)
    return api.appoint(
        account_id=account.account_id,
        name=name,
        role=role,
        agency="" if role is Role.OPERATOR else agency,
        by="test",
    )
