"""What agencies send, read strictly as far as it is used. The rest of a resource must be JSON as FHIR writes it; it is not kept.

An element with a modifierExtension means something else than it says (FHIR R4, 2.4.1.1): such a resource is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    ValidationError,
)

from gorod.faces.api.fhir.elements import EXTENSION, TRANSLATION, Resource
from gorod.faces.api.fhir.outcome import Issue, invalid, unfit
from gorod.kernel.errors import BadInput

DEEPEST = 40  # levels of a resource
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Code = Annotated[str, StringConstraints(pattern=r"^[^\s]+(\s[^\s]+)*$", max_length=200)]
Number = StrictInt | StrictFloat
Days = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Part(BaseModel):
    """An element. What it does not name is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Extension(Part):
    """An extension; of its values those that ours have."""

    url: Text
    extension: list[Extension] = []
    valueString: Text | None = None
    valueCode: Code | None = None
    valueInteger: StrictInt | None = None
    valuePositiveInt: StrictInt | None = None
    valueReference: Reference | None = None


class Identifier(Part):
    """An identifier."""

    system: Text | None = None
    value: Text | None = None


class Reference(Part):
    """A reference, to a resource of this server or by an identifier."""

    reference: Text | None = None
    identifier: Identifier | None = None


class Coding(Part):
    """A code."""

    system: Text | None = None
    code: Code | None = None


class CodeableConcept(Part):
    """A concept."""

    coding: list[Coding] = []
    text: Text | None = None

    def codes(self, system: str) -> set[str]:
        """Its codes of a system."""
        return {one.code for one in self.coding if one.system == system and one.code}


class Period(Part):
    """A time from and to."""

    start: Text | None = None
    end: Text | None = None


class Extended(Part):
    """A primitive's extensions."""

    extension: list[Extension] = []


class _Resource(Part):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-.]{1,64}$")] | None = None
    identifier: list[Identifier] = []
    extension: list[Extension] = []

    def code_of(self, system: str) -> str:
        """The value of the identifier of a system, empty: none."""
        return next((one.value for one in self.identifier if one.system == system and one.value), "")

    def extended(self, name: str) -> Extension | None:
        """Our own extension of this name."""
        return next((one for one in self.extension if one.url == f"{EXTENSION}{name}"), None)


class Telecom(Part):
    """How to reach it."""

    system: Literal["phone", "fax", "email", "pager", "url", "sms", "other"] | None = None
    value: Annotated[Text, Field(max_length=40)] | None = None


class Address(Part):
    """Where it is."""

    text: Text | None = None
    line: list[Text] = []
    city: Text | None = None
    district: Text | None = None
    postalCode: Text | None = None

    def whole(self) -> str:
        """In one line."""
        town = " ".join(part for part in (self.postalCode, self.city) if part)
        return self.text or ", ".join(part for part in (*self.line, town) if part)


class Position(Part):
    """Degrees in WGS 84."""

    longitude: Number
    latitude: Number


class LocationIn(_Resource):
    """A Location."""

    resourceType: Literal["Location"]
    status: Literal["active", "suspended", "inactive"] | None = None
    language: Code | None = None
    name: Text
    name_also: Extended | None = Field(None, alias="_name")
    telecom: list[Telecom] = []
    address: Address
    position: Position | None = None

    def names(self, language: str) -> dict[str, str]:
        """The names by language; the one that is not a translation is in `language` unless the resource says another."""
        found = {self.language or language: self.name}
        for one in self.name_also.extension if self.name_also else ():
            parts = {part.url: part.valueString or part.valueCode or "" for part in one.extension}
            if one.url == TRANSLATION and parts.get("lang") and parts.get("content"):
                found.setdefault(parts["lang"], parts["content"])
        return found


class HumanName(Part):
    """A name."""

    text: Text | None = None
    family: Text | None = None
    given: list[Text] = []
    prefix: list[Text] = []

    def whole(self) -> str:
        """In one line."""
        return self.text or " ".join(part for part in (*self.prefix, *self.given, self.family) if part)


class PractitionerIn(_Resource):
    """A Practitioner."""

    resourceType: Literal["Practitioner"]
    active: StrictBool | None = None
    name: Annotated[list[HumanName], Field(min_length=1)]


class AvailableTime(Part):
    """Weekly hours."""

    daysOfWeek: Annotated[list[Days], Field(min_length=1)]
    allDay: StrictBool | None = None
    availableStartTime: Text | None = None
    availableEndTime: Text | None = None


class NotAvailable(Part):
    """An absence."""

    description: Text
    during: Period


class RoleIn(_Resource):
    """A PractitionerRole."""

    resourceType: Literal["PractitionerRole"]
    active: StrictBool | None = None
    period: Period | None = None
    practitioner: Reference | None = None
    location: list[Reference] = []
    healthcareService: list[Reference] = []
    specialty: list[CodeableConcept] = []
    code: list[CodeableConcept] = []
    availableTime: list[AvailableTime] = []
    notAvailable: list[NotAvailable] = []


class Participant(Part):
    """Who takes part."""

    type: list[CodeableConcept] = []
    actor: Reference | None = None
    status: Literal["accepted", "declined", "tentative", "needs-action"]


class AppointmentIn(_Resource):
    """An Appointment."""

    resourceType: Literal["Appointment"]
    status: Literal[
        "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error",
        "checked-in", "waitlist",
    ]  # fmt: skip
    cancelationReason: CodeableConcept | None = None
    serviceType: list[CodeableConcept] = []
    start: Text | None = None
    end: Text | None = None
    slot: list[Reference] = []
    participant: Annotated[list[Participant], Field(min_length=1)]


class PatientIn(_Resource):
    """A Patient, as far as it says who it is."""

    resourceType: Literal["Patient"]


class Parameter(Part):
    """One parameter of an operation."""

    name: Text
    valueReference: Reference | None = None
    valueString: Text | None = None
    valueDateTime: Text | None = None
    valueInstant: Text | None = None
    valueDate: Text | None = None
    valueCode: Code | None = None
    valueUri: Text | None = None
    valueInteger: StrictInt | None = None
    valueCoding: Coding | None = None
    valueCodeableConcept: CodeableConcept | None = None
    resource: dict[str, Any] | None = None

    def text(self) -> str | None:
        """The value as an address would carry it: `system|code` of a coding, the reference of a reference."""
        if self.valueReference is not None:
            return self.valueReference.reference
        coding = self.valueCoding
        if self.valueCodeableConcept is not None:
            coding = next(iter(self.valueCodeableConcept.coding), None)
        if coding is not None:
            return f"{coding.system or ''}|{coding.code or ''}"
        simple = (
            self.valueString,
            self.valueDateTime,
            self.valueInstant,
            self.valueDate,
            self.valueCode,
            self.valueUri,
        )
        found = next((one for one in simple if one is not None), None)
        return str(self.valueInteger) if found is None and self.valueInteger is not None else found


class ParametersIn(Part):
    """What an operation is given."""

    resourceType: Literal["Parameters"]
    parameter: list[Parameter] = []


Extension.model_rebuild()
Model = TypeVar("Model", bound=Part)


def read(model: type[Model], body: Any, *, kind: str) -> Model:
    """A resource of a kind. Raises BadInput with every issue and its place."""
    must_be_fhir(body, kind)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _wrong(error, kind) from error


def must_be_fhir(body: Any, kind: str) -> None:
    """Raises BadInput for what is no resource of this kind, and for JSON that FHIR does not write (R4, 2.6.2)."""
    if not isinstance(body, dict) or not isinstance(body.get("resourceType"), str):
        raise invalid("the body is no FHIR resource", code="structure", at=kind)
    if body["resourceType"] != kind:
        raise invalid(f"a {body['resourceType'][:40]} where a {kind} belongs", code="structure", at="resourceType")
    _must_be_written_well(body, kind, 0)


def _must_be_written_well(value: Any, at: str, depth: int) -> None:
    if depth > DEEPEST:
        raise invalid(f"more than {DEEPEST} levels", code="too-long", at=kind_of(at))
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "modifierExtension":
                raise unfit("a modifier extension is not understood", code="extension", at=f"{at}.{name}"[:400])
            if inner is None or inner in ("", [], {}):
                raise invalid("null and what is empty are left out in FHIR", code="structure", at=f"{at}.{name}"[:400])
            _must_be_written_well(inner, f"{at}.{name}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _must_be_written_well(inner, f"{at}[{index}]", depth + 1)


def kind_of(at: str) -> str:
    """The resource that a path begins with."""
    return at.partition(".")[0]


def _wrong(error: ValidationError, kind: str) -> BadInput:
    found = [
        Issue(code=_CODES.get(one["type"], "value"), text=one["msg"], at=_path(kind, one["loc"]))
        for one in error.errors()
    ]
    return BadInput(found[0].text, remedy="see docs/reference/fhir.md", issues=found)


_CODES: Mapping[str, str] = {"missing": "required", "literal_error": "code-invalid", "too_short": "required"}


def _path(kind: str, places: tuple[int | str, ...]) -> str:
    made = kind
    for one in places:
        made += f"[{one}]" if isinstance(one, int) else f".{one}"
    return made


def resource_id(body: Resource) -> str:
    """The id that a resource gives itself, empty: none."""
    found = body.get("id")
    return found if isinstance(found, str) else ""
