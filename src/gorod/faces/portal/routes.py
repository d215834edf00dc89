"""The addresses of the portal. Each begins with a language; `/` finds it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.portal import views

_pages: list[URLPattern | URLResolver] = [
    path("<slug:language>/", views.home, name="home"),
    path("<slug:language>/life-events/<slug:name>/", views.life_event, name="life_event"),
    path("<slug:language>/services/<slug:name>/", views.service, name="service"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.root),
    path("", include((_pages, "portal"))),
]
