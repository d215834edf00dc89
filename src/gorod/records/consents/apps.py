"""Django's name for this module."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """The app `consents`."""

    name = "gorod.records.consents"
    label = "consents"
