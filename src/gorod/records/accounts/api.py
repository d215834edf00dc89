"""The door of accounts."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused
from gorod.records.accounts import models
from gorod.records.accounts.data import Account
from gorod.records.parties import api as parties

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another one
GROUPS, LETTERS_A_GROUP = 3, 4  # 30^12 codes: 58 bits
VALID_DAYS = 14
LOGIN = re.compile(r"[\w.@+-]{3,100}")


class LoginTaken(Conflict):
    """Somebody else has this login."""

    code = "login-taken"


class WeakPassword(BadInput):
    """The password is easy to guess; `reasons` say why, in the language of the request."""

    code = "weak-password"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons), remedy="choose a longer one, or several words")
        self.reasons = reasons


def invite(*, party_id: UUID, by: str) -> str:
    """A one-time code with which a resident, whose identity somebody has checked, gets an account; or gets back into theirs.

    Valid for `VALID_DAYS`; earlier codes of the same resident are void. It is shown once: only its digest is kept. Raises
    NotFound, Refused for an unregistered newborn.
    """
    party_id = parties.canonical(party_ids=[party_id])[party_id]
    if parties.party(party_id=party_id).provisional:
        raise Refused("this person is not registered yet", remedy="wait for the registration of the birth")
    return _new_code(by=by, resident_id=party_id)


def invite_staff(*, login: str, by: str) -> tuple[Account, str]:
    """An account for somebody who works for the city, and the one-time code with which they choose their password; or a new
    code for the account that has this login.

    Raises Refused when the login is a resident's, BadInput when it cannot be one.
    """
    login = _checked_login(login)
    with transaction.atomic():
        made = {"password": make_password(None)}  # one that nothing matches
        row, _ = models.Account.objects.get_or_create(login=login, defaults=made)
        if row.resident_id is not None:
            raise Refused(f"{login} is a resident's own account", remedy="choose another login for the work")
        return _data(row), _new_code(by=by, account_id=row.id)


def _new_code(*, by: str, **of: UUID) -> str:
    """Earlier codes of the same resident or account are void."""
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(LETTERS_A_GROUP)) for _ in range(GROUPS))
    with transaction.atomic():
        models.Invitation.objects.filter(**of, used_at=None).delete()
        models.Invitation.objects.create(
            **of, code=_digest(code), by=by[:200], expires_at=clock.now() + timedelta(days=VALID_DAYS)
        )
    return code


def _checked_login(login: str) -> str:
    login = models.normal(login)
    if not LOGIN.fullmatch(login):
        raise BadInput("this login cannot be used", remedy="3 to 100 letters, digits or . @ + - _")
    return login


def _digest(code: str) -> str:
    return hashlib.sha256(re.sub(r"[^0-9A-Z]", "", code.upper()).encode()).hexdigest()


def _invitation(code: str) -> models.Invitation:
    row = models.Invitation.objects.filter(code=_digest(code), used_at=None, expires_at__gt=clock.now()).first()
    if row is None:
        raise Refused("this code is not valid", remedy="check it, or get a new one at a service centre")
    return row


def open_account(*, code: str, login: str, password: str) -> Account:
    """Use a code: the account it is for gets this login and password; a resident's is made when there is none.

    The same code works once, also when two send it at the same time. Raises Refused (code), BadInput (login), LoginTaken,
    WeakPassword.
    """
    login = _checked_login(login)
    with transaction.atomic():
        invitation = _invitation(code)
        resident_id = invitation.resident_id
        if resident_id is not None:
            resident_id = parties.canonical(party_ids=[resident_id])[resident_id]
            known = _accounts_of(resident_id)
        else:
            known = list(models.Account.objects.filter(id__in=[invitation.account_id]))
        row = known[0] if known else models.Account(resident_id=resident_id)
        row.login = login
        try:
            validate_password(password, row)
        except ValidationError as error:
            raise WeakPassword(list(error.messages)) from error
        if models.Account.objects.filter(login=login).exclude(id=row.id).exists():
            raise LoginTaken("this login is taken", remedy="choose another one")
        unused = models.Invitation.objects.filter(id=invitation.id, used_at=None)
        if not unused.update(used_at=clock.now()):
            raise Refused("this code was used a moment ago", remedy="sign in")
        row.set_password(password)
        # of a duplicate that was merged into this resident: whoever is in there is out
        models.Account.objects.filter(id__in=[other.id for other in known[1:]]).update(is_active=False)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise LoginTaken("this login is taken", remedy="choose another one") from error
    return _data(row)


def ensure(*, login: str, resident_id: UUID | None) -> Account:
    """An account without a password under this login, as a demonstration needs it. Raises LoginTaken when it is another's."""
    made = {"resident_id": resident_id, "password": make_password(None)}  # one that nothing matches
    row, _ = models.Account.objects.get_or_create(login=models.normal(login), defaults=made)
    if row.resident_id != resident_id:
        raise LoginTaken(f"{login} is taken", remedy="choose another login")
    return _data(row)


def account_of(*, resident_id: UUID) -> Account | None:
    """A resident's account, if there is one."""
    known = _accounts_of(resident_id)
    return _data(known[0]) if known else None


def normal_login(*, login: str) -> str:
    """A login as it is kept: in lower case, its letters composed."""
    return models.normal(login)


def account(*, account_id: UUID) -> Account:
    """One account. Raises NotFound."""
    row = models.Account.objects.filter(id=account_id).first()
    if row is None:
        raise NotFound(f"no account {account_id}", remedy="check the id")
    return _data(row)


def account_with(*, login: str) -> Account | None:
    """The account with this login, if there is one."""
    row = models.Account.objects.filter(login=models.normal(login)).first()
    return _data(row) if row else None


def _accounts_of(resident_id: UUID) -> list[models.Account]:
    """The account of a resident, and after it those of duplicates that were merged into them."""
    ids = {resident_id, *parties.identities(party_ids=[resident_id])[resident_id]}
    rows = models.Account.objects.filter(resident_id__in=ids, is_active=True)
    return sorted(rows, key=lambda row: (row.resident_id != resident_id, row.id))


def _data(row: models.Account) -> Account:
    return Account(account_id=row.id, login=row.login, resident_id=row.resident_id)
