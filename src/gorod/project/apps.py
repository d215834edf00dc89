"""Django's name for the project: so that its background work is found."""

from django.apps import AppConfig
from django.contrib.messages.apps import MessagesConfig


class ProjectConfig(AppConfig):
    """The app `project`."""

    name = "gorod.project"
    label = "project"


class NoticesConfig(MessagesConfig):
    """Django's one-time notices on pages, under a label of their own: `messages` are the inbox here."""

    label = "notices"
