"""Django's name for this module."""

from django.apps import AppConfig


class AllotmentConfig(AppConfig):
    """The app `allotment`."""

    name = "gorod.engines.allotment"
    label = "allotment"
