"""Money is integer kopecks (hundredths of the city's currency). Percentages and rounding happen once, here."""

from __future__ import annotations


def percent_of(kopecks: int, percent: int) -> int:
    """`percent` per cent of an amount, half a kopeck rounded away from zero."""
    product = abs(kopecks) * percent
    result = (product * 2 + 100) // 200
    return result if kopecks >= 0 else -result


def round_to(kopecks: int, unit: int) -> int:
    """The nearest multiple of `unit` kopecks (100 = a whole rouble), half away from zero."""
    if unit < 1:
        raise ValueError(f"a rounding unit is at least 1 kopeck, not {unit}")
    result = (abs(kopecks) * 2 + unit) // (2 * unit) * unit
    return result if kopecks >= 0 else -result


def as_text(kopecks: int) -> str:
    """`1234567` as `12 345.67`, with no-break spaces between thousands."""
    whole, part = divmod(abs(kopecks), 100)
    sign = "−" if kopecks < 0 else ""
    return f"{sign}{whole:,}".replace(",", "\u00a0") + (f".{part:02d}" if part else "")
