"""Django's name for this module."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The app `journeys`."""

    name = "gorod.engines.journeys"
    label = "journeys"
