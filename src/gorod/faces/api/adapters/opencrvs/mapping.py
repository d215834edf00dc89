"""From a registered birth to the city's event, as its content says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from gorod.engines.intake.data import CloudEvent
from gorod.faces.api.adapters.opencrvs import fhir
from gorod.faces.api.adapters.opencrvs.birth import NUMBER, RegisteredBirth
from gorod.faces.api.adapters.opencrvs.content import PARENTS, BirthFile, Parent
from gorod.kernel import clock
from gorod.kernel.errors import BadInput

UNMATCHED = "opencrvs"
"""The kind of identifier under which a person without a usable number appears: no city matches by it, so the event is parked,
and the clerk finds the person in OpenCRVS by it."""

_LEFT_OUT = object()


def event(birth: RegisteredBirth, file: BirthFile) -> CloudEvent:
    """The event. The same registration has the same source and id for ever. Raises BadInput when the child has no birth date."""
    if not birth.child.birthDate:
        raise BadInput("the child has no birth date", remedy="send birthDate of the child's Patient")
    values: dict[str, Any] = {
        "registration_number": birth.number,
        "registered_on": clock.city_date(birth.registered_at).isoformat(),
        "birth_date": birth.child.birthDate,
        **_parts("child", _person(birth.child, birth.child.identifiers() | {NUMBER: birth.number}, file)),
    }
    for parent in PARENTS:
        values |= _parts(parent, _parent(birth, parent, file))
        if _is_none(birth, parent, file):
            values |= {f"{name}?": _LEFT_OUT for name in _parts(parent, {})}
    return CloudEvent(
        id=birth.number,
        source=file.source,
        type=file.event,
        time=birth.registered_at.astimezone(UTC),
        data=_filled(file.data, values),
    )


def _is_none(birth: RegisteredBirth, parent: Parent, file: BirthFile) -> bool:
    """Whether the record names no such parent. That the message does not say who they are is something else."""
    patient = birth.parents.get(parent)
    if patient is None:
        return parent in birth.none
    return not patient.active and parent in file.none_when_unavailable


def _parent(birth: RegisteredBirth, parent: Parent, file: BirthFile) -> dict[str, Any]:
    patient = birth.parents.get(parent)
    if patient is None:
        return {"identifiers": {UNMATCHED: f"birth registration {birth.number}"}}
    return _person(patient, patient.identifiers(), file)


def _person(patient: fhir.Patient, numbers: Mapping[str, str], file: BirthFile) -> dict[str, Any]:
    identifiers: dict[str, str] = {}
    for type, scheme in file.identifiers.items():
        if type in numbers:
            identifiers.setdefault(scheme, numbers[type])
    person: dict[str, Any] = {"identifiers": identifiers or {UNMATCHED: f"Patient/{patient.id}"}}
    if names := _names(patient.name, file):
        person["names"] = names
    return person


def _names(names: Iterable[fhir.Name], file: BirthFile) -> dict[str, str]:
    written = [name for name in names if name.family or any(name.given)]
    by_language = {name.language: name for name in reversed(written)}
    chosen = next((by_language[language] for language in file.languages if language in by_language), None)
    name = chosen or (written[0] if written else fhir.Name())
    given = [part for part in name.given if part]
    parts = {
        "family": name.family,
        "given": " ".join(given),
        "first_given": " ".join(given[:1]),
        "other_given": " ".join(given[1:]),
    }
    return {ours: parts[theirs] for ours, theirs in file.names.items() if parts[theirs]}


def _parts(name: str, person: Mapping[str, Any]) -> dict[str, Any]:
    """The placeholders of a person."""
    return {
        name: person,
        f"{name}.identifiers": person.get("identifiers", {}),
        f"{name}.names": person.get("names", {}),
    }


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with every placeholder replaced; `$name?` is `$name` unless it is left out."""
    match template:
        case str() if template.startswith("$"):
            name = template.removeprefix("$")
            return values.get(name, values[name.removesuffix("?")])
        case str():
            return str(template)
        case dict():
            filled = {str(key): _filled(part, values) for key, part in template.items()}
            return {key: part for key, part in filled.items() if part is not _LEFT_OUT}
        case list():
            return [part for part in (_filled(part, values) for part in template) if part is not _LEFT_OUT]
    return template
