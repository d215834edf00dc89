"""Whether a value that a file fixes is one that its fact may have."""

from __future__ import annotations

from datetime import date

from gorod.kernel.expressions.data import Name, Type


def misfit(name: Name, value: object) -> str:
    """What the value would have to be instead; empty when it fits."""
    match name.type:
        case Type.BOOLEAN:
            return "" if isinstance(value, bool) else "true or false"
        case Type.DATE:
            return "" if isinstance(value, date) else "a day, as YYYY-MM-DD"
        case Type.CODE:
            fits = isinstance(value, str) and (name.codes is None or value in name.codes)
            return "" if fits else f"one of {', '.join(sorted(name.codes))}" if name.codes else "a word"
        case Type.INT:
            low, high = name.low, name.high
            if isinstance(value, int) and not isinstance(value, bool) and _inside(value, low, high):
                return ""
            return f"a whole number{'' if low is None else f' from {low} to {high}'}"


def _inside(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
