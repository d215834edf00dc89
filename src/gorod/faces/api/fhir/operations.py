"""The operations of IHE Scheduling (ITI-115 to ITI-117): find what there could be, hold it, book it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Slot, Status
from gorod.faces.api.fhir import elements, patients, showing
from gorod.faces.api.fhir.appointments import (
    KIND,
    become,
    make,
    must_be_whole,
    own_appointment,
    own_slot,
    proposal,
    slot_of,
    whom,
)
from gorod.faces.api.fhir.asking import Asking
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.outcome import Issue, invalid, issues_of, unfit
from gorod.faces.api.fhir.reading import AppointmentIn, Parameter, ParametersIn, PatientIn, read
from gorod.faces.api.fhir.searching import Page, Query, id_of, span, uuid_of, uuids
from gorod.kernel.errors import NotFound, Refused

FIND = {
    "start": "dateTime", "end": "dateTime", "specialty": "token", "visit-type": "token", "service-type": "token",
    "practitioner": "reference", "location-reference": "reference", "location": "reference",
    "location-string": "string", "patient-reference": "reference",
}  # fmt: skip
UNHEARD = ("organization", "reason", "referral-identifier", "timing", "insurance-reference")
HOLD = {"appointment-reference": "reference", "appointment-resource": "resource", "patient-reference": "reference",
        "patient-resource": "resource"}  # fmt: skip
BOOK = {**HOLD, "comment": "string"}


# --- $find


def find_values(body: Resource) -> tuple[list[tuple[str, list[str]]], UUID | None]:
    """The parameters of `$find` as an address would carry them. Raises BadInput."""
    given = read(ParametersIn, body, kind="Parameters")
    found: dict[str, list[str]] = {}
    party_id = None
    for index, one in enumerate(given.parameter):
        at = f"Parameters.parameter[{index}]"
        if one.name == "patient-resource":
            party_id = patients.of_resource(read(PatientIn, one.resource, kind="Patient"), at)
            continue
        text = one.text()
        if text is None and one.name in UNHEARD:
            text = "-"
        if text is None:
            raise invalid(f"{one.name[:40]} has no value", at=at, code="required")
        found.setdefault(one.name, []).append(text)
    return list(found.items()), party_id


def find(asking: Asking, query: Query, party_id: UUID | None) -> Page:
    """Times that somebody could have, the earliest first, as proposed appointments. Nothing is kept. Raises BadInput, Refused."""
    since, until = _window(query)
    ignored = [name for name in UNHEARD if query.values.get(name)]
    issues = [Issue(severity="information", code="not-supported", text=f"not looked at: {name}") for name in ignored]
    asked = query.ids("patient-reference", ["Patient"], base=asking.base)
    if asked is not None:
        if len(asked) != 1:
            raise unfit("an appointment is for one Patient", at="patient-reference", code="not-supported")
        party_id = patients.must_be_person(uuid_of(asked.pop()), at="patient-reference")
    services = _services(asking, query)
    places = _places(asking, query)
    people = uuids(query.ids("practitioner", ["Practitioner"], base=asking.base))
    found: list[Slot] = []
    if places:
        for service in sorted(services):
            for provider_id in [None] if people is None else people:
                found += booking.free(
                    service=service,
                    staff=True,
                    since=since,
                    until=until,
                    locations=places,
                    provider_id=provider_id,
                    limit=query.count,
                )
    found.sort(key=lambda one: (one.starts, one.slot_id))
    shown = list(islice(found, query.count))
    return Page(
        total=len(shown),
        resources=[showing.proposed(one, party_id, asking) for one in shown],
        issues=issues,
    )


def _window(query: Query) -> tuple[datetime, datetime]:
    times = []
    for name in ("start", "end"):
        values = query.values.get(name)
        if not values or len(values) > 1:
            raise invalid(f"{name} is needed, once", code="required", at=name)
        times.append(span(values[0], at=name))
    since = times[0].since
    until = times[1].since if "T" in query.values["end"][0] else times[1].until
    if until <= since:
        raise invalid("it ends before it begins", at="end")
    return since, until


def _services(asking: Asking, query: Query) -> set[str]:
    there = {one.service for one in asking.offers.values()} & set(booking.bookables())
    for name in ("specialty", "visit-type", "service-type"):
        wanted = query.codes(name, elements.SERVICE, there)
        there = there if wanted is None else there & wanted
    return there


def _places(asking: Asking, query: Query) -> list[UUID]:
    found = list(asking.locations.values())
    for name in ("location-reference", "location"):
        ids = query.ids(name, ["Location"], base=asking.base)
        found = [one for one in found if ids is None or str(one.location_id) in ids]
    texts = query.values.get("location-string", ())
    if texts:
        found = [one for one in found if any(text.casefold() in one.address.casefold() for text in texts)]
    return [one.location_id for one in found]


# --- $hold and $book


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What `$hold` and `$book` are given. `existing`: the id of an appointment that there is; else a time and for whom."""

    existing: str = ""
    resource: AppointmentIn | None = None
    slot_id: UUID | None = None
    party_id: UUID | None = None

    def time_and_person(self) -> tuple[UUID, UUID]:
        """Of a new one. Raises Refused."""
        if self.slot_id is None or self.party_id is None:
            raise unfit(
                "for whom? $find with a patient-reference, or send one", at="patient-reference", code="required"
            )
        return self.slot_id, self.party_id


def hold(asking: Asking, body: Resource) -> Resource:
    """Keep a proposed appointment for a Patient: it is pending until it is booked or its time is over. Raises Refused."""
    parts = _parts(asking, body, HOLD)
    if parts.existing:
        there = own_appointment(asking, parts.existing)
        if there.status is not Status.PENDING:
            raise unfit(f"it is {there.status.value}: only what is proposed is held", at="appointment-reference")
        return showing.appointment(there, asking)
    slot_id, party_id = parts.time_and_person()
    with _as_ihe_says():
        return make(asking, slot_id, party_id, book=False)


def book(asking: Asking, body: Resource) -> Resource:
    """Book a proposed or a held appointment, move a booked one, or cancel one. Raises Refused."""
    parts = _parts(asking, body, BOOK)
    with _as_ihe_says():
        if not parts.existing:
            return make(asking, *parts.time_and_person(), book=True)
        there = own_appointment(asking, parts.existing)
        if parts.resource is not None:
            return become(asking, there, parts.resource)
        if there.status is not Status.BOOKED:  # else it would confirm a move that the resident thinks about
            there = booking.confirm(appointment_id=there.appointment_id, by=asking.by)
        return showing.appointment(there, asking)


def _parts(asking: Asking, body: Resource, known: Mapping[str, str]) -> Parts:
    if body.get("resourceType") == KIND:
        return _of_resource(asking, body, None)
    given = read(ParametersIn, body, kind="Parameters")
    found: dict[str, Parameter] = {}
    for index, one in enumerate(given.parameter):
        if one.name in found or one.name not in known:
            what = "given twice" if one.name in found else "unknown"
            raise invalid(f"{one.name[:40]} is {what}", code="not-supported", at=f"Parameters.parameter[{index}]")
        found[one.name] = one
    party_id = _patient(asking, found)
    if "appointment-resource" in found:
        return _of_resource(asking, found["appointment-resource"].resource, party_id)
    named = found.get("appointment-reference")
    text = named.text() if named is not None else None
    resource_id = id_of(text, [KIND], base=asking.base) if text else None
    if not resource_id:
        raise invalid(
            "which one? appointment-reference or appointment-resource", code="required", at="Parameters.parameter"
        )
    potential = proposal(resource_id)
    if potential is None:
        return Parts(existing=resource_id)
    return _new(asking, potential[0], _one(potential[1], party_id))


def _of_resource(asking: Asking, body: Any, party_id: UUID | None) -> Parts:
    given = read(AppointmentIn, body, kind=KIND)
    must_be_whole(given)
    potential = proposal(given.id) if given.id else None
    if given.id and potential is None and uuid_of(given.id) is not None:
        return Parts(existing=given.id, resource=given)
    if given.status not in ("proposed", "pending"):
        raise unfit(f"a new appointment is proposed or pending, not {given.status}", at=f"{KIND}.status")
    if potential is not None and not given.slot:
        return _new(asking, potential[0], _one(potential[1], party_id))
    return _new(asking, slot_of(asking, given), _one(whom(asking, given), party_id))


def _new(asking: Asking, slot_id: UUID, party_id: UUID | None) -> Parts:
    if own_slot(asking, slot_id) is None:
        raise NotFound("no such time", remedy=f"{KIND}/$find others")
    if party_id is not None:
        patients.must_be_person(party_id, at="patient-reference")
    return Parts(slot_id=slot_id, party_id=party_id)


def _one(first: UUID | None, second: UUID | None) -> UUID | None:
    if first is not None and second is not None and first != second:
        raise unfit("it is for somebody else", at="patient-reference")
    return first or second


def _patient(asking: Asking, found: Mapping[str, Parameter]) -> UUID | None:
    by_reference, by_resource = found.get("patient-reference"), found.get("patient-resource")
    if by_resource is not None:
        return patients.of_resource(read(PatientIn, by_resource.resource, kind="Patient"), "patient-resource")
    if by_reference is None:
        return None
    if by_reference.valueReference is None:
        raise invalid("patient-reference has a valueReference", code="required", at="patient-reference")
    return patients.meant(asking, by_reference.valueReference, "patient-reference")


@contextmanager
def _as_ihe_says() -> Iterator[None]:
    """A time that is not there any more is `fatal` and `not-found` (ITI-116, expected actions); why stays with it."""
    try:
        yield
    except Refused as error:
        if error.extra.get("failing") or error.extra.get("missing") or error.extra.get("issues"):
            raise
        gone = Issue(severity="fatal", code="not-found", text=error.detail)
        raise Refused(error.detail, remedy=error.remedy, issues=[gone, *issues_of(error)]) from error
