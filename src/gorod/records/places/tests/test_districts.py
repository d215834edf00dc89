"""Districts of the city and their shapes: own ones, or cells drawn from the centres."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import cos, hypot, radians
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from gorod.kernel.errors import NotFound
from gorod.records.places import api
from gorod.records.places.data import Area, District, Shapes
from gorod.records.places.tests.factories import district


@pytest.fixture(autouse=True)
def _leave_no_city_behind() -> Iterator[None]:
    yield
    api.configure(districts=())


def drawn(districts: list[District]) -> dict[str, Any]:
    api.configure(districts=districts)
    return {feature["id"]: shape(feature["geometry"]) for feature in api.shapes()["features"]}


@st.composite
def cities(draw: st.DrawFn) -> list[District]:
    """Up to forty centres, at least 100 m apart, anywhere from the equator to the far north and south."""
    lon, lat = draw(st.integers(-170, 170)), draw(st.integers(-75, 75))
    at = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=40, unique=True))
    sizes = st.floats(0.1, 60)
    return [district(f"d{i}", lon + x / 200, lat + y / 200, area_km2=draw(sizes)) for i, (x, y) in enumerate(at)]


@given(cities())
def test_every_cell_contains_its_centre_and_cells_leave_no_gap_and_no_overlap(city: list[District]) -> None:
    cells = drawn(city)
    assert list(cells) == [d.code for d in city]
    for d in city:
        assert cells[d.code].contains(shapely.Point(d.lon, d.lat))
    whole = list(cells.values())
    # a valid coverage: polygons meet only along edges whose corners are the very same numbers
    assert shapely.coverage_is_valid(whole)
    together = shapely.union_all(whole)
    assert together.geom_type == "Polygon"
    assert not together.interiors


@given(cities())
def test_a_cell_holds_what_is_nearest_to_its_centre(city: list[District]) -> None:

    shrink = cos(radians(sum(d.lat for d in city) / len(city)))
    for code, cell in drawn(city).items():
        inside = cell.representative_point()

        def far(d: District, inside: Any = inside) -> float:
            return hypot((d.lon - inside.x) * shrink, d.lat - inside.y)

        own = next(d for d in city if d.code == code)
        assert far(own) <= min(far(d) for d in city) + 1e-6


def test_neighbours_share_an_edge() -> None:
    cells = drawn([district("west", 37.0, 55.7), district("east", 37.1, 55.7)])
    border = shapely.intersection(cells["west"], cells["east"])
    assert border.geom_type == "LineString"
    assert border.centroid.x == pytest.approx(37.05, abs=1e-6)


def test_a_city_of_one_district_is_a_disc_as_large_as_the_district() -> None:

    (cell,) = drawn([district("only", 37.6, 60.0, area_km2=100)]).values()
    km2 = cell.area * 111.195**2 * cos(radians(60))
    assert km2 == pytest.approx(100, rel=0.02)


def test_districts_in_a_row_are_cut_across() -> None:
    """Centres on one line span no triangle: the usual way to draw cells fails on them."""
    cells = drawn([district(str(i), 37 + i / 10, 55.0) for i in range(4)])
    assert shapely.coverage_is_valid(list(cells.values()))
    assert [shapely.touches(cells["0"], cells[other]) for other in "123"] == [True, False, False]


def test_shapes_are_geojson_with_the_names_of_the_district() -> None:
    area = Area(code="N", names={"en": "North", "fr": "Nord"})
    api.configure(districts=[district("n1", 2.0, 48.0, area=area)], shapes=Shapes(attribution="© the surveyor"))
    made = json.loads(json.dumps(api.shapes()))
    assert made["type"] == "FeatureCollection"
    assert made["drawn"] is True
    assert made["attribution"] == "© the surveyor"
    (feature,) = made["features"]
    assert feature["type"] == "Feature"
    assert feature["id"] == "n1"
    assert feature["properties"] == {
        "code": "n1",
        "area": "N",
        "name_en": "District n1",
        "kind_en": "district",
        "area_name_en": "North",
        "area_name_fr": "Nord",
    }
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert shapely.LinearRing(ring).is_ccw


def test_a_city_without_districts_has_an_empty_map() -> None:
    api.configure(districts=())
    assert api.districts() == ()
    assert api.shapes()["features"] == []


def test_the_citys_own_shapes_are_used_and_their_credit_is_kept() -> None:
    clockwise = [[0, 0], [0, 3], [3, 3], [3, 0], [0, 0]]
    hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    high = [[5, 5, 120.0], [6, 5, 120.0], [6, 6, 120.0], [5, 5, 120.0]]
    own = Shapes(
        geometries={
            "a": {"type": "Polygon", "coordinates": [clockwise, hole]},
            "b": {"type": "MultiPolygon", "coordinates": [[high]]},
        },
        attribution="© somebody",
    )
    api.configure(districts=[district("a", 0.5, 0.5), district("b", 5.9, 5.5), district("c", 9, 9)], shapes=own)
    made = json.loads(json.dumps(api.shapes()))
    assert made["drawn"] is False
    assert made["attribution"] == "© somebody"
    a, b = made["features"]
    outer, inner = a["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw
    assert shape(a["geometry"]).area == 8
    assert b["geometry"]["type"] == "MultiPolygon"
    assert len(b["geometry"]["coordinates"][0][0][0]) == 2


def test_a_district_is_found_by_its_code() -> None:
    api.configure(districts=[district("a", 1, 1), district("b", 2, 2)])
    assert api.district(code="b").names == {"en": "District b"}
    assert [d.code for d in api.districts()] == ["a", "b"]
    with pytest.raises(NotFound, match=r"'x'.*districts.csv"):
        api.district(code="x")


def test_a_new_city_brings_its_own_map() -> None:
    api.configure(districts=[district("a", 1, 1)])
    assert [f["id"] for f in api.shapes()["features"]] == ["a"]
    api.configure(districts=[district("b", 2, 2)])
    assert [f["id"] for f in api.shapes()["features"]] == ["b"]
