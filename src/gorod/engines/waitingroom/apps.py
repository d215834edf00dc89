"""Django's name for this module."""

from django.apps import AppConfig


class WaitingRoomConfig(AppConfig):
    """The app `waitingroom`."""

    name = "gorod.engines.waitingroom"
    label = "waitingroom"
