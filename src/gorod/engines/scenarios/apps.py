"""Django's name for this module."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """The app `scenarios`."""

    name = "gorod.engines.scenarios"
    label = "scenarios"
