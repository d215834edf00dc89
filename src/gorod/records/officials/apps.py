"""Django's name for this module."""

from django.apps import AppConfig


class OfficialsConfig(AppConfig):
    """The app `officials`."""

    name = "gorod.records.officials"
    label = "officials"
