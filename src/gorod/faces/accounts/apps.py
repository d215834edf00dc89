"""Django's name for this module."""

from django.apps import AppConfig


class AccountPagesConfig(AppConfig):
    """The app `account_pages`: templates of allauth and of our own pages."""

    name = "gorod.faces.accounts"
    label = "account_pages"

    def ready(self) -> None:
        """Residents are told of every change of how they sign in."""
        from gorod.faces.accounts import telling  # models must be loaded

        telling.listen()
