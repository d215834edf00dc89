"""Engines' data as FHIR resources."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gorod.catalogue import api as catalogue
from gorod.engines.booking import data
from gorod.engines.booking.data import Appointment, ProviderKind, SlotNow, SlotState, Status, Why
from gorod.faces.api.fhir import elements
from gorod.faces.api.fhir.asking import Asking, Offer, Role
from gorod.faces.api.fhir.elements import Resource, coded, extension, instant, offer_id, reference, role_id
from gorod.faces.api.showing import name_of
from gorod.kernel.canonical import digest
from gorod.records.parties.data import Party

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOT_STATUS = {
    SlotState.FREE: "free",
    SlotState.TAKEN: "busy",
    SlotState.NOT_OPEN: "busy-tentative",
    SlotState.CALLED_OFF: "busy-unavailable",
    SlotState.OVER: "busy-unavailable",
}
CANCELLED_FOR = {
    Why.PERSON: ("pat", "Patient"),
    Why.DECLINED: ("pat", "Patient"),
    Why.PROVIDER: ("prov", "Provider"),
    Why.EXPIRED: ("other", "Other"),
    Why.REPLACED: ("other", "Other"),
}
WHY = {
    Why.PERSON: "given back",
    Why.DECLINED: "offer declined",
    Why.PROVIDER: "provider away",
    Why.EXPIRED: "not confirmed in time",
    Why.REPLACED: "replaced by another one",
}
TAKES_PART = {
    Status.PROPOSED: "needs-action",
    Status.PENDING: "tentative",
    Status.CANCELLED: "declined",
}


def service_type(service: str, asking: Asking) -> dict[str, Any]:
    """A service as a code."""
    return coded(elements.SERVICE, service, name_of(service, asking.language))


def organization(agency: str, asking: Asking) -> dict[str, Any]:
    """An agency, by its identifier: it is no resource here."""
    known = catalogue.current().agencies.get(agency)
    named = {"display": known.names.get(asking.language, agency)} if known else {}
    return {"type": "Organization", "identifier": {"system": elements.AGENCY, "value": agency}, **named}


def location(one: data.Location, asking: Asking) -> Resource:
    """A Location."""
    made: Resource = {
        "resourceType": "Location",
        "id": str(one.location_id),
        "meta": elements.meta(one.version, one.changed_at),
        **elements.translated(one.names, asking.language),
        "identifier": [{"system": elements.LOCATION, "value": one.code}],
        "status": "active",
        "mode": "instance",
        "address": {"text": one.address, **({"district": one.district} if one.district else {})},
        "managingOrganization": organization(one.agency, asking),
    }
    if one.phone:
        made["telecom"] = [{"system": "phone", "value": one.phone}]
    if one.lon is not None and one.lat is not None:
        made["position"] = {"longitude": one.lon, "latitude": one.lat}
    return made


def practitioner(one: data.Provider, asking: Asking) -> Resource:
    """A Practitioner."""
    return {
        "resourceType": "Practitioner",
        "id": str(one.provider_id),
        "meta": elements.meta(one.version, one.changed_at),
        "extension": [extension("works-at", "Reference", reference("Location", one.location_id))],
        "identifier": [{"system": elements.PRACTITIONER, "value": one.code}],
        "active": True,
        "name": [{"text": one.name}],
    }


def role(one: Role, asking: Asking) -> Resource:
    """A PractitionerRole: the newest hours of a provider for a service, and when they are away."""
    plan, place = one.newest.plan, one.provider.location_id
    absences = asking.absences(one.provider)
    made: Resource = {
        "resourceType": "PractitionerRole",
        "id": one.role_id,
        "extension": plan_extensions(plan),
        "active": asking.goes_on(one.newest),
        "period": _period(plan),
        "organization": organization(asking.agency, asking),
        "specialty": [service_type(one.service, asking)],
        "location": [reference("Location", place)],
        "healthcareService": [reference("HealthcareService", offer_id(place, one.service))],
        "availableTime": available_times(plan),
    }
    if one.provider.kind is ProviderKind.PRACTITIONER:
        made["practitioner"] = reference("Practitioner", one.provider.provider_id, one.provider.name)
    else:
        made["identifier"] = [{"system": elements.PRACTITIONER, "value": one.provider.code}]
    if absences:
        made["notAvailable"] = [
            {"description": away.kind.value, "during": {"start": instant(away.begins), "end": instant(away.ends)}}
            for away in absences
        ]
    return elements.with_version(made, max(known.changed_at for known in one.plans))


def plan_extensions(plan: data.Plan) -> list[dict[str, Any]]:
    """What of a plan FHIR has no element for."""
    made = [
        extension("slot-minutes", "PositiveInt", plan.minutes),
        extension("slot-capacity", "PositiveInt", plan.capacity),
        extension("mode", "Code", plan.mode.value),
    ]
    if plan.room:
        made.append(extension("room", "String", plan.room))
    for channel, percent in sorted(plan.kept.items()):
        parts = [{"url": "channel", "valueCode": channel.value}, {"url": "percent", "valueInteger": percent}]
        made.append({"url": f"{elements.EXTENSION}kept", "extension": parts})
    return made


def available_times(plan: data.Plan) -> list[dict[str, Any]]:
    """Weekly hours, the days with the same ones together."""
    found: dict[tuple[Any, Any], list[str]] = {}
    for one in sorted(plan.hours, key=lambda one: (one.weekday, one.begins)):
        found.setdefault((one.begins, one.ends), []).append(DAYS[one.weekday - 1])
    return [
        {"daysOfWeek": days, "availableStartTime": f"{begins:%H:%M:%S}", "availableEndTime": f"{ends:%H:%M:%S}"}
        for (begins, ends), days in found.items()
    ]


def _period(plan: data.Plan) -> dict[str, str]:
    """Without a beginning when it ended before it (per-1)."""
    ends = {"end": plan.until.isoformat()} if plan.until is not None else {}
    return ends if plan.until is not None and plan.until < plan.since else {"start": plan.since.isoformat(), **ends}


def healthcare_service(one: Offer, asking: Asking) -> Resource:
    """A HealthcareService: a service at a location."""
    made: Resource = {
        "resourceType": "HealthcareService",
        "id": one.offer_id,
        "active": any(asking.goes_on(known) for known in one.plans),
        "providedBy": organization(asking.agency, asking),
        "type": [service_type(one.service, asking)],
        "location": [reference("Location", one.location.location_id)],
        "name": name_of(one.service, asking.language),
        "appointmentRequired": True,
    }
    return elements.with_version(made, max([one.location.changed_at, *(known.changed_at for known in one.plans)]))


def actors(provider: data.Provider, service: str) -> list[dict[str, str]]:
    """Who or what a time belongs to: a practitioner, or else the service itself."""
    place = provider.location_id
    if provider.kind is ProviderKind.PRACTITIONER:
        first = reference("Practitioner", provider.provider_id, provider.name)
    else:
        first = reference("HealthcareService", offer_id(place, service), provider.name)
    return [first, reference("Location", place)]


def schedule(one: data.KnownPlan, asking: Asking) -> Resource:
    """A Schedule: one plan."""
    provider, plan = asking.providers[one.plan.provider_id], one.plan
    return {
        "resourceType": "Schedule",
        "id": str(one.plan_id),
        "meta": elements.meta(one.version, one.changed_at),
        "extension": plan_extensions(plan),
        "active": asking.goes_on(one),
        "serviceType": [service_type(plan.service, asking)],
        "actor": [
            *actors(provider, plan.service),
            reference("PractitionerRole", role_id(plan.provider_id, plan.service)),
        ],
        "planningHorizon": _period(plan),
    }


def slot(one: SlotNow, asking: Asking) -> Resource:
    """A Slot."""
    known = one.slot
    made: Resource = {
        "resourceType": "Slot",
        "id": str(known.slot_id),
        "extension": [
            extension("capacity", "PositiveInt", known.capacity),
            extension("free", "UnsignedInt", known.free),
            extension("opens", "Instant", instant(known.opens)),
            *_where(known),
        ],
        "serviceType": [service_type(known.service, asking)],
        "schedule": reference("Schedule", one.plan_id),
        "status": SLOT_STATUS[one.state],
        "start": instant(known.starts),
        "end": instant(known.ends),
    }
    return elements.with_version(made, one.changed_at)


def _where(known: data.Slot) -> list[dict[str, Any]]:
    room = [extension("room", "String", known.room)] if known.room else []
    return [extension("mode", "Code", known.mode.value), *room]


def appointment(one: Appointment, asking: Asking) -> Resource:
    """An Appointment that somebody has, or is offered."""
    made: Resource = {
        "resourceType": "Appointment",
        "id": str(one.appointment_id),
        "meta": elements.meta(one.version, one.changed_at),
        "identifier": [{"system": elements.APPOINTMENT, "value": f"urn:uuid:{one.appointment_id}"}],
        "status": one.status.value,
        **_times(one.slot, asking, TAKES_PART.get(one.status, "accepted"), one.party_id),
        "created": instant(one.made_at),
    }
    if one.until is not None and one.status in (Status.PENDING, Status.PROPOSED):
        made["extension"].append(extension("until", "Instant", instant(one.until)))
    if one.status is Status.CANCELLED and one.why is not None:
        code, display = CANCELLED_FOR[one.why]
        made["cancelationReason"] = {
            "coding": [{"system": elements.CANCELLED_FOR, "code": code, "display": display}],
            "text": WHY[one.why],
        }
    return made


def proposed_id(slot_id: UUID, party_id: UUID | None) -> str:
    """The id of an appointment that there could be: its slot and, where it is known, for whom."""
    return slot_id.hex + (party_id.hex if party_id is not None else "")


def proposed(one: data.Slot, party_id: UUID | None, asking: Asking) -> Resource:
    """An Appointment that there could be. Nothing is kept for it."""
    made: Resource = {
        "resourceType": "Appointment",
        "id": proposed_id(one.slot_id, party_id),
        "status": "proposed",
        **_times(one, asking, "needs-action", party_id),
    }
    return {**made, "meta": {"versionId": digest(made)[:16]}}


def _times(one: data.Slot, asking: Asking, takes_part: str, party_id: UUID | None) -> Resource:
    whom = [reference("Patient", party_id)] if party_id is not None else []
    there = actors(one.provider, one.service)
    return {
        "extension": _where(one),
        "serviceType": [service_type(one.service, asking)],
        "start": instant(one.starts),
        "end": instant(one.ends),
        "minutesDuration": elements.minutes(one.ends - one.starts),
        "slot": [reference("Slot", one.slot_id)],
        "participant": [{"actor": actor, "required": "required", "status": takes_part} for actor in [*whom, *there]],
    }


def patient(one: Party, *, named: bool, gone: bool) -> Resource:
    """A Patient: who it is, and no more than is needed to call them in."""
    made: Resource = {"resourceType": "Patient", "id": str(one.party_id)}
    if named and one.names.full():
        names = one.names
        given = [part for part in (names.given_name, names.patronymic) if part]
        made["name"] = [
            {
                "text": names.full(),
                **({"family": names.family_name} if names.family_name else {}),
                **({"given": given} if given else {}),
            }
        ]
    if named and gone:
        made["deceasedBoolean"] = True
    return {**made, "meta": {"versionId": digest(made)[:16]}}
