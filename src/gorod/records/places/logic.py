"""Shapes of districts as GeoJSON: the city's own, or cells drawn from the centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, radians, sqrt
from typing import Any

import shapely  # type: ignore[import-untyped]

from gorod.records.places.data import District, Shapes

KM_PER_DEGREE = pi * 6371.0088 / 180  # mean radius of the Earth (IUGG), in km
DECIMALS = 6  # of a degree: a tenth of a metre (RFC 7946, section 11.2)


def collection(districts: Sequence[District], shapes: Shapes) -> Mapping[str, Any]:
    """A FeatureCollection of the districts. A district that the city's own shapes leave out is not in it."""
    found = cells(districts) if shapes.geometries is None else shapes.geometries
    result: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": district.code,
                "properties": _properties(district),
                "geometry": wound(found[district.code]),
            }
            for district in districts
            if district.code in found
        ],
        "drawn": shapes.geometries is None,
    }
    if shapes.attribution:
        result["attribution"] = shapes.attribution
    return result


def _properties(district: District) -> dict[str, str]:
    return {
        "code": district.code,
        "area": district.area.code,
        **{f"name_{language}": name for language, name in district.names.items()},
        **{f"kind_{language}": words for language, words in district.kind.items()},
        **{f"area_name_{language}": name for language, name in district.area.names.items()},
    }


def wound(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """A flat geometry whose outer rings run counterclockwise and holes clockwise (RFC 7946, section 3.1.6)."""
    shape = shapely.orient_polygons(shapely.force_2d(shapely.geometry.shape(geometry)))
    made: dict[str, Any] = shapely.geometry.mapping(shape)
    return made


def cells(districts: Sequence[District]) -> Mapping[str, Mapping[str, Any]]:
    """Code → Polygon: the part of the city that is nearer to this centre than to any other.

    The city ends at the convex hull of discs round the centres, each as large as its district. Neighbours share the
    very same corners: all lines are cut at once, and each cell is put together from them.
    """
    if not districts:
        return {}
    plane = _Plane(districts)
    centres = [shapely.Point(plane.to_km(district.lon, district.lat)) for district in districts]
    discs = [centre.buffer(sqrt(district.area_km2 / pi)) for centre, district in zip(centres, districts, strict=True)]
    city = shapely.convex_hull(shapely.union_all(discs))
    lines = shapely.voronoi_polygons(shapely.MultiPoint(centres), only_edges=True, extend_to=city.buffer(1).envelope)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([lines, city.exterior])]))
    tree = shapely.STRtree(faces)
    result = {}
    for centre, district in zip(centres, districts, strict=True):
        (face,) = tree.query(centre, predicate="within")
        result[district.code] = plane.to_geojson(faces[face])
    return result


class _Plane:
    """Kilometres round the middle of the city: distances in degrees would stretch cells towards the poles."""

    def __init__(self, districts: Sequence[District]) -> None:
        self._lon = sum(district.lon for district in districts) / len(districts)
        self._lat = sum(district.lat for district in districts) / len(districts)
        self._shrink = cos(radians(self._lat))

    def to_km(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._lon) * self._shrink * KM_PER_DEGREE, (lat - self._lat) * KM_PER_DEGREE

    def to_geojson(self, face: Any) -> dict[str, Any]:
        ring = [
            [
                round(x / KM_PER_DEGREE / self._shrink + self._lon, DECIMALS),
                round(y / KM_PER_DEGREE + self._lat, DECIMALS),
            ]
            for x, y in face.exterior.coords
        ]
        return {"type": "Polygon", "coordinates": [ring]}
