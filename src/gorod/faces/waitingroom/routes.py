"""The addresses of the waiting room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.waitingroom import public, residents

_public: list[URLPattern | URLResolver] = [
    path("waiting/<uuid:opening_id>/state.json", public.state, name="state"),
    path("waiting/<uuid:opening_id>/place.json", public.place, name="place"),
    path("waiting/<uuid:opening_id>/record.json", public.record, name="record"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((_public, "waitingroom_public")))]
_pages: list[URLPattern | URLResolver] = [path("waiting/<uuid:opening_id>/", residents.waiting, name="waiting")]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "waitingroom")))]
