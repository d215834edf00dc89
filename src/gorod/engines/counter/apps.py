"""Django's name for this module."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """The app `counter`."""

    name = "gorod.engines.counter"
    label = "counter"
