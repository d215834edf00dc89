"""The signature of a webhook of OpenCRVS."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote_from_bytes

HEADER = "X-Hub-Signature"

_LEFT_AS_IS = "!*'()"  # besides letters, digits and - _ . ~: what JavaScript's encodeURIComponent does not escape


def expected(*, body: bytes, secret: str) -> str:
    """What OpenCRVS writes into `X-Hub-Signature` for a body (the bytes as they came).

    It does not sign the body itself but the text `sha256:` and the percent-encoded body, by HMAC-SHA256 (RFC 2104).
    Source: createRequestSignature in packages/webhooks/src/features/event/service.ts of opencrvs-core. Its documentation
    speaks of SHA-1, of `context[0]` and of escaped Unicode: no 1.x release does so.
    """
    signed = b"sha256:" + quote_from_bytes(body, safe=_LEFT_AS_IS).encode("ascii")
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def holds(*, body: bytes, secret: str, signature: str) -> bool:
    """Whether the signature is that of the body; takes the same time wherever they differ."""
    return hmac.compare_digest(expected(body=body, secret=secret).encode(), signature.encode())
