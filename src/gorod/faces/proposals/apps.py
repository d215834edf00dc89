"""Django's name for this module."""

from django.apps import AppConfig


class ProposalsFaceConfig(AppConfig):
    """The app `proposals_face`; the engine has the short name."""

    name = "gorod.faces.proposals"
    label = "proposals_face"
