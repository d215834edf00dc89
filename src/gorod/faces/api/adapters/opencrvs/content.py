"""What a city makes of a birth registered in OpenCRVS: `adapters/opencrvs.yaml` in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.kernel.errors import NotFound

FILE = "adapters/opencrvs.yaml"

Parent = Literal["mother", "father"]
Section = Literal["child-details", "mother-details", "father-details", "informant-details"]
NamePart = Literal["family", "given", "first_given", "other_given"]

PARENTS: tuple[Parent, ...] = ("mother", "father")
VALUES = ("registration_number", "registered_on", "birth_date")
_PERSONS = [f"{person}{part}" for person in ("child", *PARENTS) for part in ("", ".identifiers", ".names")]
_PLACEHOLDERS = {f"${name}" for name in (*VALUES, *_PERSONS)}
_OPTIONAL = {f"${name}?" for name in _PERSONS if not name.startswith("child")}

_files: dict[Path, BirthFile] = {}


class BirthFile(BaseModel):
    """adapters/opencrvs.yaml: the event that a birth registered in OpenCRVS becomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str = Field(description="the type of the city's event")
    sender: str = Field(description="the agency that runs OpenCRVS: the event is its word")
    source: str = Field(
        default="/opencrvs",
        min_length=1,
        max_length=200,
        description="CloudEvents source; the id is the registration number",
    )
    identifiers: dict[str, str] = Field(
        min_length=1, description="identifier type of OpenCRVS, e.g. NATIONAL_ID → kind of identifier in this city"
    )
    names: dict[str, NamePart] = Field(
        default={"family_name": "family", "given_name": "given"},
        description="part of a name in this city → part in OpenCRVS; other_given: all given names after the first",
    )
    languages: list[str] = Field(
        default=[], description="names in the first of these that the record has; else in the first it has"
    )
    sections: list[Section] = Field(
        default=[],
        description="what a client of type Webhook was given, all of it: a parent whose section is here and who is not "
        "sent is not in the record. Not needed for a client that is sent the whole document",
    )
    none_when_unavailable: list[Parent] = Field(
        default=[], description="parents for whom 'details are not available' means that the record names none"
    )
    data: dict[str, Any] = Field(
        description="the event's data. $child, $mother, $father are persons, $child.identifiers and $child.names their "
        "parts; $birth_date, $registration_number, $registered_on. $father? is left out when the record names none"
    )


def of(city: City) -> BirthFile:
    """The file of a city, read when it is first used and kept for the life of the process.

    Raises NotFound when the city takes nothing from OpenCRVS, CityRefused with all that is wrong in the file.
    """
    if city.folder not in _files:
        _files[city.folder] = read(city)
    return _files[city.folder]


def read(city: City) -> BirthFile:
    """The file as it is now. Raises as `of` does."""
    if not (city.folder / FILE).exists():
        raise NotFound("this city takes nothing from OpenCRVS", remedy=f"it would say how in {FILE}")
    return catalogue.read_file(
        folder=city.folder,
        name=FILE,
        model=BirthFile,
        misfits=lambda file: _does_not_fit(file, city),
        remedy="see docs/how-to/connect-opencrvs.md",
    )


def _does_not_fit(file: BirthFile, city: City) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What the city does not know, as way in the file and problem."""
    known = city.event_types.get(file.event)
    if known is None:
        yield ("event",), f"event: the city has no event type {file.event}"
    if file.sender not in (known.senders if known is not None and known.senders else tuple(city.agencies)):
        yield ("sender",), f"sender: no agency {file.sender} sends {file.event}"
    if known is not None:
        schemes = {scheme for person in known.persons for scheme in person.match}
        for type, scheme in file.identifiers.items():
            if scheme not in schemes:
                yield ("identifiers", type), f"identifiers.{type}: nobody in {file.event} is matched by {scheme}"
    for way, placeholder in _placeholders(file.data, ("data",)):
        if placeholder not in _PLACEHOLDERS | _OPTIONAL:
            yield way, f"{'.'.join(map(str, way))}: no {placeholder}; there are {', '.join(sorted(_PLACEHOLDERS))}"


def _placeholders(part: Any, way: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(part, str) and part.startswith("$"):
        yield way, part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _placeholders(value, (*way, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _placeholders(value, (*way, index))
