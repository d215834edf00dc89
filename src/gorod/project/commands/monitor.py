"""gorod monitor"""

from gorod.verify.commands.monitor import add_to

__all__ = ["add_to"]
