"""Django's name for this module."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app `demo`: the pages of a demonstration."""

    name = "gorod.faces.demo"
    label = "demo"
