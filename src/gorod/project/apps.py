"""Django's name for the project: so that its background work is found."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The app `project`."""

    name = "gorod.project"
    label = "project"
