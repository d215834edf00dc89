"""Django's name for this module."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """The app `registers`."""

    name = "gorod.records.registers"
    label = "registers"
