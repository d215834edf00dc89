"""Django's name for this module."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The app `messages`."""

    name = "gorod.engines.messages"
    label = "messages"
