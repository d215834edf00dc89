"""Django's name for this module."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "gorod.records.accounts"
    label = "accounts"
