"""A city's table of districts and its own shapes: read with lines, and judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gorod.catalogue import api
from gorod.records.places import api as places

CITY = """
name: {en: Brook, fr: Ruisseau}
languages: [en, fr]
time_zone: Europe/Paris
"""
MEANING = """\
columns:
  code: insee
  name: {en: name, fr: nom}
  kind: {en: sort, fr: sorte}
  area: bank
  area_name: {en: bank_en, fr: bank_fr}
  lon: x
  lat: y
  area_km2: km2
  population: census
attribution: © Table
shapes_code: id
"""
HEAD = "insee,name,nom,sort,sorte,bank,bank_en,bank_fr,x,y,km2,census,note"
MILL = "01,Mill,Moulin,district,quartier,L,Left bank,Rive gauche,2.30,48.85,3.5,1200,by the water"
FORD = "02,Ford,Gué,district,quartier,L,Left bank,Rive gauche,2.34,48.85,2.0,,"
HILL = "03,Hill,Colline,district,quartier,R,Right bank,Rive droite,2.32,48.88,4.0,800,"


def city(folder: Path, *, table: list[str] | None = None, meaning: str = MEANING, shapes: Any = None) -> Path:
    """A city with these districts. `shapes` is written as it is when a text, else as JSON."""
    (folder / "city.yaml").write_text(CITY)
    (folder / "districts.csv").write_text("\n".join(table or [HEAD, MILL, FORD, HILL]) + "\n")
    (folder / "districts.yaml").write_text(meaning)
    if shapes is not None:
        text = shapes if isinstance(shapes, str) else json.dumps(shapes)
        (folder / "districts.geojson").write_text(text)
    return folder


def found(folder: Path) -> list[str]:
    """What is wrong with districts."""
    return [str(problem) for problem in api.check(folder=folder) if problem.place.startswith("districts")]


def square(code: str, lon: float, lat: float, size: float = 0.01) -> dict[str, Any]:
    west, east, south, north = lon - size, lon + size, lat - size, lat + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"id": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "attribution": "© Brook", "features": list(features)}


MAP = collection(square("01", 2.30, 48.85), square("02", 2.34, 48.85), square("03", 2.32, 48.88))


def texts(folder: Path) -> None:
    """The texts without which no city is loaded."""
    (folder / "texts").mkdir()
    here = Path(__file__).resolve().parents[4] / "cities"
    any_city = next(path for path in here.iterdir() if (path / "texts" / "en.yaml").exists())
    for language in ("en", "fr"):
        (folder / "texts" / f"{language}.yaml").write_text((any_city / "texts" / "en.yaml").read_text())


def test_a_good_table_is_read_as_the_city_says(tmp_path: Path) -> None:
    assert found(city(tmp_path)) == []
    texts(tmp_path)
    loaded = api.load(folder=tmp_path)
    mill, ford, _ = loaded.districts
    assert (mill.code, mill.names, mill.kind["fr"]) == ("01", {"en": "Mill", "fr": "Moulin"}, "quartier")
    assert (mill.area.code, mill.area.names["en"]) == ("L", "Left bank")
    assert (mill.lon, mill.lat, mill.area_km2, mill.population) == (2.30, 48.85, 3.5, 1200)
    assert ford.population is None
    assert (loaded.shapes.geometries, loaded.shapes.attribution) == (None, "© Table")


def test_an_installed_city_has_its_districts_and_its_own_shapes(tmp_path: Path) -> None:
    texts(city(tmp_path, shapes=MAP))
    try:
        api.install(city=api.load(folder=tmp_path))
        assert places.district(code="03").names["fr"] == "Colline"
        made = places.shapes()
        assert (made["drawn"], made["attribution"], len(made["features"])) == (False, "© Brook", 3)
    finally:
        places.configure(districts=())


def test_a_city_needs_no_districts(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(CITY)
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([HEAD, MILL, FORD, HILL.replace("03,", "01,")], "districts.csv:4: the code 01 stands in line 2 already"),
        ([HEAD, MILL, FORD.replace("Gué", "")], "districts.csv:3: 02 has nothing in nom; write it in fr"),
        ([HEAD, MILL, FORD.replace("Rive gauche", " ")], "districts.csv:3: 02 has nothing in bank_fr; write it in fr"),
        ([HEAD, MILL, FORD.replace("Left bank", "Lower bank")], "districts.csv:3: L is called "),
        ([HEAD, MILL, FORD.replace("48.85", "148.85")], "districts.csv:3: 02 lies at lon 2.34, lat 148.85"),
        (
            [HEAD, MILL, FORD, HILL.replace("2.32,48.88", "48.88,2.32")],
            "districts.csv:4: 03 lies 6194 km from the middle of the city",
        ),
        ([HEAD, MILL, FORD.replace("2.34", "2.30")], "districts.csv:3: 02 lies where 01 of line 2 does"),
        ([HEAD, MILL, FORD.replace("2.34", "2,34")], "districts.csv:3: more values than columns"),
        ([HEAD, MILL, FORD.replace("2.34", "2°20")], "districts.csv:3: lon (x): Input should be a valid number"),
        ([HEAD, MILL, FORD.replace("2.34", "nan")], "districts.csv:3: lon (x): Input should be a finite number"),
        ([HEAD, MILL, FORD.replace(",2.0,", ",0,")], "districts.csv:3: area_km2 (km2): Input should be greater than 0"),
        ([HEAD, MILL.replace("1200", "many")], "districts.csv:2: population (census): Input should be a valid integer"),
        ([HEAD, MILL.replace("01,", ",")], "districts.csv:2: code (insee): String should have at least 1 character"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, table: list[str], expected: str) -> None:
    problems = found(city(tmp_path, table=table))
    assert len(problems) == 1
    assert problems[0].startswith(expected)


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        (MEANING.replace("nom}", "name_fr}"), "districts.yaml:3: districts.csv has no column 'name_fr'; one of insee"),
        (MEANING.replace(", fr: nom", ""), "districts.yaml:3: no column for name in fr"),
        (MEANING.replace("  lat: y\n", ""), "districts.yaml:1: columns.lat: Field required"),
        (MEANING.replace("lat: y", "lat: [y"), "districts.yaml:9: not YAML"),
    ],
)
def test_a_wrong_meaning_is_named(tmp_path: Path, meaning: str, expected: str) -> None:
    assert [p for p in found(city(tmp_path, meaning=meaning)) if p.startswith(expected)]


def test_a_table_that_nothing_explains_is_refused(tmp_path: Path) -> None:
    (city(tmp_path) / "districts.yaml").unlink()
    assert found(tmp_path)[0].startswith("districts.csv:1: nothing says what its columns mean")


def test_shapes_without_a_table_are_refused(tmp_path: Path) -> None:
    (city(tmp_path, shapes=MAP) / "districts.csv").unlink()
    assert [p.split(";")[0] for p in found(tmp_path)] == [
        "districts.geojson:1: it stands without districts.csv",
        "districts.yaml:1: it stands without districts.csv",
    ]


BOW = {"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.9], [2.4, 48.8], [2.3, 48.9], [2.3, 48.8]]]}


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ("{", "districts.geojson:1: not JSON"),
        ({"type": "Topology"}, "districts.geojson:1: no FeatureCollection"),
        (collection(*MAP["features"][:2]), "districts.csv:4: districts.geojson has no shape of 03"),
        (collection(*MAP["features"], square("01", 2, 48)), "districts.geojson:1: 01 has two shapes"),
        (collection(*MAP["features"], square("9", 2, 48)), "districts.geojson:1: no district has the code '9'"),
        (collection(*MAP["features"], {"properties": {}}), "districts.geojson:1: feature 3 has no property 'id'"),
        (
            collection(*MAP["features"][:2], {"properties": {"id": "03"}, "geometry": BOW}),
            "districts.geojson:1: the shape of 03: Self-intersection",
        ),
        (
            collection(*MAP["features"][:2], {"properties": {"id": "03"}, "geometry": {"type": "Point"}}),
            "districts.geojson:1: the shape of 03 is no area",
        ),
        (
            collection(*MAP["features"][:2], square("03", 4_000_000, 6_000_000)),
            "districts.geojson:1: the shape of 03 leaves the Earth",
        ),
        (
            collection(*MAP["features"][:2], square("03", 2.5, 48.88)),
            "districts.geojson:1: the centre of 03 lies outside its shape",
        ),
    ],
)
def test_a_wrong_shape_is_named(tmp_path: Path, shapes: Any, expected: str) -> None:
    assert [p for p in found(city(tmp_path, shapes=shapes)) if p.startswith(expected)]


def test_the_line_of_a_shape_is_found_where_features_have_lines(tmp_path: Path) -> None:
    wrong = collection(*MAP["features"], square("9", 2, 48))
    (problem,) = found(city(tmp_path, shapes=json.dumps(wrong, indent=1)))
    line = json.dumps(wrong, indent=1).split("\n").index('    "id": "9"') + 1
    assert problem.startswith(f"districts.geojson:{line}: no district has the code '9'")
