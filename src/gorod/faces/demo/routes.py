"""The addresses of the demonstration: there is nothing at them in a city of real people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from gorod.faces.demo import views

pages: list[URLPattern | URLResolver] = [path("demo/", views.try_as, name="demo")]
