"""Pictures of figures: bars in a table, and the map of the city by district; what they show stands beside them in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gorod.catalogue import api as catalogue
from gorod.faces.portal import wording
from gorod.records.places import api as places

WIDTH = 100  # of the longest bar
SHADES = 5  # of the map
MAP_WIDTH = 1000


def bars(rows: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Each row with its figure in words and the length of its bar."""
    most = max((figure for _name, figure in rows), default=0) or 1
    return [
        {"name": name, "figure": wording.figure(figure), "width": round(figure / most * WIDTH, 1)}
        for name, figure in rows
    ]


def city_map(counts: Mapping[str, int], *, complete: bool = True) -> dict[str, Any] | None:
    """The districts, darker where the count is higher, by the district's code; None where the city has no districts.

    What is counted under no district's code is said in `elsewhere`. `complete`: a district without a count has none; otherwise its
    count is not shown, and it is left white.
    """
    known = places.districts()
    if not known:
        return None
    most = max((counts.get(district.code, 0) for district in known), default=0) or 1
    language = catalogue.language()
    scale = math.cos(math.radians(sum(one.lat for one in known) / len(known)))
    shapes = places.shapes()
    points = [point for shape in shapes["features"] for ring in _rings(shape["geometry"]) for point in ring]
    west, east = min(p[0] for p in points) * scale, max(p[0] for p in points) * scale
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    size = MAP_WIDTH / (east - west)

    def path(ring: Sequence[Sequence[float]]) -> str:
        at = (f"{(p[0] * scale - west) * size:.0f} {(north - p[1]) * size:.0f}" for p in ring)
        return f"M{'L'.join(at)}Z"

    names = {one.code: one.names.get(language, one.code) for one in known}
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "height": round((north - south) * size),
        "width": MAP_WIDTH,
        "districts": [
            {
                "name": names[shape["id"]],
                "count": counts.get(shape["id"], 0),
                "shade": math.ceil(counts.get(shape["id"], 0) / most * (SHADES - 1)),
                "shown": complete or shape["id"] in counts,
                "path": "".join(path(ring) for ring in _rings(shape["geometry"])),
            }
            for shape in shapes["features"]
        ],
        "legend": _legend(most),
        "left_out": not complete and any(district.code not in counts for district in known),
        "rows": bars([(names[code], count) for code, count in found if code in names and count]),
        "elsewhere": sum(count for code, count in found if code not in names),
        "attribution": shapes.get("attribution", ""),
    }


def _legend(most: int) -> list[dict[str, Any]]:
    """Which figures each shade of the map stands for."""
    steps = [(most * (shade - 1) // (SHADES - 1) + 1, most * shade // (SHADES - 1)) for shade in range(1, SHADES)]
    ranges = [(0, 0), *steps]
    return [
        {"shade": shade, "figures": str(low) if low == high else f"{low}–{high}"}
        for shade, (low, high) in enumerate(ranges)
        if low <= high
    ]


def _rings(geometry: dict[str, Any]) -> list[Any]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
