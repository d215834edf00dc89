"""Browsers that cost the sender next to nothing, and residents who are signed in."""

from __future__ import annotations

import itertools
import socket
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.test import Client

from benchmarks.measuring.city import RunningCity
from benchmarks.measuring.families import named_people
from gorod.records.accounts import api as accounts

TOKEN = "t" * 32  # against other sites: a cookie and a header that are the same


def signed_in(city: RunningCity, wanted: int) -> list[str]:
    """The cookies of so many residents."""
    found = []
    for person in itertools.islice(named_people(population=city.population()), wanted):
        account = accounts.ensure(login=f"crowd-{person.party_id}", resident_id=person.party_id)
        browser = Client(headers={"host": "localhost"})
        browser.force_login(get_user_model().objects.get(id=account.account_id))
        found.append(f"sessionid={browser.cookies['sessionid'].value}; csrftoken={TOKEN}")
    return found


class Browser:
    """One connection that is kept."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._file = self._socket.makefile("rb")

    def get(self, path: str, cookie: str = "") -> None:
        """Raises RuntimeError unless it is answered with 200."""
        self._ask(f"GET {path}", cookie, "", "", expect=b" 200 ")

    def post(self, path: str, form: str, cookie: str) -> bytes:
        """Send a form. Returns where the answer leads. Raises RuntimeError unless it is a redirect."""
        more = f"X-CSRFToken: {TOKEN}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        return self._ask(f"POST {path}", cookie, more, form, expect=b" 302 ")

    def _ask(self, what: str, cookie: str, more: str, body: str, *, expect: bytes) -> bytes:
        known = f"Cookie: {cookie}\r\n" if cookie else ""
        self._socket.sendall(f"{what} HTTP/1.1\r\nHost: localhost\r\n{known}{more}\r\n{body}".encode())
        status, length, leads = self._file.readline(), 0, b""
        while (line := self._file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"location":
                leads = value.strip()
        self._file.read(length)
        if expect not in status:
            raise RuntimeError(f"{what}: {status!r}")
        return leads
