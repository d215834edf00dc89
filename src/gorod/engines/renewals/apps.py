"""Django's name for this module."""

from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    """The app `renewals`."""

    name = "gorod.engines.renewals"
    label = "renewals"
