"""Dates: exact ages, adding months, working days. No time of day, no time zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end` (negative when `end` is earlier)."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if add_months(start, months) > end else months


def years_between(start: date, end: date) -> int:
    """Whole years from `start` to `end`. A person born on 29 February turns a year older on the 28th of a common year here;
    a law that says otherwise needs its own fact."""
    months = months_between(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """A city's working days: weekend by ISO weekday (6 = Saturday), holidays, and weekend days worked instead."""

    weekend: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = field(default_factory=frozenset)
    working: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        if day in self.working:
            return True
        return day not in self.holidays and day.isoweekday() not in self.weekend

    def add(self, start: date, days: int) -> date:
        """The date `days` working days after `start`; the day of `start` does not count."""
        if days < 0:
            raise ValueError(f"working days are counted forward only, not {days}")
        day = start
        while days > 0:
            day += timedelta(days=1)
            if self.is_working(day):
                days -= 1
        return day
