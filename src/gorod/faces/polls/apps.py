"""Django's name for this module."""

from django.apps import AppConfig


class PollsFaceConfig(AppConfig):
    """The app `polls_face`: `polls` is the engine's."""

    name = "gorod.faces.polls"
    label = "polls_face"
