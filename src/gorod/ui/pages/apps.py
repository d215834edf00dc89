"""Django's name for this module."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The app `pages`: templates that every face uses."""

    name = "gorod.ui.pages"
    label = "pages"
