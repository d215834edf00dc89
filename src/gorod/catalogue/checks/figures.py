"""Dated figures follow each other, stay in range, and are not late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gorod.catalogue.data import Problem, Severity
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.joining import dated_values
from gorod.kernel import clock

WARN_DAYS = 60


def check(content: Content) -> Iterator[Problem]:
    """Yield what is wrong, and warn 60 days before a figure ends with none to follow."""
    soon = clock.today() + timedelta(days=WARN_DAYS)
    for name, value in dated_values(content).items():
        entry = content.values[name]
        for i, figure in enumerate(value.figures):
            place = entry.document.place(name, "figures", i)
            if figure.figure is not None and not value.low <= figure.figure <= value.high:
                yield Problem(
                    place=place,
                    what=f"{name} is {figure.figure}, outside {value.low} to {value.high}",
                    remedy="correct the figure or the range",
                )
            if figure.until is not None and figure.until <= figure.since:
                yield Problem(place=place, what=f"{name} ends before it begins", remedy="`until` is excluded")
            if i and figure.since < (value.figures[i - 1].until or figure.since):
                yield Problem(place=place, what=f"{name} has two figures at once", remedy="let one end first")
        if value.at(soon) is None:
            yield Problem(
                place=entry.place,
                what=f"{name} has no figure on {soon}",
                remedy="add it when it is published; services that need it will wait for it",
                severity=Severity.WARNING,
            )
