"""Django's name for this module."""

from django.apps import AppConfig


class MandatesConfig(AppConfig):
    """The app `mandates`."""

    name = "gorod.engines.mandates"
    label = "mandates"
