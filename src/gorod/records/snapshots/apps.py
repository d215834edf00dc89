"""Django's name for this module."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    """The app `snapshots`."""

    name = "gorod.records.snapshots"
    label = "snapshots"
