"""What django-allauth asks the city: who may sign up, and how secrets are kept."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from gorod.catalogue import api as catalogue
from gorod.records.accounts import api as accounts


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened with a code from a service centre, never by signing up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody: see `views.start`."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who these credentials belong to, however the login was typed."""
        if "username" in credentials:
            credentials["username"] = accounts.normal_login(login=credentials["username"])
        return super().authenticate(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted by the login alone: allauth's key has the port that a visitor may choose freely."""
        return accounts.normal_login(login=str(credentials.get("username", "")))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one begins: residents at home, everybody else at the desk."""
        return resolve_url("portal:home" if request.user.resident_id is not None else "desk:desk")  # type: ignore[union-attr]

    def send_notification_mail(self, *args: object, **more: object) -> None:
        """Nothing: accounts have no e-mail address. The page of the account shows keys and sessions."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps lie encrypted in the database, with a key derived from the installation's own."""

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return self._cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text as it was. Raises cryptography.fernet.InvalidToken under another key."""
        return self._cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The square code as it stands inside a page: without the declaration of an XML file."""
        svg: str = super().build_totp_svg(url)
        return svg.partition("?>")[2]

    def _cipher(self) -> Fernet:
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"gorod mfa secrets")
        return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))

    def _get_site_name(self) -> str:
        return catalogue.current().names[catalogue.language()]
