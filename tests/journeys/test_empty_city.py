"""An empty city starts: the engine needs no content."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client as Browser

from gorod.catalogue import api as catalogue

pytestmark = pytest.mark.django_db

EMPTY = Path(__file__).resolve().parents[1] / "cities" / "empty"


def test_an_empty_city_is_ready_and_offers_nothing() -> None:
    catalogue.install(city=catalogue.load(folder=EMPTY))
    ready = Browser().get("/health/ready")
    assert (ready.status_code, ready.json()["city"]) == (200, "empty")
    assert Browser().get("/api/services").json() == []
    assert Browser().get("/api/event-types").json() == []
