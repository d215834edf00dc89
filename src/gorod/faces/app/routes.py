"""The addresses of the app. The worker stands at the root: it serves only what is below its own address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.app import device, views

_pages: list[URLPattern | URLResolver] = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.offline, name="offline"),
    path("mine/device/", device.device, name="device"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("service-worker.js", views.worker, name="worker")]
pages: list[URLPattern | URLResolver] = [path("", include((_pages, "app")))]
