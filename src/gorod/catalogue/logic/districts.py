"""Districts of a city: a table, what its columns mean, and the city's own shapes where it has them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, field_validator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.documents import Document, Unreadable
from gorod.records.places.data import Area, District, Shapes

TABLE, MEANING, SHAPES = "districts.csv", "districts.yaml", "districts.geojson"

Column = Annotated[str, Field(min_length=1, description="the name of a column of districts.csv")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnsEntry(_Model):
    """Which column of districts.csv says what; names and kinds by language. Other columns are left alone."""

    code: Column
    name: dict[str, Column]
    kind: Annotated[dict[str, Column], Field(description="what sort of district it is")] = {}
    area: Annotated[Column, Field(description="the code of the larger part of the city it belongs to")]
    area_name: dict[str, Column]
    lon: Annotated[Column, Field(description="degrees, WGS 84, of a point inside")]
    lat: Column
    area_km2: Column
    population: Annotated[str, Field(description="a published count; empty where there is none")] = ""
    residents_estimate: Annotated[str, Field(description="only to spread made-up residents; never shown")] = ""


class DistrictsFile(_Model):
    """districts.yaml: what the columns of districts.csv mean, and the property that names the code in districts.geojson."""

    columns: ColumnsEntry
    attribution: Annotated[str, Field(description="the credit that every map made from this table must carry")] = ""
    shapes_code: Annotated[str, Field(description="property of districts.geojson; left out: called as the column")] = ""


class DistrictRow(_Model):
    """One line of districts.csv."""

    code: Annotated[str, Field(min_length=1)]
    name: dict[str, str]
    kind: dict[str, str]
    area: Annotated[str, Field(min_length=1)]
    area_name: dict[str, str]
    lon: FiniteFloat
    lat: FiniteFloat
    area_km2: Annotated[FiniteFloat, Field(gt=0)]
    population: Annotated[int | None, Field(ge=0)] = None
    residents_estimate: Annotated[int | None, Field(ge=0)] = None

    @field_validator("population", "residents_estimate", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value


@dataclass(frozen=True)
class Districts:
    """What was read. `rows`: line of districts.csv → row; `shapes`: one (code, geometry, place) for each feature."""

    meaning: Document
    file: DistrictsFile
    rows: Mapping[int, DistrictRow] = field(default_factory=dict)
    shapes: tuple[tuple[str, Mapping[str, Any], str], ...] | None = None
    attribution: str = ""


def read(folder: Path) -> tuple[Districts | None, list[Problem]]:
    """The districts of a city's folder, if it has any, and what is wrong with their files."""
    found: list[Problem] = []
    if not (folder / TABLE).exists():
        found += [
            Problem(place=f"{name}:1", what=f"it stands without {TABLE}", remedy=f"write {TABLE} or remove it")
            for name in (MEANING, SHAPES)
            if (folder / name).exists()
        ]
        return None, found
    if not (folder / MEANING).exists():
        remedy = f"write {MEANING}: `columns` with code, name, area, area_name, lon, lat, area_km2"
        return None, [
            Problem(place=f"{TABLE}:1", what=f"nothing says what its columns mean ({MEANING})", remedy=remedy)
        ]
    try:
        meaning = Document(folder / MEANING, folder)
        file = DistrictsFile.model_validate(meaning.data)
    except Unreadable as error:
        return None, [error.problem]
    except ValidationError as error:
        return None, [_invalid(e["loc"], e["msg"], meaning.place(*e["loc"])) for e in error.errors(include_url=False)]
    rows = _table(folder / TABLE, meaning, file.columns, found)
    shapes, attribution = _shapes(folder / SHAPES, file.shapes_code or file.columns.code, found)
    return Districts(meaning=meaning, file=file, rows=rows, shapes=shapes, attribution=attribution), found


def _invalid(way: tuple[int | str, ...], message: str, place: str) -> Problem:
    return Problem(place=place, what=f"{'.'.join(map(str, way))}: {message}", remedy="see docs/reference/content.md")


def _table(path: Path, meaning: Document, columns: ColumnsEntry, found: list[Problem]) -> dict[int, DistrictRow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = reader.fieldnames or []
            lines_of = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        found.append(Problem(place=f"{TABLE}:1", what=f"not CSV: {error}", remedy="save it as CSV in UTF-8"))
        return {}
    absent = [(way, column) for way, column in _named(columns) if column not in header]
    if absent:
        found += [
            Problem(
                place=meaning.place("columns", *way),
                what=f"{TABLE} has no column {column!r}",
                remedy=f"one of {', '.join(header) or 'none: the file is empty'}",
            )
            for way, column in absent
        ]
        return {}
    rows = {}
    for line, row in lines_of:
        if None in row:
            found.append(
                Problem(place=f"{TABLE}:{line}", what="more values than columns", remedy="put quotes round a comma")
            )
            continue
        values = {name: _values(getattr(columns, name), row) for name in DistrictRow.model_fields}
        try:
            rows[line] = DistrictRow.model_validate(
                {name: value for name, value in values.items() if value is not None}
            )
        except ValidationError as error:
            found += [
                Problem(
                    place=f"{TABLE}:{line}",
                    what=f"{'.'.join(map(str, e['loc']))} ({_column(columns, e['loc'])}): {e['msg']}",
                    remedy="correct this line",
                )
                for e in error.errors(include_url=False)
            ]
    return rows


def _named(columns: ColumnsEntry) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every column that is named, with the way to where it is."""
    for name, value in columns:
        if isinstance(value, dict):
            yield from (((name, language), column) for language, column in value.items())
        elif value:
            yield (name,), value


def _values(named: str | dict[str, str], row: Mapping[str, str | None]) -> str | dict[str, str] | None:
    """What one line says under a name; None where the city names no such column."""
    if isinstance(named, dict):
        return {language: (row[column] or "").strip() for language, column in named.items()}
    return (row[named] or "").strip() if named else None


def _column(columns: ColumnsEntry, way: tuple[int | str, ...]) -> str:
    named = getattr(columns, str(way[0]))
    return str(named.get(way[1], "")) if isinstance(named, dict) and len(way) > 1 else str(named)


def _shapes(
    path: Path, code: str, found: list[Problem]
) -> tuple[tuple[tuple[str, Mapping[str, Any], str], ...] | None, str]:
    if not path.exists():
        return None, ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = getattr(error, "lineno", 1)
        found.append(Problem(place=f"{SHAPES}:{line}", what=f"not JSON: {error}", remedy="save it as GeoJSON in UTF-8"))
        return None, ""
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        found.append(Problem(place=f"{SHAPES}:1", what="no FeatureCollection", remedy="write GeoJSON (RFC 7946)"))
        return None, ""
    shapes = []
    for i, feature in enumerate(features):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        value = properties.get(code) if isinstance(properties, dict) else None
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            remedy = f"add it, or name the right property in {MEANING}: shapes_code"
            found.append(Problem(place=f"{SHAPES}:1", what=f"feature {i} has no property {code!r}", remedy=remedy))
            continue
        geometry = feature.get("geometry")
        shapes.append((str(value), geometry if isinstance(geometry, dict) else {}, f"{SHAPES}:{_line(text, value)}"))
    return tuple(shapes), str(data.get("attribution", ""))


def _line(text: str, value: str | int) -> int:
    """The line where a code stands first; 1 for a file that is one line."""
    at = text.find(json.dumps(value, ensure_ascii=False))
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def districts(read: Districts | None) -> tuple[District, ...]:
    """The districts as the engine knows them. Call it only when no check found an error."""
    if read is None:
        return ()
    return tuple(
        District(
            code=row.code,
            names=row.name,
            kind=row.kind,
            area=Area(code=row.area, names=row.area_name),
            lon=row.lon,
            lat=row.lat,
            area_km2=row.area_km2,
            population=row.population,
            residents_estimate=row.residents_estimate,
        )
        for row in read.rows.values()
    )


def shapes(read: Districts | None) -> Shapes:
    """What the map of the city is made from."""
    if read is None:
        return Shapes()
    if read.shapes is None:
        return Shapes(attribution=read.file.attribution)
    return Shapes(
        geometries={code: geometry for code, geometry, _ in read.shapes},
        attribution=read.attribution or read.file.attribution,
    )
