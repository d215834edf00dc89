"""Django's name for this module."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The app `portal`."""

    name = "gorod.faces.portal"
    label = "portal"
