"""A registered birth as OpenCRVS tells it: which Patient is the child, the mother, the father."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gorod.faces.api.adapters.opencrvs import fhir
from gorod.faces.api.adapters.opencrvs.content import PARENTS, Parent
from gorod.kernel.errors import BadInput

TOPIC = "BIRTH_REGISTERED"
NUMBER = "BIRTH_REGISTRATION_NUMBER"

Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class RegisteredBirth:
    """A birth. `parents`: those who can be told; `none`: those whom the record has no section for. A parent in neither is
    one of whom the message does not say who they are. `registered_at` is aware."""

    number: str
    registered_at: datetime
    child: fhir.Patient
    parents: Mapping[Parent, fhir.Patient]
    none: frozenset[Parent]


def read(delivery: object, *, sections: Collection[str]) -> RegisteredBirth:
    """Read the parsed body of a webhook. `sections`: what a client of type Webhook was given; a message to it has no
    Composition, and the persons are told by the child's number, the informant and elimination.

    Raises BadInput when it is no registered birth.
    """
    said = _part(fhir.Delivery, delivery, "the body")
    if said.event.hub.topic != TOPIC:
        raise BadInput(f"{said.event.hub.topic} is not taken", remedy=f"subscribe this address to {TOPIC} only")
    resources = _resources(said.event.context)
    task = _task(resources)
    patients = {patient.id: patient for patient in _all(fhir.Patient, resources)}
    compositions = _all(fhir.Composition, resources)
    if compositions:
        return _by_sections(compositions[0], task, patients, said)
    informants = _all(fhir.RelatedPerson, resources)
    return _by_elimination(informants, task, patients, said, sections)


def _part(model: type[Part], value: object, where: str) -> Part:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{where}: {place}: {first['msg']}", remedy="see docs/how-to/connect-opencrvs.md for what is read"
        ) from error


def _resources(context: object) -> list[dict[str, Any]]:
    if not isinstance(context, list) or len(context) != 1:
        raise BadInput("context is not one bundle", remedy="OpenCRVS 1.x sends one in a list")
    bundle = _part(fhir.Bundle, context[0], "context.0")
    if bundle.resourceType != "Bundle":
        raise BadInput(f"context.0 is a {bundle.resourceType}, no Bundle", remedy="send a FHIR bundle")
    known_by_url = [{"id": fhir.Reference(reference=entry.fullUrl).id, **entry.resource} for entry in bundle.entry]
    return [resource for resource in known_by_url if isinstance(resource.get("resourceType"), str)]


def _all(model: type[Part], resources: list[dict[str, Any]]) -> list[Part]:
    kind = model.__name__
    return [_part(model, resource, kind) for resource in resources if resource["resourceType"] == kind]


def _task(resources: list[dict[str, Any]]) -> fhir.Task:
    tasks = _all(fhir.Task, resources)
    if not tasks:
        raise BadInput("the bundle has no Task", remedy="OpenCRVS sends the registration's number in it")
    task = next((task for task in tasks if task.registration_number), tasks[0])
    if "BIRTH" not in task.code.codes:
        raise BadInput(
            f"the Task is of {', '.join(sorted(task.code.codes)) or 'no type'}", remedy="only BIRTH is taken"
        )
    if not task.registration_number:
        raise BadInput("the Task has no birth registration number", remedy="send it when the birth is registered")
    return task


def _by_sections(
    composition: fhir.Composition, task: fhir.Task, patients: Mapping[str, fhir.Patient], said: fhir.Delivery
) -> RegisteredBirth:
    """A whole document: its Composition says who is who, and who is not in the record."""
    ids: dict[str, str] = {}
    for section in composition.section:
        for code in section.code.codes:
            ids.setdefault(code, section.entry[0].id if section.entry else "")
    child = patients.get(ids.get("child-details", ""))
    if child is None:
        raise BadInput("no Patient for the section child-details", remedy="send the child's details")
    found = {parent: patients.get(ids.get(f"{parent}-details", "")) for parent in PARENTS}
    return _birth(
        task,
        said,
        child=child,
        parents={parent: patient for parent, patient in found.items() if patient is not None},
        none=frozenset(parent for parent in PARENTS if f"{parent}-details" not in ids),
    )


def _by_elimination(
    informants: Collection[fhir.RelatedPerson],
    task: fhir.Task,
    patients: Mapping[str, fhir.Patient],
    said: fhir.Delivery,
    sections: Collection[str],
) -> RegisteredBirth:
    """Without a Composition: the child carries the number, the informant may be a parent, and what is left is told by what
    the client was given. Nobody is guessed."""
    children = [
        patient for patient in patients.values() if patient.identifiers().get(NUMBER) == task.registration_number
    ]
    if len(children) != 1:
        raise BadInput(
            f"{len(children)} Patients carry the registration number",
            remedy="give the client the section child-details",
        )
    parents: dict[Parent, fhir.Patient] = {}
    for informant in informants:
        codes = {code.upper() for relation in informant.relationship for code in relation.codes}
        for parent in PARENTS:
            if parent.upper() in codes and informant.patient.id in patients:
                parents[parent] = patients[informant.patient.id]
    told = {children[0].id, *(informant.patient.id for informant in informants)}
    left = [patient for patient in patients.values() if patient.id not in told]
    open_ = [parent for parent in PARENTS if parent not in parents and f"{parent}-details" in sections]
    if len(left) == 1 and len(open_) == 1:
        parents[open_[0]] = left[0]
        left, open_ = [], []
    return _birth(task, said, child=children[0], parents=parents, none=frozenset() if left else frozenset(open_))


def _birth(
    task: fhir.Task,
    said: fhir.Delivery,
    *,
    child: fhir.Patient,
    parents: Mapping[Parent, fhir.Patient],
    none: frozenset[Parent],
) -> RegisteredBirth:
    number = task.registration_number
    if child.identifiers().get(NUMBER, number) != number:
        raise BadInput("the child carries another registration number than the Task", remedy="correct one of them")
    if {child.id} & {patient.id for patient in parents.values()}:
        raise BadInput("the child is also a parent", remedy="correct the sections")
    return RegisteredBirth(
        number=number, registered_at=task.lastModified or said.timestamp, child=child, parents=parents, none=none
    )
