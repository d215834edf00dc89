"""The project's addresses, and two pages behind a door: as any face would have them."""

from __future__ import annotations

from importlib import import_module
from threading import Event, Semaphore

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, engines
from django.urls import path

from gorod.faces.accounts.access import page
from gorod.faces.waitingroom.door import behind_waiting_room

SERVICE = "doctor_appointment"
PAGE = """{% extends "gorod/page.html" %}{% block title %}Slots{% endblock %}{% block main %}<h1>Slots</h1>
<p>Chosen: {{ chosen|default:"nothing" }}</p>
<form method="post">{% csrf_token %}<label for="slot">Slot</label><input id="slot" name="slot"><label for="why">Why</label>
<textarea id="why" name="why"></textarea><label for="pin">PIN</label><input id="pin" name="pin">
<button name="act" value="book">Book</button></form>
{% endblock %}"""
let_go, arrived = Event(), Semaphore(0)


def _shown(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.template.render(RequestContext(request, {"chosen": request.POST.get("why")})))  # type: ignore[attr-defined]


@page(open_to="residents")
@behind_waiting_room(service=SERVICE)
def slots(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def open_form(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def slow(request: HttpRequest) -> HttpResponse:
    """Lasts until it is let go."""
    arrived.release()
    let_go.wait(30)
    return HttpResponse("done")


urlpatterns = [
    *import_module("gorod.project.urls").urlpatterns,  # by name: faces know nothing of the project
    *i18n_patterns(path("slots/", slots), path("form/", open_form), path("account/form/", open_form)),
    path("slow", slow),
]
