"""Every address of the platform: those of the faces, found by walking `faces/*/routes.py`.

A face's `urlpatterns` stand as they are; its `pages` begin with the language that the page is in.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver

_FACES = Path(__file__).resolve().parents[1] / "faces"


def _routes() -> list[ModuleType]:
    return [import_module(f"gorod.faces.{routes.parent.name}.routes") for routes in sorted(_FACES.glob("*/routes.py"))]


urlpatterns: list[URLPattern | URLResolver] = [
    *(pattern for routes in _routes() for pattern in getattr(routes, "urlpatterns", [])),
    *i18n_patterns(*(pattern for routes in _routes() for pattern in getattr(routes, "pages", []))),
]
handler403 = "gorod.project.problems.forbidden"
handler404 = "gorod.project.problems.not_found"
handler500 = "gorod.project.problems.failed"
