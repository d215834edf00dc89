"""Whoever changes how an account is entered cannot do it behind its owner's back: the resident is told in the inbox."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gorod.engines.messages import api as messages
from gorod.kernel.identifiers import new_id

KEY, APP = Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP


def listen() -> None:
    """Hear what allauth says; called once, when Django is ready. Our own way in calls `tell`."""
    mfa.authenticator_added.connect(_added, dispatch_uid="gorod: tell of it")
    mfa.authenticator_removed.connect(_removed, dispatch_uid="gorod: tell of it")
    mfa.authenticator_reset.connect(_reset, dispatch_uid="gorod: tell of it")
    account.password_changed.connect(_password, dispatch_uid="gorod: tell of it")
    account.password_set.connect(_password, dispatch_uid="gorod: tell of it")


def tell(user: Any, what: str) -> None:
    """Tell the resident of an account, in their own language, what has changed; an account of somebody else has no inbox.

    `what` is a key of the words below. Each change is a message of its own.
    """
    if user.resident_id is None:
        return
    with translation.override(messages.language_of(party_id=user.resident_id)):
        words = {
            "code": _("a code from a service centre opened it, with a new password"),
            "key added": _("a passkey was added"),
            "key removed": _("a passkey was removed"),
            "app added": _("codes from an app were turned on"),
            "app removed": _("codes from an app were turned off"),
            "spare codes": _("new spare codes were made"),
            "password": _("it has a new password"),
        }[what]
    with transaction.atomic():
        messages.tell(
            party_id=user.resident_id, key=f"security:{new_id()}", kind="security_changed", values={"what": words}
        )


def _added(user: Any, authenticator: Authenticator, **more: Any) -> None:
    """Spare codes come by themselves with the first key or app: of them nothing is said."""
    if authenticator.type in (KEY, APP):
        tell(user, "key added" if authenticator.type == KEY else "app added")


def _removed(user: Any, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type in (KEY, APP):
        tell(user, "key removed" if authenticator.type == KEY else "app removed")


def _reset(user: Any, **more: Any) -> None:
    tell(user, "spare codes")


def _password(user: Any, **more: Any) -> None:
    tell(user, "password")
