"""Django's name for this module."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app `cases`."""

    name = "gorod.engines.cases"
    label = "cases"
