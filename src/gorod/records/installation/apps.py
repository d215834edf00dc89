"""Django's name for this module."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    """The app `installation`."""

    name = "gorod.records.installation"
    label = "installation"
