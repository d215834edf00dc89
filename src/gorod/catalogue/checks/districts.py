"""Districts have codes of their own, names in every language, and centres that lie where the city is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, hypot, pi, radians
from statistics import median
from typing import Any

import shapely  # type: ignore[import-untyped]

from gorod.catalogue.data import Problem, Severity
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.districts import TABLE, DistrictRow, Districts

KM_PER_DEGREE = pi * 6371.0088 / 180
APART_KM = 0.01  # nearer than this no cell can be drawn between two centres
FAR = 10  # this many times the usual distance from the middle of the city is no district of it


def check(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the table, and with the city's own shapes."""
    read = content.districts
    if read is None or content.city is None:
        return
    yield from _codes(read)
    yield from _languages(read, content.city.languages)
    yield from _names(read, content.city.languages)
    yield from _centres(read)
    yield from _shapes(read)


def _place(line: int) -> str:
    return f"{TABLE}:{line}"


def _codes(read: Districts) -> Iterator[Problem]:
    first: dict[str, int] = {}
    areas: dict[str, tuple[int, Mapping[str, str]]] = {}
    for line, row in read.rows.items():
        if row.code in first:
            yield Problem(
                place=_place(line),
                what=f"the code {row.code} stands in line {first[row.code]} already",
                remedy="codes of districts are unique",
            )
        first.setdefault(row.code, line)
        known = areas.setdefault(row.area, (line, row.area_name))
        if any(name and known[1][language] and name != known[1][language] for language, name in row.area_name.items()):
            yield Problem(
                place=_place(line),
                what=f"{row.area} is called {row.area_name}, in line {known[0]} {dict(known[1])}",
                remedy="give one area one name in each language",
            )


def _languages(read: Districts, languages: list[str]) -> Iterator[Problem]:
    """A language of the city that no column speaks."""
    columns = read.file.columns
    for what, named in (("name", columns.name), ("kind", columns.kind), ("area_name", columns.area_name)):
        for language in languages:
            if named and language not in named:
                yield Problem(
                    place=read.meaning.place("columns", what),
                    what=f"no column for {what} in {language}",
                    remedy="the city speaks it: name the column",
                )


def _names(read: Districts, languages: list[str]) -> Iterator[Problem]:
    columns = read.file.columns
    for line, row in read.rows.items():
        for said, named in ((row.name, columns.name), (row.kind, columns.kind), (row.area_name, columns.area_name)):
            for language in languages:
                if language in named and not said[language]:
                    yield Problem(
                        place=_place(line),
                        what=f"{row.code} has nothing in {named[language]}",
                        remedy=f"write it in {language}",
                    )


def _centres(read: Districts) -> Iterator[Problem]:
    placed: dict[int, DistrictRow] = {}
    for line, row in read.rows.items():
        if -180 <= row.lon <= 180 and -90 <= row.lat <= 90:
            placed[line] = row
        else:
            yield Problem(
                place=_place(line),
                what=f"{row.code} lies at lon {row.lon}, lat {row.lat}, which is nowhere on Earth",
                remedy="lon lies in -180..180, lat in -90..90; are they exchanged?",
            )
    if len(placed) < 2:
        return
    lon, lat = median(row.lon for row in placed.values()), median(row.lat for row in placed.values())
    shrink = cos(radians(lat))
    at = {
        line: ((row.lon - lon) * shrink * KM_PER_DEGREE, (row.lat - lat) * KM_PER_DEGREE)
        for line, row in placed.items()
    }
    usual = max(median(hypot(x, y) for x, y in at.values()), 1)
    for line, (x, y) in at.items():
        if hypot(x, y) > FAR * usual:
            yield Problem(
                place=_place(line),
                what=f"{placed[line].code} lies {round(hypot(x, y))} km from the middle of the city",
                remedy="check lon and lat; are they exchanged?",
                severity=Severity.WARNING,
            )
        for other, (x2, y2) in at.items():
            if other < line and hypot(x - x2, y - y2) < APART_KM:
                yield Problem(
                    place=_place(line),
                    what=f"{placed[line].code} lies where {placed[other].code} of line {other} does",
                    remedy="give each district its own centre",
                )


def _shapes(read: Districts) -> Iterator[Problem]:
    if read.shapes is None:
        return
    rows = {row.code: (line, row) for line, row in read.rows.items()}
    seen: set[str] = set()
    for code, geometry, place in read.shapes:
        if code not in rows:
            yield Problem(
                place=place, what=f"no district has the code {code!r}", remedy=f"add it to {TABLE} or remove it"
            )
            continue
        if code in seen:
            yield Problem(place=place, what=f"{code} has two shapes", remedy="join them in one MultiPolygon")
        seen.add(code)
        yield from _shape(rows[code][1], geometry, place)
    for code, (line, _) in rows.items():
        if code not in seen:
            yield Problem(
                place=_place(line),
                what=f"districts.geojson has no shape of {code}",
                remedy="add it, or remove the file: cells are then drawn from the centres",
            )


def _shape(row: DistrictRow, geometry: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        yield Problem(place=place, what=f"the shape of {row.code} is no area", remedy="write a Polygon or MultiPolygon")
        return
    try:
        shape = shapely.geometry.shape(geometry)
        west, south, east, north = shape.bounds
    except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
        yield Problem(place=place, what=f"the shape of {row.code}: {error}", remedy="write it as RFC 7946 says")
        return
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        yield Problem(
            place=place,
            what=f"the shape of {row.code} leaves the Earth: {west}, {south} to {east}, {north}",
            remedy="write lon and lat in degrees of WGS 84, in this order",
        )
    elif not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        yield Problem(place=place, what=f"the shape of {row.code}: {why}", remedy="let its lines not cross")
    elif not shape.covers(shapely.Point(row.lon, row.lat)):
        yield Problem(
            place=place,
            what=f"the centre of {row.code} lies outside its shape",
            remedy="correct lon and lat in districts.csv, or the shape",
            severity=Severity.WARNING,
        )
