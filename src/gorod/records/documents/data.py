"""What crosses the door of documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page of paper: what it is called, what it says line by line (label, words), and where anybody can check it.

    `check` is the address behind the square code, `check_words` the sentence beside it; `issuer` the city. `language`: ISO 639.
    """

    title: str
    number: str
    issuer: str
    lines: tuple[tuple[str, str], ...]
    check: str
    check_words: str
    language: str
