"""Django's name for this module."""

from django.apps import AppConfig


class SweepsConfig(AppConfig):
    """The app `sweeps`."""

    name = "gorod.engines.sweeps"
    label = "sweeps"
