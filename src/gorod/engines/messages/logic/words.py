"""Dates and sums as people write them in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from gorod.engines.messages.data import Month, Value


def in_words(values: Mapping[str, Value], language: str) -> dict[str, str]:
    """Texts as they are, dates in long form, months as a calendar is headed, ints as kopecks; None is empty."""
    locale = _locale(language)
    return {name: _word(value, locale) for name, value in values.items()}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _word(value: Value, locale: Locale) -> str:
    match value:
        case None:
            return ""
        case date():
            return format_date(value, "long", locale=locale)
        case Month():
            return format_date(date.fromisoformat(f"{value.name}-01"), "LLLL y", locale=locale)
        case int():
            pattern = "#,##0.00" if value % 100 else "#,##0"
            return format_decimal(value / 100, pattern, locale=locale)
        case str():
            return value
