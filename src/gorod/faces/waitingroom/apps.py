"""Django's name for this module."""

from django.apps import AppConfig


class WaitingRoomFaceConfig(AppConfig):
    """The app `waitingroom_face`."""

    name = "gorod.faces.waitingroom"
    label = "waitingroom_face"
