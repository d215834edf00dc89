"""Django's name for this module."""

from django.apps import AppConfig


class DuesConfig(AppConfig):
    """The app `dues`."""

    name = "gorod.engines.dues"
    label = "dues"
