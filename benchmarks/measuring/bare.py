"""A bare Django page with one query: the floor of every page."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

WORDS = "<!DOCTYPE html><html lang='en'><title>Bare</title><p>{{ residents }} residents</p></html>"


def page(request: HttpRequest) -> HttpResponse:
    """One query, one template."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM installation_installation")
        (residents,) = cursor.fetchone()
    return HttpResponse(engines["django"].from_string(WORDS).render({"residents": residents}, request=None))


urlpatterns = [path("bare/", page)]
