"""Every address says who may open it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from gorod.faces.api.access import SCOPES, AgencyToken

OPEN_OPERATIONS = {"event_types", "services", "one_service"}  # the catalogue is for everybody
OPEN_PAGES = {"openapi-json", "api-root"}  # ninja's own description of the API


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        else:
            yield path, pattern


ADDRESSES = dict(addresses(get_resolver().url_patterns))


def operations(pattern: URLPattern) -> list[Any]:
    view = getattr(pattern.callback, "__self__", None)
    for cell in getattr(pattern.callback, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            view = cell.cell_contents
    return list(view.operations) if isinstance(view, PathView) else []


def test_the_walk_finds_the_addresses() -> None:
    assert {"api/events", "health/live"} <= set(ADDRESSES)
    assert operations(ADDRESSES["api/events"])


@pytest.mark.parametrize("path", sorted(ADDRESSES))
def test_every_address_declares_who_may_open_it(path: str) -> None:
    pattern = ADDRESSES[path]
    found = operations(pattern)
    if not found:
        assert pattern.name in OPEN_PAGES or getattr(pattern.callback, "open_to", ""), f"{path}: declare with open_to()"
    for operation in found:
        if operation.view_func.__name__ in OPEN_OPERATIONS:
            assert not operation.auth_callbacks
            continue
        assert operation.auth_callbacks, f"{operation.view_func.__name__}: give it an AgencyToken"
        for check in operation.auth_callbacks:
            assert isinstance(check, AgencyToken)
            assert set(check.scopes) <= set(SCOPES)
