"""Django's name for this module."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The app `api`."""

    name = "gorod.faces.api"
    label = "api"
