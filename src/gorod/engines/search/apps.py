"""Django's name for this module."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app `search`."""

    name = "gorod.engines.search"
    label = "search"
