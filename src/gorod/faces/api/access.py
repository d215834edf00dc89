"""Who may open an address: every URL says so, and a test walks all of them.

Agencies are OAuth 2.0 clients (RFC 6749, client credentials) of `allauth.idp.oidc`; the scopes of a client are the event types
it may send and the scopes below. Which agency a client belongs to stands in its `data`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.idp.oidc.contrib.ninja.security import TokenAuth
from django.http import HttpRequest
from ninja.security.base import AuthBase

from gorod.faces.api.problems import Unauthenticated
from gorod.kernel.errors import Forbidden, GorodError

CASES = "cases"  # pull one's own feed, see and review one's own cases
READ = "residents:read"  # read a resident's own view of things, with the resident there (a service centre)
ACT = "residents:act"  # act as the resident says, with the resident there
SCHEDULING = "scheduling"  # FHIR: see and change what is booked at one's own locations
SCOPES = (CASES, READ, ACT, SCHEDULING)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls: the agency of an access token, and what the token is for."""

    agency: str
    client_id: str
    scopes: frozenset[str]


class AgencyToken(AuthBase):
    """An access token of an agency, with all these scopes. The operation finds its `Caller` in `request.auth`."""

    openapi_type: str = "oauth2"
    openapi_flows = {"clientCredentials": {"tokenUrl": "/identity/o/api/token", "scopes": {}}}

    def __init__(
        self, scopes: Sequence[str] = (), *, refused: Callable[[HttpRequest, GorodError], None] | None = None
    ) -> None:
        """`refused` is told of a request without such a token, before it is answered."""
        super().__init__()
        self._check = TokenAuth([])
        self.scopes = tuple(scopes)
        self._refused = refused

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises Unauthenticated (401) or Forbidden (403)."""
        try:
            return self._caller(request)
        except GorodError as error:
            if self._refused is not None:
                self._refused(request, error)
            raise

    def _caller(self, request: HttpRequest) -> Caller:
        token = self._check(request)
        if not token:
            raise Unauthenticated(
                "the request carries no valid access token",
                remedy="get one from /identity/o/api/token with grant_type=client_credentials",
            )
        agency = (token.client.data or {}).get("agency") if token.client else None
        if not agency:
            raise Forbidden("this client belongs to no agency", remedy="the operator registers it: gorod client")
        caller = Caller(agency=agency, client_id=token.client_id, scopes=frozenset(token.get_scopes()))
        if missing := set(self.scopes) - caller.scopes:
            raise Forbidden(f"this token has no scope {', '.join(sorted(missing))}", remedy="ask for it")
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """The caller of an operation that demands a token."""
    found: Any = getattr(request, "auth", None)
    assert isinstance(found, Caller)
    return found


def open_to(who: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare who may open a plain view: 'everybody' or whoever its own check lets in. The URL walk reads it."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.open_to = who  # type: ignore[attr-defined]
        return view

    return declare
