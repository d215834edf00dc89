"""The addresses of FHIR."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from gorod.faces.api.fhir import door

urlpatterns: list[URLPattern] = [
    path("api/fhir/metadata", door.metadata),
    re_path(r"^api/fhir(?:/(?P<path>(?s:.*)))?$", door.fhir),
]
