"""gorod witness"""

from gorod.verify.commands.witness import add_to

__all__ = ["add_to"]
