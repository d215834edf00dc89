"""Django's name for this module."""

from django.apps import AppConfig


class EmergencyConfig(AppConfig):
    """The app `emergency`."""

    name = "gorod.engines.emergency"
    label = "emergency"
