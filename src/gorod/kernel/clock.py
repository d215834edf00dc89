"""City time. Domain code asks here and nowhere else, so a demonstration or a test can move the clock.

All instants are aware and in UTC; a *date* is the date in the city's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("UTC")
_offset: Callable[[], timedelta] = timedelta


def configure(*, time_zone: str | None = None, offset: Callable[[], timedelta] | None = None) -> None:
    """Set the city's time zone (IANA name) and where the offset of a demonstration clock is read from."""
    global _zone, _offset
    if time_zone is not None:
        _zone = ZoneInfo(time_zone)
    if offset is not None:
        _offset = offset


def now() -> datetime:
    """This instant of city time, aware, in UTC."""
    return datetime.now(UTC) + _offset()


def outside() -> datetime:
    """This instant of everybody else's time, aware, in UTC: for what another system checks against a clock of its own."""
    return datetime.now(UTC)


def today() -> date:
    """The date in the city now."""
    return now().astimezone(_zone).date()


def city_date(instant: datetime) -> date:
    """The date that an aware instant has in the city."""
    return instant.astimezone(_zone).date()


def starts(day: date) -> datetime:
    """The instant at which a date begins in the city, aware, in UTC."""
    return datetime.combine(day, time(), tzinfo=_zone).astimezone(UTC)


def time_zone() -> ZoneInfo:
    """The city's time zone."""
    return _zone


def in_city(instant: datetime) -> datetime:
    """An aware instant with the time that the city's clocks show."""
    return instant.astimezone(_zone)


@contextmanager
def moved_by(delta: timedelta) -> Iterator[None]:
    """Inside the block this process lives `delta` later (tests, demonstrations)."""
    global _offset
    before = _offset
    _offset = lambda: before() + delta  # noqa: E731
    try:
        yield
    finally:
        _offset = before
