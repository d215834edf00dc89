"""What there is: each resource with what can be done with it. Addresses and the CapabilityStatement are both made from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gorod.faces.api.fhir import appointments, elements, operations, patients, roles, supply
from gorod.faces.api.fhir.asking import Asking
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.searching import Page, Query

IHE = "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of resource. `parameters`: of its search, with their types; `code`: the system of the identifier that it is created
    with, for If-None-Exist."""

    name: str
    about: str
    read: Callable[[Asking, str], Resource]
    search: Callable[[Asking, Query], Page]
    parameters: Mapping[str, str]
    create: Callable[[Asking, Resource], Resource] | None = None
    update: Callable[[Asking, str, Resource], Resource] | None = None
    include: tuple[str, ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)

    def search_names(self) -> list[str]:
        """The parameters of its search, modifiers among them."""
        modified = [f"{name}:{how}" for name in self.parameters if name == "name" for how in ("exact", "contains")]
        return [*self.parameters, *modified, *(["_include"] if self.include else [])]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="Appointment",
            about="Who has which time. Ids that $find gives out are read too: what there could be.",
            read=appointments.read_appointment,
            search=appointments.search_appointments,
            parameters={
                "actor": "reference", "date": "date", "identifier": "token", "location": "reference",
                "patient": "reference", "patient.identifier": "token", "practitioner": "reference",
                "service-type": "token", "status": "token",
            },
            create=appointments.create_appointment,
            update=appointments.update_appointment,
            include=("Appointment:actor", "Appointment:location", "Appointment:patient", "Appointment:practitioner"),
            operations={"find": f"{IHE}find", "hold": f"{IHE}hold", "book": f"{IHE}book"},
        ),
        Kind(
            name="HealthcareService",
            about="A service at a location.",
            read=supply.read_offer,
            search=supply.search_offers,
            parameters={"location": "reference", "service-type": "token"},
        ),
        Kind(
            name="Location",
            about="Where one goes.",
            read=supply.read_location,
            search=supply.search_locations,
            parameters={"identifier": "token", "name": "string"},
            create=supply.create_location,
            update=supply.update_location,
        ),
        Kind(
            name="Patient",
            about="Who is booked for: who it is, and the name when the header Purpose says what for.",
            read=patients.read_patient,
            search=patients.search_patients,
            parameters={"identifier": "token"},
        ),
        Kind(
            name="Practitioner",
            about="Who is booked.",
            read=supply.read_practitioner,
            search=supply.search_practitioners,
            parameters={"identifier": "token", "name": "string"},
            create=supply.create_practitioner,
            update=supply.update_practitioner,
        ),
        Kind(
            name="PractitionerRole",
            about="Weekly hours for a service, and absences: creating and changing one makes the slots.",
            read=roles.read_role,
            search=roles.search_roles,
            parameters={
                "location": "reference", "practitioner": "reference", "service": "reference", "specialty": "token",
            },
            create=roles.create_role,
            update=roles.update_role,
        ),
        Kind(
            name="Schedule",
            about="A plan: made by PractitionerRole.",
            read=supply.read_schedule,
            search=supply.search_schedules,
            parameters={"actor": "reference", "service-type": "token"},
        ),
        Kind(
            name="Slot",
            about="A time, made by PractitionerRole.",
            read=supply.read_slot,
            search=supply.search_slots,
            parameters={"schedule": "reference", "service-type": "token", "start": "date", "status": "token"},
        ),
    )
}  # fmt: skip
CODE_OF = {"Location": elements.LOCATION, "Practitioner": elements.PRACTITIONER}
OPERATIONS = {"hold": operations.hold, "book": operations.book}
