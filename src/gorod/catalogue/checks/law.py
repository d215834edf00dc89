"""What rests on an assumption is said to."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Problem, Severity
from gorod.catalogue.logic.content import Content


def check(content: Content) -> Iterator[Problem]:
    """Warn of every service that rests only on assumed law."""
    for name, service in content.services.items():
        if all(law.assumed for law in service.file.law):
            yield Problem(
                place=service.place("law"),
                what=f"{name} rests on assumed law only",
                remedy="have a lawyer name the act, then drop `assumed`",
                severity=Severity.WARNING,
            )
