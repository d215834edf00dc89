"""Django's name for this module."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app `outbox`."""

    name = "gorod.engines.outbox"
    label = "outbox"
