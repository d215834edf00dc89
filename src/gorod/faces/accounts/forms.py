"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gorod.kernel.errors import BadInput, Refused
from gorod.records.accounts import api as accounts
from gorod.records.accounts.data import Account


class StartForm(forms.Form):
    """A code, and how its owner wants to sign in. When it is valid the account is open."""

    code = forms.CharField(
        max_length=30,
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Twelve letters and digits, for example ABCD-2345-EFGH"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    login = forms.CharField(
        min_length=3,
        max_length=100,
        label=gettext_lazy("Login"),
        help_text=gettext_lazy("What you will sign in with: a name you choose, or your e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least ten characters; several words are easy to remember"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    opened: Account

    def clean(self) -> dict[str, Any]:
        """Open the account, or say at which field it fails."""
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        try:
            self.opened = accounts.open_account(**values)
        except accounts.LoginTaken:
            self.add_error("login", _("Somebody else has this login. Choose another one."))
        except accounts.WeakPassword as weak:
            self.add_error("password", weak.reasons)
        except BadInput:
            self.add_error("login", _("Letters, digits and . @ + - _ only."))
        except Refused:
            self.add_error("code", _("This code is not valid: check it, or get a new one at a service centre."))
        return values


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A key that replaces the password unless somebody wants otherwise."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("What you call this device")
        self.fields["passwordless"].label = _("Sign in with it instead of the password")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True
