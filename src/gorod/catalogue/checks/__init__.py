"""Judges a city's content: one small file per rule, found by walking. Each has `check(content)` that yields problems."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content


def run(content: Content) -> list[Problem]:
    """Everything that the checks find. Without a city.yaml there is nothing to check."""
    if content.city is None:
        return []
    found: list[Problem] = []
    for module in iter_modules(__path__):
        found.extend(import_module(f"{__name__}.{module.name}").check(content))
    return found
