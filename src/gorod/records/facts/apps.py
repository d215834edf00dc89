"""Django's name for this module."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """The app `facts`."""

    name = "gorod.records.facts"
    label = "facts"
