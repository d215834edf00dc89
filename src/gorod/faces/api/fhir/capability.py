"""The CapabilityStatement: what this server does, made from what it has."""

from __future__ import annotations

from typing import Any

from gorod.catalogue import api as catalogue
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.kinds import CODE_OF, KINDS, Kind
from gorod.faces.api.fhir.searching import EVERYWHERE

SEARCHED = "http://hl7.org/fhir/SearchParameter/"
OAUTH = "http://terminology.hl7.org/CodeSystem/restful-security-service"
MADE = "2026-11-28"


def statement(base: str) -> Resource:
    """Of this server."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": MADE,
        "kind": "instance",
        "software": {"name": "Gorod"},
        "implementation": {"description": f"Booking: {catalogue.current().folder.name}", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "service": [{"coding": [{"system": OAUTH, "code": "OAuth"}]}],
                    "description": "OAuth 2.0 client credentials at /identity/o/api/token, scope `scheduling`. An agency sees and "
                    "changes what is at its own locations.",
                },
                "resource": [_resource(kind) for kind in KINDS.values()],
            }
        ],
    }


def _resource(kind: Kind) -> dict[str, Any]:
    interactions = ["read", "search-type"]
    interactions += ["create"] if kind.create else []
    interactions += ["update"] if kind.update else []
    made: dict[str, Any] = {
        "type": kind.name,
        "documentation": kind.about,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update" if kind.update else "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": kind.name in CODE_OF,
        "conditionalRead": "not-match",
        "referencePolicy": ["literal", "logical"] if kind.name == "Appointment" else ["literal"],
        "searchParam": [
            {"name": name, "type": type}
            for name, type in (*kind.parameters.items(), *EVERYWHERE.items())
            if type != "special" and name != "_count"
        ],
    }
    if kind.include:
        made["searchInclude"] = list(kind.include)
    if kind.operations:
        made["operation"] = [{"name": name, "definition": url} for name, url in kind.operations.items()]
    return made
