"""OAuth clients of agencies: registered by the operator, never by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

from gorod.catalogue.data import City
from gorod.faces.api.access import SCOPES
from gorod.kernel.errors import BadInput


class RandomSecretHasher(PBKDF2PasswordHasher):
    """For secrets of 256 random bits: nobody can guess them, so stretching would only make every token request slow."""

    algorithm = "pbkdf2_sha256_random"
    iterations = 1


def register(*, city: City, agency: str, client_id: str, scopes: Collection[str] = ()) -> str:
    """Register a client of an agency, or give it a new secret. Returns the secret, which is stored only as a hash.

    Scopes: what the agency may send and `cases`, unless named. Raises BadInput on an unknown agency or scope.
    """
    if agency not in city.agencies:
        raise BadInput(f"no agency {agency!r}", remedy=f"one of {', '.join(city.agencies)}")
    wanted = list(scopes) or [*city.agencies[agency].sends, "cases"]
    if unknown := sorted(set(wanted) - set(city.event_types) - set(SCOPES)):
        raise BadInput(f"no scope {', '.join(unknown)}", remedy=f"event types, or {', '.join(SCOPES)}")
    known = Client.objects.filter(id=client_id).first()
    if known is not None and (known.data or {}).get("agency") != agency:
        raise BadInput(f"the client {client_id} belongs to another agency", remedy="choose another id")
    # allauth would make up and stretch a secret of its own, a third of a second for nothing
    client = known or Client(id=client_id, secret="")
    client.name = city.agencies[agency].names.get(city.languages[0], agency)[:100]
    client.data = {"agency": agency}
    client.type = Client.Type.CONFIDENTIAL
    client.grant_types = Client.GrantType.CLIENT_CREDENTIALS
    client.response_types = ""
    client.set_scopes(wanted)
    client.default_scopes = "\n".join(wanted)
    return with_new_secret(client)


def with_new_secret(client: Client) -> str:
    """Save a client with a secret of 256 random bits. Returns the secret, which is stored only as a hash."""
    secret = secrets.token_urlsafe(32)
    client.secret = make_password(secret, hasher=RandomSecretHasher())
    client.save()
    return secret
