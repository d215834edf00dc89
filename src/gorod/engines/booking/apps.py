"""Django's name for this module."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    """The app `booking`."""

    name = "gorod.engines.booking"
    label = "booking"
