"""The files of the ledger, for whoever wants to check or keep them (C2SP tlog-tiles)."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest

from gorod.faces.api.access import open_to
from gorod.kernel.merkle import api as merkle
from gorod.records.ledger import api as ledger

TILE = r"^ledger/(?P<path>tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?)$"


@open_to("everybody")
def checkpoint(request: HttpRequest) -> FileResponse:
    """How far the log goes, signed."""
    return _file(merkle.CHECKPOINT, "text/plain; charset=utf-8", "no-cache")


@open_to("everybody")
def tile(request: HttpRequest, path: str) -> FileResponse:
    """Hashes of the tree, or entries. What has once been there stays as it is."""
    return _file(path, "application/octet-stream", "public, max-age=31536000, immutable")


def _file(path: str, kind: str, kept: str) -> FileResponse:
    try:
        file = (ledger.place() / path).open("rb")
    except OSError:
        raise Http404(path) from None
    return FileResponse(file, content_type=kind, headers={"Cache-Control": kept, "Access-Control-Allow-Origin": "*"})
