"""Words as they are compared, and how PostgreSQL stems those of a language."""

from __future__ import annotations

import re
import unicodedata

from babel import Locale, UnknownLocaleError
from django.db import connection

PLAIN = "simple"  # PostgreSQL's configuration that stems nothing


def normalised(text: str) -> str:
    """The text in small letters with single spaces, ё as е: the embedded PostgreSQL cannot compare otherwise."""
    small = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    return " ".join(small.split())


def words_of(text: str) -> list[str]:
    """The different words of a normalised text, in their order."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text)))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part for part in re.split(r"(?<=[.!?;])\s+", text.strip()) if part]


def clauses_of(text: str) -> list[str]:
    """The parts of a long question between its commas and stops, each of some words; none of one that has a single part."""
    parts = [part.strip() for part in re.split(r"[.,!?;:]+", text)]
    clauses = [part for part in parts if part.count(" ") >= 2]
    return clauses if len(parts) > 1 else []


def compares_letters() -> bool:
    """Whether this database takes letters beyond ASCII for letters: with the ctype C pg_trgm sees nothing in a Russian word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity('жя', 'жя') = 1")
        return bool(cursor.fetchone()[0])


def configuration(language: str) -> str:
    """PostgreSQL's text search configuration for a language, which is called by its English name; `simple` if it has none."""
    try:
        named = (Locale.parse(language).get_language_name("en") or "").lower()
    except (UnknownLocaleError, ValueError):
        return PLAIN
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = %s)", [named])
        return named if cursor.fetchone()[0] else PLAIN
