"""Django's name for this module."""

from django.apps import AppConfig


class AppFaceConfig(AppConfig):
    """The app `app`."""

    name = "gorod.faces.app"
    label = "app"
