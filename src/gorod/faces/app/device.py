"""Messages on this device: web push, switched on by the browser that it goes to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.messages import api as messages
from gorod.faces.accounts.access import page, resident
from gorod.faces.api.wire import json_of
from gorod.kernel.errors import BadInput


@page(open_to="residents", at_counter=False)
def device(request: HttpRequest) -> HttpResponse:
    """The switch. The page's script sends JSON: `{"subscribe": …}` with the browser's PushSubscription, or `{"unsubscribe": …}`
    with its endpoint. A form without a script ends the messages on all devices: of a lost one, too. Raises BadInput.
    """
    me = resident(request)
    if request.method == "POST":
        if request.content_type == "application/json":
            _said(json_of(request.body), me)
            return HttpResponse(status=204)
        messages.remove_device(party_id=me, endpoint="")
        notices.success(request, _("Respected from now on."))
        return redirect("app:device")
    endpoints = [one.endpoint for one in messages.devices_of(party_id=me)]
    values = {"endpoints": endpoints, "number": len(endpoints), "key": messages.push_key()}
    return render(request, "app/device.html", values)


def _said(body: Any, me: UUID) -> None:
    match body:
        case {"subscribe": {"endpoint": str(endpoint), "keys": {"p256dh": str(p256dh), "auth": str(auth)}}}:
            messages.add_device(party_id=me, endpoint=endpoint, p256dh=p256dh, auth=auth, language=catalogue.language())
        case {"unsubscribe": str(endpoint)} if endpoint:
            messages.remove_device(party_id=me, endpoint=endpoint)
        case _:
            raise BadInput("the body is no subscription", remedy="send what the browser gave")
