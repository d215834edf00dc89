"""What the city's content says of booking, in this process."""

from __future__ import annotations

from collections.abc import Mapping

from gorod.engines.booking.data import Bookable
from gorod.engines.rules import api as rules
from gorod.kernel.errors import NotFound
from gorod.kernel.periods import WorkingCalendar

_bookables: dict[str, Bookable] = {}
_rules = rules.RuleSet({}, {})
_calendar = WorkingCalendar()


def configure(bookables: Mapping[str, Bookable], rule_set: rules.RuleSet, calendar: WorkingCalendar) -> None:
    """Set it."""
    global _bookables, _rules, _calendar
    _bookables, _rules, _calendar = dict(bookables), rule_set, calendar


def bookables() -> Mapping[str, Bookable]:
    """The services that are booked."""
    return _bookables


def bookable(service: str) -> Bookable:
    """How a service is booked. Raises NotFound."""
    try:
        return _bookables[service]
    except KeyError:
        raise NotFound(f"{service} is not booked", remedy=f"one of {', '.join(_bookables)}") from None


def rule_set() -> rules.RuleSet:
    """The rules of who may book."""
    return _rules


def calendar() -> WorkingCalendar:
    """The days on which nobody is there."""
    return _calendar
