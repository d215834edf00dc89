"""The addresses of the portal. Pages begin with a language; `/` finds it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.portal import views

_pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("life-events/<slug:name>/", views.life_event, name="life_event"),
    path("services/<slug:name>/", views.service, name="service"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", views.root)]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "portal")))]
