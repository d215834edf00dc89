"""A resident is told of every change of how the account is entered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import RequestFactory

from gorod.engines.messages import api as messages
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.accounts.tests.test_signing_in import PASSWORD, code_of, started
from gorod.faces.api.tests.factories import install, resident
from gorod.records.accounts import api as accounts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()
    cache.clear()


def told(anna: UUID) -> list[str]:
    return [message.subject for message in messages.inbox(party_id=anna) if message.kind == "security_changed"]


def test_a_code_a_password_and_an_app_are_told_of_one_by_one(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> None:
    anna = resident("Anna")
    client, _ = started(accounts.invite(party_id=anna, by="counter"))
    access = "Access to your account:"
    first = f"{access} a code from a service centre opened it, with a new password"
    assert told(anna) == [first]
    new = "six grey quiet mountains"
    page = client.open("/en/account/password/")
    client.send(page, "Change the password", oldpassword=PASSWORD, password1=new, password2=new)
    page = client.send(client.open("/en/account/security/app/"), "Confirm", password=new)
    secret = page.soup.find("code")
    assert secret is not None
    with django_capture_on_commit_callbacks(execute=True):
        client.send(page, "Turn it on", code=code_of(secret.get_text()))
    assert told(anna) == [first, f"{access} it has a new password", f"{access} codes from an app were turned on"]
    client.send(client.open("/en/account/security/app/remove/"), "Turn off")
    assert told(anna)[-1] == f"{access} codes from an app were turned off"


def test_a_passkey_is_told_of_in_the_residents_own_language() -> None:
    anna = resident("Anna")
    signed_in(anna)
    user = get_user_model().objects.get(resident_id=anna)
    key = Authenticator(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    for signal in (signals.authenticator_added, signals.authenticator_removed):
        signal.send(sender=Authenticator, request=RequestFactory().get("/de/"), user=user, authenticator=key)
    assert [subject.partition(": ")[2] for subject in told(anna)] == ["a passkey was added", "a passkey was removed"]


def test_an_account_of_no_resident_has_no_inbox() -> None:
    signed_in(None)
    user = get_user_model().objects.get(resident_id=None)
    totp = TOTP.activate(user, generate_totp_secret())
    signals.authenticator_added.send(sender=Authenticator, request=None, user=user, authenticator=totp.instance)
