"""The door of search."""

from __future__ import annotations

from collections.abc import Iterable

from gorod.engines.search.data import Entry, Hit
from gorod.engines.search.logic import asking, filling, meaning, words
from gorod.kernel.canonical import digest

LONGEST = 300  # letters of a question that are read
FORM = 1  # of the tables: count up when they are made in another way

_entries: tuple[Entry, ...] = ()


def configure(*, entries: Iterable[Entry]) -> None:
    """Set what can be found in this process's city."""
    global _entries
    _entries = tuple(entries)


def index() -> bool:
    """Make the tables from what was configured; nothing happens when they were made from the same. Returns whether it did."""
    return filling.fill(_entries, digest([FORM, meaning.MODEL, _entries]))


def find(*, text: str, language: str, limit: int = 5) -> list[Hit]:
    """What answers an everyday question in a language, best first; nothing when nothing is near enough.

    Words count by their stems, rare ones more; a word that no text has is taken for the most alike one; and sentences are
    compared by meaning. `docs/reference/search.md` has the weights and how well it does. Nothing of the question is kept.
    """
    asked = readable(text=text)
    return asking.find(asked, language, limit) if asked else []


def readable(*, text: str) -> str:
    """What is read of a question: its first 300 letters, in one line, without signs that are no text."""
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())[:LONGEST]


def corrects_typos() -> bool:
    """Whether this database can: one whose `lc_ctype` is C compares only letters of ASCII. Everything else works there too."""
    return words.compares_letters()


def warm_up() -> None:
    """Read the model now, so that the first question of a process need not wait two seconds for it."""
    meaning.vectors([""])
