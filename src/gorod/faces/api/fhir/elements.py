"""The parts that resources are made of, and the names of our own systems in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from gorod.kernel import clock
from gorod.kernel.canonical import digest

Resource = dict[str, Any]

SERVICE = "urn:gorod:service"  # CodeSystem: the services of the city
LOCATION = "urn:gorod:location"  # identifiers: the code of a location
PRACTITIONER = "urn:gorod:practitioner"  # identifiers: the code of a provider
AGENCY = "urn:gorod:agency"
APPOINTMENT = "urn:ietf:rfc:3986"  # identifiers: urn:uuid:…
PERSON = "urn:gorod:identifier:"  # + scheme: strong identifiers of people
EXTENSION = "urn:gorod:fhir:"  # + name: see docs/reference/fhir.md
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
CANCELLED_FOR = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_DERIVED = UUID("3f0c3a52-9d0b-5a0e-8a43-6d2f6d0a6b11")  # namespace of ids of what has no row of its own


def derived_id(*parts: object) -> str:
    """The id of something that is made of other things, always the same for the same ones."""
    return str(uuid5(_DERIVED, "/".join(str(part) for part in parts)))


def role_id(provider_id: UUID, service: str) -> str:
    """The id of a PractitionerRole: a provider and a service."""
    return derived_id("role", provider_id, service)


def offer_id(location_id: UUID, service: str) -> str:
    """The id of a HealthcareService: a service at a location."""
    return derived_id("service", location_id, service)


def instant(moment: datetime) -> str:
    """An instant, by the city's clock with its offset."""
    return clock.in_city(moment).isoformat(timespec="seconds")


def meta(version: int | str, changed_at: datetime) -> dict[str, str]:
    """The version of a resource."""
    return {"versionId": str(version), "lastUpdated": changed_at.astimezone(UTC).isoformat(timespec="milliseconds")}


def with_version(resource: Resource, changed_at: datetime) -> Resource:
    """A resource that has no version number of its own: its version is a digest of what it says."""
    return {**resource, "meta": meta(digest(resource)[:16], changed_at)}


def reference(kind: str, resource_id: object, display: str = "") -> dict[str, str]:
    """A reference to a resource of this server."""
    made = {"reference": f"{kind}/{resource_id}", "type": kind}
    return {**made, "display": display} if display else made


def coded(system: str, code: str, text: str = "") -> dict[str, Any]:
    """A CodeableConcept of one code."""
    coding = {"system": system, "code": code}
    if text:
        coding["display"] = text
    return {"coding": [coding], "text": text or code}


def extension(name: str, kind: str, value: object) -> dict[str, Any]:
    """One of our own extensions. `kind`: the type as FHIR writes it in `value[x]`."""
    return {"url": f"{EXTENSION}{name}", f"value{kind}": value}


def translated(names: Mapping[str, str], language: str) -> dict[str, Any]:
    """A name in one language, the others in the standard extension for translations."""
    first = language if language in names else next(iter(names))
    others = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": one}, {"url": "content", "valueString": name}],
        }
        for one, name in names.items()
        if one != first
    ]
    made: dict[str, Any] = {"language": first, "name": names[first]}
    return {**made, "_name": {"extension": others}} if others else made


def minutes(length: timedelta) -> int:
    """Whole minutes."""
    return int(length.total_seconds() // 60)
