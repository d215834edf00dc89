"""Districts for tests."""

from __future__ import annotations

from gorod.records.places.data import Area, District

AREA = Area(code="C", names={"en": "Centre"})


def district(code: str, lon: float, lat: float, *, area_km2: float = 4, area: Area = AREA) -> District:
    """A district called by its code."""
    return District(
        code=code,
        names={"en": f"District {code}"},
        kind={"en": "district"},
        area=area,
        lon=lon,
        lat=lat,
        area_km2=area_km2,
    )
