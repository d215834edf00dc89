"""The address of OpenCRVS. It exists only when `GOROD_OPENCRVS_SECRET` is set: the secret of the client in OpenCRVS."""

from __future__ import annotations

import os

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gorod.faces.api import problems
from gorod.faces.api.access import open_to
from gorod.faces.api.adapters.opencrvs.receive import receive, verify
from gorod.faces.api.adapters.opencrvs.signature import HEADER
from gorod.faces.api.schemas import ReceiptOut
from gorod.kernel.errors import BadInput, NotFound


@csrf_exempt
@open_to("OpenCRVS: its signature")
@require_http_methods(["GET", "POST"])
def opencrvs(request: HttpRequest) -> HttpResponse:
    """GET: answer the challenge of a subscription. POST: take in a registered birth, 202 with its fate."""
    try:
        secret = os.environ.get("GOROD_OPENCRVS_SECRET", "")
        if not secret:
            raise NotFound(f"there is nothing at {request.path}", remedy="see /api/openapi.json")
        return _verified(request) if request.method == "GET" else _received(request, secret)
    except Exception as error:
        return problems.answer(problems.translate(error))


def _verified(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("mode", "topic", "challenge")}
    return JsonResponse({"challenge": verify(**asked)})


def _received(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise BadInput(
            "the body is too large", remedy="do not give the client the section supporting-documents"
        ) from error
    receipt = receive(
        body=body,
        signed=request.headers.get(HEADER, ""),
        secret=secret,
        sender=request.META.get("REMOTE_ADDR", ""),
    )
    answer = ReceiptOut(
        event=receipt.event_id, fate=receipt.fate.value, reason=receipt.reason, journey=receipt.journey_id
    )
    return JsonResponse(answer.model_dump(mode="json"), status=202)


urlpatterns = [path("api/adapters/opencrvs", opencrvs)]
