"""The brake: while a process is overloaded nothing is changed by pages; what can be read can be read.

Overloaded is a process in which `GOROD_BRAKE_REQUESTS` requests have been running for longer than `GOROD_BRAKE_MS`: three of its
four threads wait for something. The fourth tells whoever sends a form so, at once and without the database, and gives it back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gorod.faces.waitingroom import kept

log = structlog.get_logger()

_lock = Lock()
_running: dict[int, float] = {}  # when each request of this process began


def brake(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Stands before sessions: the answer of an overloaded process must need nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now = time.monotonic()
        with _lock:
            long = sum(now - began >= settings.BRAKE_SECONDS for began in _running.values())
            _running[id(request)] = now
        try:
            if long >= settings.BRAKE_REQUESTS and kept.is_form(request):
                log.warning("brake", running_long=long)  # how many, and nothing of whom or what
                return kept.page(request)
            return get_response(request)
        finally:
            with _lock:
                del _running[id(request)]

    return middleware
