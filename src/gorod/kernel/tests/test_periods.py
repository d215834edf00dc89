"""Ages, months and working days."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.periods import WorkingCalendar, add_months, months_between, years_between

days = st.dates(date(1900, 1, 1), date(2090, 1, 1))


def test_a_month_ends_on_its_last_day() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)


@given(start=days, months=st.integers(0, 500))
def test_months_added_are_months_between(start: date, months: int) -> None:
    assert months_between(start, add_months(start, months)) == months


@given(start=days, end=days)
def test_whole_months_never_reach_past_the_end(start: date, end: date) -> None:
    first, last = sorted((start, end))
    months = months_between(first, last)
    assert add_months(first, months) <= last < add_months(first, months + 1)
    assert years_between(first, last) == months // 12


def test_working_days_skip_weekends_and_holidays_and_use_moved_days() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 11, 4)}), working=frozenset({date(2026, 11, 7)}))
    assert calendar.add(date(2026, 11, 3), 1) == date(2026, 11, 5)
    assert calendar.add(date(2026, 11, 6), 1) == date(2026, 11, 7)
    assert calendar.add(date(2026, 11, 6), 2) == date(2026, 11, 9)
