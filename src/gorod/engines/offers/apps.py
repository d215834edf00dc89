"""Django's name for this module."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """The app `offers`."""

    name = "gorod.engines.offers"
    label = "offers"
