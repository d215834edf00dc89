"""Django's name for this module."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """The app `assets`: its folder `static` is served."""

    name = "gorod.ui.assets"
    label = "assets"
