"""Django's name for this module."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """The app `proposals`."""

    name = "gorod.engines.proposals"
    label = "proposals"
