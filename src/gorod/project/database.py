"""How the database is reached."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def connection_settings(url: str) -> dict[str, Any]:
    """Django's settings of the database under a URL: psycopg's pool, and limits so that a cut network is noticed in seconds."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options: dict[str, Any] = {
        # a cut network must not hang a request for half a minute
        "tcp_user_timeout": 3000,
        "keepalives_idle": 2,
        "keepalives_interval": 1,
        "keepalives_count": 3,
        "connect_timeout": 3,
    }
    if os.environ.get("GOROD_DATABASE_POOL", "1") == "1":
        # the pool waits twice as long after each failed connection: after a long outage that would be minutes, so it gives up
        # soon and the next request tries anew
        options["pool"] = {"min_size": 1, "max_size": 4, "timeout": 3, "reconnect_timeout": 3}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "gorod",
        "USER": unquote(parts.username or "gorod"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": {**options, **query},
        "CONN_MAX_AGE": 0,
        # the pool asks each connection whether it lives before it lends it: after a restart of the database no request meets
        # one that died with the old server; an empty query, 0.1 ms
        "CONN_HEALTH_CHECKS": True,
    }
