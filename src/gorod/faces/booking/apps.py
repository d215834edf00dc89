"""Django's name for this module."""

from django.apps import AppConfig


class BookingFaceConfig(AppConfig):
    """The app `booking_face`: `booking` is the engine's."""

    name = "gorod.faces.booking"
    label = "booking_face"
