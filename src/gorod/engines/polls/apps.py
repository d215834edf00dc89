"""Django's name for this module."""

from django.apps import AppConfig


class PollsConfig(AppConfig):
    """The app `polls`."""

    name = "gorod.engines.polls"
    label = "polls"
