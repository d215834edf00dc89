"""Django's name for this module."""

from django.apps import AppConfig


class AllotmentFaceConfig(AppConfig):
    """The app `allotment_face`; the engine has the short name."""

    name = "gorod.faces.allotment"
    label = "allotment_face"
