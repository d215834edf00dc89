"""Residents who are signed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model

from gorod.records.accounts import api as accounts
from gorod.ui.pages.tests.client import PageClient


def signed_in(resident_id: UUID | None, client: PageClient | None = None) -> PageClient:
    """A browser in which this resident is signed in; None: somebody who is no resident."""
    client = client or PageClient()
    account = accounts.ensure(login=f"test-{resident_id}", resident_id=resident_id)
    client.browser.force_login(get_user_model().objects.get(id=account.account_id))
    return client
