"""Other city systems sign residents in here: an OpenID Connect provider (OpenID Connect Core 1.0) by allauth.idp.oidc.

A site is registered by the operator with the addresses it may send people back to. A resident is asked before anything is said
about them, and only what the site asked for and they left ticked is said: `openid` that it is the same person again, `profile`
the names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc import views
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from gorod.catalogue import api as catalogue
from gorod.faces.api import clients
from gorod.faces.api.access import open_to
from gorod.kernel.errors import BadInput
from gorod.records.parties import api as parties
from gorod.ui.pages import policy

SCOPES = ("openid", "profile")
LOOPBACK = ("localhost", "127.0.0.1")


class Provider(DefaultOIDCAdapter):  # type: ignore[misc]
    """What allauth asks about residents."""

    scope_display = {
        "openid": gettext_lazy("that it is you again the next time"),
        "profile": gettext_lazy("your names"),
    }

    def get_claims(
        self, purpose: str, user: Any, client: Client, scopes: Iterable[str], email: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """The subject, and the names when `profile` was granted (OpenID Connect Core 1.0, section 5.4)."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes and user.resident_id is not None:
            names = parties.party(party_id=user.resident_id).names
            said = {
                "name": names.full(),
                "given_name": names.given_name,
                "middle_name": names.patronymic,
                "family_name": names.family_name,
            }
            claims |= {claim: value for claim, value in said.items() if value}
        return claims


def register_site(*, client_id: str, name: str, redirect_uris: Sequence[str], scopes: Collection[str] = SCOPES) -> str:
    """Let a site sign residents in here, or give it a new secret. Returns the secret, which is stored only as a hash.

    Raises BadInput on an unknown scope, on an address that is neither https nor this machine's, and for the id of an agency's
    client.
    """
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise BadInput(f"no scope {', '.join(unknown)}", remedy=f"one of {', '.join(SCOPES)}")
    for uri in redirect_uris:
        parts = urlsplit(uri)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)) or parts.fragment:
            raise BadInput(f"{uri} is no address to send people back to", remedy="write https://…, without #")
    known = Client.objects.filter(id=client_id).first()
    if known is not None and (known.data or {}).get("agency"):
        raise BadInput(f"the client {client_id} belongs to an agency", remedy="choose another id")
    client = known or Client(id=client_id, secret="")  # it gets one below
    client.name, client.data, client.type = name[:100], {"site": name}, Client.Type.CONFIDENTIAL
    client.grant_types = Client.GrantType.AUTHORIZATION_CODE
    client.response_types = Client.ResponseType.CODE
    client.set_redirect_uris(list(redirect_uris))
    client.set_scopes(sorted({"openid", *scopes}))
    client.default_scopes = "openid"
    return clients.with_new_secret(client)


@open_to("everybody")
def configuration(request: HttpRequest) -> JsonResponse:
    """What a client must know (OpenID Connect Discovery 1.0): only what is really there."""

    def at(name: str) -> str:
        return request.build_absolute_uri(reverse(f"idp:oidc:{name}"))

    response = JsonResponse(
        {
            "issuer": Provider(request).get_issuer(),
            "authorization_endpoint": at("authorization"),
            "token_endpoint": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "revocation_endpoint": at("revoke"),
            "jwks_uri": at("jwks"),
            "scopes_supported": list(SCOPES),
            "claims_supported": ["sub", "name", "given_name", "middle_name", "family_name"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "ui_locales_supported": list(catalogue.current().languages),
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@open_to("signed in")
@csrf_exempt  # a site may send its request as a form; what a resident answers is checked inside
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the resident. The page is in the language the site asks for (`ui_locales`) or the browser prefers."""
    language = catalogue.preferred_language(
        accepted=request.headers.get("Accept-Language", ""), asked=request.GET.get("ui_locales", "").split()
    )
    with translation.override(language), timezone.override(catalogue.current().time_zone):
        response: HttpResponse = views.authorization(request)
        if hasattr(response, "render"):
            response.render()
    response["Content-Security-Policy"] = policy.pages(forms_lead_to=_origins(request))
    response["Content-Language"] = language
    return response


def _origins(request: HttpRequest) -> list[str]:
    """Where the site's people are sent back to: the form of the page ends there."""
    client = Client.objects.filter(id=request.GET.get("client_id", "")).first()
    parts = [urlsplit(uri) for uri in client.get_redirect_uris()] if client else []
    return sorted({f"{one.scheme}://{one.netloc}" for one in parts})
