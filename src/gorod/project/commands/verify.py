"""gorod verify"""

from gorod.verify.commands.verify import add_to

__all__ = ["add_to"]
