"""Django's name for this module."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """The app `parties`."""

    name = "gorod.records.parties"
    label = "parties"
