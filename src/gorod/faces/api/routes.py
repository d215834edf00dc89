"""The API put together, and its addresses; those of foreign formats are found by walking `adapters/*/routes.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI
from ninja.parser import Parser

from gorod.faces.api import acts, agency, events, health, ledger, polls, problems, services
from gorod.faces.api.fhir import routes as fhir
from gorod.faces.api.wire import json_of

_ADAPTERS = Path(__file__).resolve().parent / "adapters"


class _Bodies(Parser):
    """Bodies are read as strictly as events: no NaN, no character that the database cannot hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of a body. Raises BadInput."""
        return json_of(request.body)


api = NinjaAPI(
    title="Gorod",
    version="1",
    description=(
        "Events in, the feeds of agencies, residents' reads and acts. Errors are problem details (RFC 9457), "
        "events CloudEvents 1.0. "
        "Access tokens come from /identity/o/api/token (OAuth 2.0 client credentials)."
    ),
    docs_url=None,
    parser=_Bodies(),
)
api.add_router("", events.router)
api.add_router("", services.router)
api.add_router("", polls.router)
api.add_router("/agency", agency.router)
api.add_router("/residents", acts.router)
problems.install(api)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("ledger/checkpoint", ledger.checkpoint),
    re_path(ledger.TILE, ledger.tile),
    *fhir.urlpatterns,
    *(
        pattern
        for routes in sorted(_ADAPTERS.glob("*/routes.py"))
        for pattern in import_module(f"gorod.faces.api.adapters.{routes.parent.name}.routes").urlpatterns
    ),
]
