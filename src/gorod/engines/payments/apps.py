"""Django's name for this module."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The app `payments`."""

    name = "gorod.engines.payments"
    label = "payments"
