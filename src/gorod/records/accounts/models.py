"""Tables of accounts."""

from __future__ import annotations

import unicodedata

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


def normal(login: str) -> str:
    """A login as it is kept and looked for: `Ирина` and `ирина` are one, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", login.strip()).lower()


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by what is typed."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this login. Raises Account.DoesNotExist."""
        return self.get(login=normal(username or ""))


class Account(AbstractBaseUser):
    """One account. `resident_id` is empty for somebody who only works in the city's offices.

    Accounts are a table of the whole city, found by what somebody types: so the resident is no `party_id`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=100, unique=True)
    resident_id = models.UUIDField(null=True, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects = AccountManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = []


class Invitation(models.Model):
    """A one-time code, for a resident or for the account of somebody who only works for the city; only its digest is kept.

    It is found by the code, in the whole city: so the resident is no `party_id`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident_id = models.UUIDField(null=True, db_index=True)
    account_id = models.UUIDField(null=True, db_index=True)
    code = models.CharField(max_length=64, db_index=True)
    by = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resident_id=None) ^ models.Q(account_id=None), name="invitation_for_one"
            )
        ]
