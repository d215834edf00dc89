"""The parts of FHIR that a registered birth is read from.

What OpenCRVS 1.x calls FHIR is no release of it: mostly STU3, partly older. Where it and R4 (4.0.1) differ both are read:
`family` as text or list, the type of an identifier as text or CodeableConcept, `relationship` as one or a list, the language
of a name as its `use` or as the extension of R4. Everything else in a resource is left alone.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

LANGUAGE = "http://hl7.org/fhir/StructureDefinition/language"
REGISTRATION_NUMBER = "http://opencrvs.org/specs/id/birth-registration-number"

Text = Annotated[str, StringConstraints(strip_whitespace=True)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _joined(value: Any) -> Any:
    return " ".join(str(part) for part in value if part) if isinstance(value, list) else value


def _without_nulls(value: Any) -> Any:
    return [part for part in value if part is not None] if isinstance(value, list) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _absent(cls, data: Any) -> Any:
        """A null is the same as nothing."""
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data


class Coding(_Part):
    """A code of some system."""

    code: Text = ""


class Concept(_Part):
    """A CodeableConcept; older releases write the bare code."""

    coding: tuple[Coding, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"coding": [{"code": data}]} if isinstance(data, str) else data

    @property
    def codes(self) -> set[str]:
        """The codes of all its codings."""
        return {coding.code for coding in self.coding}


class Reference(_Part):
    """A reference to another resource of the bundle."""

    reference: Text = ""

    @property
    def id(self) -> str:
        """The id alone, of `Patient/<id>`, `/fhir/Patient/<id>/_history/<version>` or `urn:uuid:<id>`."""
        return self.reference.split("/_history/")[0].rsplit("/", 1)[-1].removeprefix("urn:uuid:")


class Identifier(_Part):
    """A number: a Patient's says its `type`, a Task's its `system`."""

    system: Text = ""
    type: Concept = Concept()
    value: Text = ""


class Extension(_Part):
    """An extension with a code."""

    url: Text = ""
    valueCode: Text = ""


class Name(_Part):
    """A name in one language. `given` has every given name of its own."""

    use: Text = ""
    family: Annotated[Text, BeforeValidator(_joined)] = ""
    given: Annotated[tuple[Text, ...], BeforeValidator(_without_nulls)] = ()
    extension: tuple[Extension, ...] = ()

    @property
    def language(self) -> str:
        """The language it is written in; OpenCRVS puts it where FHIR has the use."""
        return next((part.valueCode for part in self.extension if part.url == LANGUAGE), self.use)


class Patient(_Part):
    """A person. `active` false: their details are not available."""

    id: Text = Field(min_length=1)
    active: bool = True
    identifier: tuple[Identifier, ...] = ()
    name: tuple[Name, ...] = ()
    birthDate: Text = ""

    def identifiers(self) -> dict[str, str]:
        """OpenCRVS identifier type → number; blank ones are none, the first of a type counts."""
        found: dict[str, str] = {}
        for number in self.identifier:
            for code in sorted(number.type.codes - {""}):
                if number.value:
                    found.setdefault(code, number.value)
        return found


class RelatedPerson(_Part):
    """Who informed the registry, and how they are related."""

    relationship: Annotated[tuple[Concept, ...], BeforeValidator(_listed)] = ()
    patient: Reference = Reference()


class Section(_Part):
    """A section of the document."""

    code: Concept = Concept()
    entry: tuple[Reference, ...] = ()


class Composition(_Part):
    """The document's table of contents."""

    section: tuple[Section, ...] = ()


class Task(_Part):
    """The state of a registration."""

    code: Concept = Concept()
    identifier: tuple[Identifier, ...] = ()
    lastModified: AwareDatetime | None = None

    @property
    def registration_number(self) -> str:
        """The number of the birth's registration; empty before it is registered."""
        return next((number.value for number in self.identifier if number.system == REGISTRATION_NUMBER), "")


class Entry(_Part):
    """An entry of a bundle, its resource not read yet."""

    fullUrl: Text = ""
    resource: dict[str, Any] = Field(default_factory=dict)


class Bundle(_Part):
    """A bundle."""

    resourceType: str
    entry: tuple[Entry, ...] = ()


class Hub(_Part):
    """What was subscribed to."""

    topic: Text


class Happening(_Part):
    """What happened. `context` is read according to the topic."""

    hub: Hub
    context: Any = None


class Delivery(_Part):
    """The body of a webhook: `timestamp` is when it was put into the queue."""

    timestamp: AwareDatetime
    event: Happening
