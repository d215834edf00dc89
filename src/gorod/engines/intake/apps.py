"""Django's name for this module."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app `intake`."""

    name = "gorod.engines.intake"
    label = "intake"
