"""Every address of the platform: those of the faces, found by walking `faces/*/routes.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.urls import URLPattern, URLResolver

_FACES = Path(__file__).resolve().parents[1] / "faces"

urlpatterns: list[URLPattern | URLResolver] = [
    pattern
    for routes in sorted(_FACES.glob("*/routes.py"))
    for pattern in import_module(f"gorod.faces.{routes.parent.name}.routes").urlpatterns
]
