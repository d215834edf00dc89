"""Django's name for this module."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The app `desk`."""

    name = "gorod.faces.desk"
    label = "desk"
