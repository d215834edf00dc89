"""Django's name for this module."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The app `ledger`."""

    name = "gorod.records.ledger"
    label = "ledger"
