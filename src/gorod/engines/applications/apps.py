"""Django's name for this module."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The app `applications`."""

    name = "gorod.engines.applications"
    label = "applications"
