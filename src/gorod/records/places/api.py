"""The door of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gorod.kernel.errors import NotFound
from gorod.records.places import logic
from gorod.records.places.data import District, Shapes

_districts: Mapping[str, District] = {}
_shapes = Shapes()
_collection: Mapping[str, Any] | None = None


def configure(*, districts: Sequence[District], shapes: Shapes | None = None) -> None:
    """Set the districts of the city in this process, and what its map is made from.

    Codes are unique and centres apart from each other: the catalogue checks it.
    """
    global _districts, _shapes, _collection
    _districts = {district.code: district for district in districts}
    _shapes, _collection = shapes or Shapes(), None


def districts() -> tuple[District, ...]:
    """Every district, in the order of the city's content."""
    return tuple(_districts.values())


def district(*, code: str) -> District:
    """One district. Raises NotFound."""
    try:
        return _districts[code]
    except KeyError:
        raise NotFound(f"no district has the code {code!r}", remedy="see districts.csv of the city's content") from None


def shapes() -> Mapping[str, Any]:
    """The districts as a GeoJSON FeatureCollection (RFC 7946): lon and lat in WGS 84, the code as `id` of each feature.

    Properties: `code`, `area` (its code), and for each language `name_<language>`, `kind_<language>`,
    `area_name_<language>`. The member `drawn` says that the city supplied no shapes and these cells were drawn from the
    centres: good for a map that colours districts, not for saying in which district a house stands. The member
    `attribution`, where present, must be shown on every map made from it.
    """
    global _collection
    if _collection is None:
        _collection = logic.collection(districts(), _shapes)
    return _collection
