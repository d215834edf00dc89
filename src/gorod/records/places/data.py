"""What crosses the door of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Area:
    """A part of the city that joins several districts. `names`: language → name."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class District:
    """One district. `names` and `kind` (what sort of district): language → words.

    `lon` and `lat` are degrees in WGS 84 of a point inside, where a map writes the name. `population` is a published count;
    `residents_estimate` only spreads made-up residents over the city and is never shown as a fact.
    """

    code: str
    names: Mapping[str, str]
    kind: Mapping[str, str]
    area: Area
    lon: float
    lat: float
    area_km2: float
    population: int | None = None
    residents_estimate: int | None = None


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """What a map of the districts is made from.

    `geometries`: code of the district → GeoJSON geometry (Polygon or MultiPolygon, lon and lat in WGS 84) of the city's own;
    None: there are none, and cells are drawn from the centres. `attribution` is the credit that every map made from the
    shapes, or from the centres, must carry.
    """

    geometries: Mapping[str, Mapping[str, Any]] | None = None
    attribution: str = ""
