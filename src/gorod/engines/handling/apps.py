"""Django's name for this module."""

from django.apps import AppConfig


class HandlingConfig(AppConfig):
    """The app `handling`."""

    name = "gorod.engines.handling"
    label = "handling"
