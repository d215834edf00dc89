"""Web push: one encrypted call to the push service of a browser (RFC 8030, RFC 8291, RFC 8292).

The address of the service comes from whoever subscribed, so where a call may go is checked twice: by its text when it is taken, and
by what its name resolves to when it is called. The call goes to the very address that was checked.
"""

from __future__ import annotations

import json
import socket
from base64 import b64decode
from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from webpush import WebPush
from webpush.types import WebPushKeys, WebPushSubscription
from webpush.vapid import VAPID

from gorod.engines.messages import models
from gorod.kernel.errors import BadInput

CALL_SECONDS = 5.0
KEPT_BY_SERVICE = timedelta(days=1)  # for a device that is switched off; what waited longer is in the inbox
GONE = (404, 410)  # RFC 8030, section 7.3: the subscription has ended
LONGEST_ENDPOINT = 1000
AUTH_BYTES = 16
MOST_ADDRESSES = 3  # of a host, tried one after the other
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_FAILURES = 10  # in a row, over about nine hours; then what waits for the device is dropped


class Gone(Exception):
    """The browser has ended the subscription."""


class NotTaken(Exception):
    """The push service could not be reached or did not take the push. Says why."""


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return min(FIRST_WAIT * (1 << min(failures - 1, MOST_FAILURES)), LONGEST_WAIT)


def checked_endpoint(endpoint: str) -> str:
    """The address of a push service. Raises BadInput unless it is https at a public host's name."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadInput(f"the endpoint is no address: {error}", remedy="send what the browser gave") from error
    if len(endpoint) > LONGEST_ENDPOINT or parts.username or not endpoint.isascii():
        raise BadInput("the endpoint is no push service's", remedy="send what the browser gave")
    if settings.PUSH_PRIVATE:
        return endpoint
    if parts.scheme != "https" or port not in (None, 443):
        raise BadInput("the endpoint is not https", remedy="send what the browser gave")
    if "." not in host.strip(".") or _is_ip(host) or host.endswith((".local", ".internal", ".localhost")):
        raise BadInput("the endpoint is at no public host", remedy="send what the browser gave")
    return endpoint


def checked_keys(*, p256dh: str, auth: str) -> None:
    """Raises BadInput unless these are a browser's keys (RFC 8291, section 3): a point of P-256 and 16 bytes, in base64url."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        right = len(_bytes(auth)) == AUTH_BYTES
    except ValueError:
        right = False
    if not right:
        raise BadInput("the keys are no browser's", remedy="send what the browser gave")


def _bytes(text: str) -> bytes:
    return b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def public_key() -> str:
    """The key that subscriptions of this installation are bound to, as browsers want it (`applicationServerKey`)."""
    return str(VAPID.get_application_server_key(_key().public_key()))


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(settings.PUSH_KEY.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "GOROD_PUSH_KEY is not a key of P-256"
    return key


def send(device: models.Device) -> None:
    """Tell one device that there is something new. Raises Gone, NotTaken.

    It says nothing but the language: the words are in the device's copy of the portal, what they are about is in the inbox.
    """
    subscription = WebPushSubscription(
        endpoint=device.endpoint, keys=WebPushKeys(auth=device.auth, p256dh=device.p256dh)
    )
    sender = WebPush(
        private_key=settings.PUSH_KEY.encode(),
        public_key=_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        subscriber=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        ttl=int(KEPT_BY_SERVICE.total_seconds()),
    )
    message = sender.get(json.dumps({"language": device.language}), subscription)
    # a newer push takes the place of one that still waits for the device (RFC 8030, section 5.4)
    headers = {**message.headers, "topic": "inbox", "content-type": "application/octet-stream"}
    status = _post(device.endpoint, message.encrypted, headers)
    if status in GONE:
        raise Gone
    if not 200 <= status < 300:
        raise NotTaken(f"the push service answered {status}")


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; nothing else of it is read, and redirects are not followed. Raises NotTaken."""
    url = httpx.URL(endpoint)
    call: dict[str, Any] = {
        "content": body,
        "headers": {**headers, "host": url.netloc.decode()},
        "extensions": {"sni_hostname": url.host},  # the certificate is checked against the name all the same
    }
    problem = ""
    for address in _addresses(url):
        try:
            with (
                httpx.Client(timeout=CALL_SECONDS) as client,
                client.stream("POST", url.copy_with(host=address), **call) as answer,
            ):
                return answer.status_code
        except httpx.ConnectError as error:
            problem = f"{type(error).__name__}: {error}"
        except httpx.HTTPError as error:
            raise NotTaken(f"{type(error).__name__}: {error}") from error
    raise NotTaken(problem)


def _addresses(url: httpx.URL) -> list[str]:
    """The addresses of the host, all public unless this installation tries things out. Raises NotTaken."""
    try:
        found = socket.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotTaken(f"{url.host} cannot be resolved: {error}") from error
    addresses = [ip_address(address[0]) for *_, address in found]
    # one private address is enough to refuse: a name that says both is up to something
    if not settings.PUSH_PRIVATE and not all(one.is_global and not one.is_multicast for one in addresses):
        raise NotTaken(f"{url.host} is not public")
    return [str(one) for one in addresses[:MOST_ADDRESSES]]
