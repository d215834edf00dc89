"""Who works for the city, and until when."""

from __future__ import annotations

import pytest

from gorod.kernel.errors import NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.accounts import api as accounts
from gorod.records.officials import api
from gorod.records.officials.data import Appointment, Role
from gorod.records.officials.tests.factories import official

pytestmark = pytest.mark.django_db


def test_an_official_holds_the_roles_they_were_appointed_to_once_each() -> None:
    one = official(Role.OFFICER, "health")
    api.appoint(account_id=one.official_id, name="Ona Lind", role=Role.OFFICER, agency="health", by="test")
    api.appoint(account_id=one.official_id, name="Ona Lind", role=Role.SUPERVISOR, agency="housing", by="test")
    found = api.official(official_id=one.official_id)
    assert found.name == "Ona Lind"
    assert found.appointments == (
        Appointment(agency="health", role=Role.OFFICER),
        Appointment(agency="housing", role=Role.SUPERVISOR),
    )
    assert found.agencies(Role.OFFICER) == {"health"}
    assert found.agencies(Role.OFFICER, Role.SUPERVISOR) == {"health", "housing"}
    assert not found.holds([Role.OPERATOR])


def test_who_is_dismissed_keeps_their_name_in_the_records_and_nothing_else() -> None:
    one = official(Role.OFFICER, "health", name="Ona")
    api.dismiss(official_id=one.official_id, role=Role.OFFICER, agency="health")
    assert api.official(official_id=one.official_id).appointments == ()
    assert api.official(official_id=one.official_id).name == "Ona"
    assert api.colleagues(agency="health", role=Role.OFFICER) == []
    with pytest.raises(NotFound):
        api.dismiss(official_id=one.official_id, role=Role.OFFICER, agency="health")
    again = api.appoint(account_id=one.official_id, name="Ona", role=Role.OFFICER, agency="health", by="test")
    assert again.holds([Role.OFFICER])


def test_nobody_works_with_the_account_of_their_private_life() -> None:
    account = accounts.ensure(login="anna", resident_id=new_id())
    with pytest.raises(Refused, match="resident's own account"):
        api.appoint(account_id=account.account_id, name="Anna", role=Role.OFFICER, agency="health", by="test")
    with pytest.raises(NotFound):
        api.official(official_id=account.account_id)


@pytest.mark.parametrize(("role", "agency"), [(Role.OPERATOR, "health"), (Role.OFFICER, "")])
def test_an_operator_belongs_to_no_agency_and_everybody_else_to_one(role: Role, agency: str) -> None:
    account = accounts.ensure(login="olaf", resident_id=None)
    with pytest.raises(Refused):
        api.appoint(account_id=account.account_id, name="Olaf", role=role, agency=agency, by="test")


def test_a_code_opens_the_account_of_their_work_and_brings_them_back_in() -> None:
    account, first = accounts.invite_staff(login="Ona.Lind", by="test")
    opened = accounts.open_account(code=first, login="ona.lind", password="a long walk home")
    assert opened == account and opened.resident_id is None
    again, code = accounts.invite_staff(login="ona.lind", by="test")
    assert again.account_id == account.account_id and code != first
    with pytest.raises(Refused):
        accounts.open_account(code=first, login="ona.lind", password="a long walk home")
    accounts.ensure(login="anna", resident_id=new_id())
    with pytest.raises(Refused, match="resident's own account"):
        accounts.invite_staff(login="anna", by="test")
