"""Django's name for this module."""

from django.apps import AppConfig


class ReexaminationConfig(AppConfig):
    """The app `reexamination`."""

    name = "gorod.engines.reexamination"
    label = "reexamination"
