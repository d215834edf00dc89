"""Every address says who may open it, and everybody else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from gorod.faces.accounts.access import STAFF
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.access import SCOPES, AgencyToken
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.desk.tests.factories import at_work
from gorod.records.officials.data import Role

pytestmark = pytest.mark.slow

CATALOGUE = {"event_types", "services", "one_service"}
OBSERVED = {"cast_ballot", "ballot_receipt", "observed_polls", "observed_poll", "observed_ballots", "not_counted"}
OPEN_OPERATIONS = CATALOGUE | OBSERVED  # for everybody; who casts a ballot must not be known
OPEN_PAGES = {"openapi-json", "api-root"}  # ninja's own description of the API
DECLARED = {
    "everybody",
    "residents",
    *STAFF,
    "signed in",
    "half signed in",
    "clients: their own credentials",
    "agencies: an access token with the scope scheduling",
    "clients: a resident's token",
}
EXAMPLES = {"<uuid:": "01a20fa1-3d18-7143-9509-3290b5dc2a7d", "<slug:": "some-name", "<int:": "1"}


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


def open_to(path: str) -> str:
    found: str = getattr(ADDRESSES[path].callback, "open_to", "")
    return found


def example(path: str) -> str:
    """An address of the pattern, of things that do not exist."""
    parts = []
    for part in path.split("/"):
        kind = next((kind for kind in EXAMPLES if part.startswith(kind)), "")
        parts.append(EXAMPLES[kind] if kind else part)
    return "/" + "/".join(parts)


PAGES = sorted(path for path in ADDRESSES if path.startswith(("en-us/", "en/")))


def test_the_walk_finds_the_addresses() -> None:
    assert {"api/events", "health/live"} <= set(ADDRESSES)
    assert operations(ADDRESSES["api/events"])
    assert len(PAGES) > 35


@pytest.mark.parametrize("path", sorted(ADDRESSES))
def test_every_address_declares_who_may_open_it(path: str) -> None:
    pattern = ADDRESSES[path]
    found = operations(pattern)
    if not found:
        assert pattern.name in OPEN_PAGES or open_to(path), f"{path}: declare with open_to()"
        assert pattern.name in OPEN_PAGES or open_to(path) in DECLARED or "signature" in open_to(path)
    for operation in found:
        if operation.view_func.__name__ in OPEN_OPERATIONS:
            assert not operation.auth_callbacks
            continue
        assert operation.auth_callbacks, f"{operation.view_func.__name__}: give it an AgencyToken"
        for check in operation.auth_callbacks:
            assert isinstance(check, AgencyToken)
            assert set(check.scopes) <= set(SCOPES)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_open_a_page_is_refused(path: str, method: str) -> None:
    """A stranger is sent to sign in; an account that is no resident's is refused; and neither ever breaks it."""
    install()
    address = example(path).replace("/en-us/", "/en/")
    stranger, official = Client(), signed_in(None).browser
    answer = getattr(stranger, method)(address)
    if open_to(path) == "everybody":
        assert answer.status_code in (200, 302, 404, 405, 422), answer.status_code
        return
    assert answer.status_code == 302 and answer["Location"].startswith("/en/account/login/"), (path, answer.status_code)
    official.handler.enforce_csrf_checks = False
    if open_to(path) == "residents" or open_to(path) in STAFF:
        assert getattr(official, method)(address).status_code == 403
    else:
        assert getattr(official, method)(address).status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in PAGES if "<" in path])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_resident_finds_nothing_where_nothing_of_theirs_is(path: str, method: str) -> None:
    install()
    client = signed_in(resident("Anna")).browser
    client.handler.enforce_csrf_checks = False
    answer = getattr(client, method)(example(path).replace("/en-us/", "/en/"))
    refused = 403 if open_to(path) in STAFF else 404
    assert answer.status_code in (302, refused, 405), (path, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in PAGES if open_to(path) in STAFF])
@pytest.mark.parametrize("role", list(Role))
def test_staff_open_only_what_their_role_opens(path: str, role: Role) -> None:
    """What does not exist is not found; nothing breaks; and who does not hold the role is refused before anything is looked up."""
    install()
    _who, client = at_work(role, "youth_office")
    answer = client.browser.get(example(path).replace("/en-us/", "/en/"))
    expected = (200, 302, 404, 405) if role in STAFF[open_to(path)] else (403,)
    assert answer.status_code in expected, (path, role, answer.status_code)
