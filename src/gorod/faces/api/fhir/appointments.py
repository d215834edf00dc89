"""Appointment: who has which time. Booked as at the counter: places that are kept and times that are not open yet are there too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Appointment, Selection, SlotNow, SlotState, Status
from gorod.faces.api.fhir import elements, patients, showing
from gorod.faces.api.fhir.asking import Asking
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.outcome import invalid, unfit
from gorod.faces.api.fhir.reading import AppointmentIn, read
from gorod.faces.api.fhir.searching import Page, Query, id_of, point, span, uuid_of, uuids
from gorod.faces.api.fhir.supply import cut, own
from gorod.kernel.errors import NotFound

KIND = "Appointment"
STATUSES = "http://hl7.org/fhir/appointmentstatus"
ACTORS = ("Patient", "Practitioner", "Location")
_PROPOSED = re.compile(r"^[0-9a-f]{32}([0-9a-f]{32})?$", re.ASCII)


def own_appointment(asking: Asking, resource_id: str) -> Appointment:
    """One at the agency's locations. Raises NotFound."""
    appointment_id = uuid_of(resource_id)
    found = booking.appointment(appointment_id=appointment_id) if appointment_id else None
    if found is None or found.slot.location.agency != asking.agency:
        raise NotFound(f"no {KIND} {resource_id[:64]} of {asking.agency}", remedy="search for it")
    return found


def own_slot(asking: Asking, slot_id: UUID | None) -> SlotNow | None:
    """A time at the agency's locations, or None."""
    _, found = booking.slots_at(wanted=Selection(agency=asking.agency, ids=[slot_id] if slot_id else []))
    return found[0] if found else None


def read_appointment(asking: Asking, resource_id: str) -> Resource:
    """One at the agency's locations, or one that there could be. Raises NotFound."""
    potential = proposal(resource_id)
    if potential is None:
        return showing.appointment(own_appointment(asking, resource_id), asking)
    slot_id, party_id = potential
    found = own_slot(asking, slot_id)
    if found is None or found.state not in (SlotState.FREE, SlotState.NOT_OPEN):
        raise NotFound("this time is taken or over", remedy=f"{KIND}/$find others")
    return showing.proposed(found.slot, party_id, asking)


def proposal(resource_id: str) -> tuple[UUID, UUID | None] | None:
    """The slot and the person of an id that `$find` has given out, None for another id."""
    if not _PROPOSED.match(resource_id):
        return None
    whom = resource_id[32:]
    return UUID(resource_id[:32]), UUID(whom) if whom else None


def search_appointments(asking: Asking, query: Query) -> Page:
    """Those at the agency's locations, by their beginning; what people were booked for elsewhere is not shown."""
    since, until = query.time("date")
    statuses = query.codes("status", STATUSES, list(Status))
    people = _all(
        uuids(query.ids("patient", ["Patient"], base=asking.base)), patients.by_identifier(query, "patient.identifier")
    )
    ids = _all(uuids(query.ids("_id", ())), _identified(query))
    actor = _actors(asking, query)
    wanted = Selection(
        agency=asking.agency,
        ids=ids,
        party_ids=_all(people, actor.get("Patient")),
        services=query.codes("service-type", elements.SERVICE, list(booking.bookables())),
        location_ids=_all(uuids(query.ids("location", ["Location"], base=asking.base)), actor.get("Location")),
        provider_ids=_all(
            uuids(query.ids("practitioner", ["Practitioner"], base=asking.base)), actor.get("Practitioner")
        ),
        plan_ids=None,
        states=statuses,
        since=since,
        until=until,
        after=query.point(),
        limit=query.count + 1,
    )
    total, found = booking.appointments_at(wanted=wanted)
    page = cut(
        query,
        total,
        found,
        lambda one: showing.appointment(one, asking),
        lambda one: point(one.slot.starts, one.appointment_id),
    )
    return _with_included(asking, query, page, found[: query.count])


def _all(first: list[UUID] | None, second: set[UUID] | None) -> list[UUID] | None:
    """What both allow; None allows everything."""
    if first is None or second is None:
        return first if second is None else list(second)
    return [one for one in first if one in second]


def _identified(query: Query) -> set[UUID] | None:
    asked = query.each("identifier")
    if not asked:
        return None
    sets = []
    for inner in asked:
        bare = [token.rpartition("|")[2] for token in inner if token.rpartition("|")[0] in ("", elements.APPOINTMENT)]
        sets.append({one for text in bare if (one := uuid_of(text.removeprefix("urn:uuid:"))) is not None})
    return set.intersection(*sets)


def _actors(asking: Asking, query: Query) -> dict[str, set[UUID]]:
    """The ids that `actor` names, by kind: one kind a parameter. Raises BadInput."""
    found: dict[str, set[UUID]] = {}
    for inner in query.each("actor"):
        kinds = {one.removeprefix(f"{asking.base}/").partition("/")[0] for one in inner}
        if len(kinds) != 1 or not kinds <= set(ACTORS):
            raise invalid(f"actor is a reference to a {', '.join(ACTORS)}", at="http.actor")
        (kind,) = kinds
        ids = set(uuids({made for one in inner if (made := id_of(one, [kind], base=asking.base)) is not None}) or ())
        found[kind] = found[kind] & ids if kind in found else ids
    return found


def _with_included(asking: Asking, query: Query, page: Page, found: list[Appointment]) -> Page:
    """The actors that `_include` asks for, each once."""
    wanted = {name for inner in query.each("_include") for name in inner}
    known = {f"{KIND}:{name}" for name in ("actor", "patient", "practitioner", "location", "*")}
    if wrong := wanted - known:
        raise invalid(
            f"_include takes {', '.join(sorted(known))}", code="not-supported", at=f"http._include={min(wrong)[:40]}"
        )
    every = bool(wanted & {f"{KIND}:actor", f"{KIND}:*"})
    made: dict[str, Resource] = {}
    for one in found:
        if every or f"{KIND}:patient" in wanted:
            made.setdefault(f"p{one.party_id}", patients.read_patient(asking, str(one.party_id)))
        if every or f"{KIND}:practitioner" in wanted:
            first = showing.actors(one.slot.provider, one.slot.service)[0]
            if first["type"] == "Practitioner":
                made.setdefault(first["reference"], showing.practitioner(one.slot.provider, asking))
        if every or f"{KIND}:location" in wanted:
            made.setdefault(f"l{one.slot.location.location_id}", showing.location(one.slot.location, asking))
    return Page(total=page.total, resources=page.resources, after=page.after, included=list(made.values()))


# --- acts


def create_appointment(asking: Asking, body: Resource) -> Resource:
    """Book a time (status booked or proposed), or hold it (pending). Raises BadInput, Refused, Conflict, Forbidden."""
    given = read(AppointmentIn, body, kind=KIND)
    must_be_whole(given)
    if given.status not in ("booked", "proposed", "pending"):
        raise unfit(f"a new appointment cannot be {given.status}", at=f"{KIND}.status")
    return make(asking, slot_of(asking, given), whom(asking, given), book=given.status != "pending")


def make(asking: Asking, slot_id: UUID, party_id: UUID, *, book: bool) -> Resource:
    """Hold a time for somebody, or book it. Raises Refused, Conflict, Forbidden."""
    made = booking.hold(slot_id=slot_id, party_id=party_id, by=asking.by, staff=True, reader=asking.reader)
    if book:
        made = booking.confirm(appointment_id=made.appointment_id, by=asking.by)
    return showing.appointment(made, asking)


def must_be_whole(given: AppointmentIn) -> None:
    """What FHIR demands of an Appointment beyond its elements. Raises BadInput."""
    for index, one in enumerate(given.participant):
        if not one.type and one.actor is None:
            raise invalid(
                "app-1: a participant has a type or an actor", code="invariant", at=f"{KIND}.participant[{index}]"
            )
    if (given.start is None) != (given.end is None):
        raise invalid("app-2: both start and end, or neither", code="invariant", at=f"{KIND}.start")
    if given.start is None and given.status not in ("proposed", "cancelled", "waitlist"):
        raise invalid("app-3: start and end are needed", code="invariant", at=f"{KIND}.start")
    if given.cancelationReason is not None and given.status not in ("cancelled", "noshow"):
        raise invalid(
            "app-4: only what is cancelled has a reason for it", code="invariant", at=f"{KIND}.cancelationReason"
        )


def whom(asking: Asking, given: AppointmentIn) -> UUID:
    """The one person it is for. Raises Refused."""
    found = []
    for index, one in enumerate(given.participant):
        at = f"{KIND}.participant[{index}].actor"
        actor = one.actor
        if actor is None:
            continue
        if (
            actor.reference is not None
            and id_of(actor.reference, ["Patient"], base=asking.base)
            and "/" in actor.reference
        ) or (actor.identifier is not None and (actor.identifier.system or "").startswith(elements.PERSON)):
            found.append(patients.meant(asking, actor, at))
    if len(found) != 1:
        raise unfit("an appointment is for one Patient", at=f"{KIND}.participant", code="required")
    return found[0]


def slot_of(asking: Asking, given: AppointmentIn) -> UUID:
    """The time that it names: by `slot`, or by its beginning and whose time it is. Raises Refused, also when they disagree."""
    if len(given.slot) > 1:
        raise unfit("an appointment has one slot", at=f"{KIND}.slot[1]", code="not-supported")
    if given.slot:
        slot_id = uuid_of(own(asking, given.slot[0], "Slot", f"{KIND}.slot[0]"))
        found = own_slot(asking, slot_id)
        if found is None:
            raise unfit("no such Slot of yours", at=f"{KIND}.slot[0]", code="not-found")
    else:
        found = _by_time(asking, given)
    _must_agree(given, found)
    return found.slot.slot_id


def _by_time(asking: Asking, given: AppointmentIn) -> SlotNow:
    if given.start is None:
        raise unfit("which time? a slot, or start and end", at=f"{KIND}.slot", code="required")
    begins = span(given.start, at=f"{KIND}.start")
    services = {code for concept in given.serviceType for code in concept.codes(elements.SERVICE)}
    _, found = booking.slots_at(
        wanted=Selection(
            agency=asking.agency,
            services=services or None,
            provider_ids=_of_kind(asking, given, "Practitioner"),
            location_ids=_of_kind(asking, given, "Location"),
            since=begins.since,
            until=begins.until,
            limit=2,
        )
    )
    if len(found) != 1:
        raise unfit(
            "no time begins then" if not found else "several times begin then: say whose, or which slot",
            at=f"{KIND}.start",
            code="not-found" if not found else "multiple-matches",
        )
    return found[0]


def _of_kind(asking: Asking, given: AppointmentIn, kind: str) -> list[UUID] | None:
    found = {
        made
        for one in given.participant
        if one.actor is not None and one.actor.reference is not None and "/" in one.actor.reference
        if (made := id_of(one.actor.reference, [kind], base=asking.base)) is not None
    }
    return uuids(found) if found else None


def _must_agree(given: AppointmentIn, found: SlotNow) -> None:
    for name, text, there in (("start", given.start, found.slot.starts), ("end", given.end, found.slot.ends)):
        if text is not None and not _same(text, there, f"{KIND}.{name}"):
            raise unfit(f"the slot's {name} is {elements.instant(there)}", at=f"{KIND}.{name}")


def _same(text: str, there: datetime, at: str) -> bool:
    meant = span(text, at=at)
    return meant.since <= there < meant.until


BECOMES: Mapping[str, tuple[Status, ...]] = {
    "booked": (Status.BOOKED, Status.PENDING, Status.PROPOSED),
    "pending": (Status.PENDING,),
    "proposed": (Status.PROPOSED,),
    "cancelled": (Status.CANCELLED, Status.PROPOSED, Status.PENDING, Status.BOOKED),
    "arrived": (Status.ARRIVED, Status.BOOKED),
    "fulfilled": (Status.FULFILLED, Status.BOOKED, Status.ARRIVED, Status.NOSHOW),
    "noshow": (Status.NOSHOW, Status.BOOKED, Status.ARRIVED, Status.FULFILLED),
}


def update_appointment(asking: Asking, resource_id: str, body: Resource) -> Resource:
    """Confirm, move, cancel it, or say who came. Raises NotFound, BadInput, Refused."""
    there = own_appointment(asking, resource_id)
    given = read(AppointmentIn, body, kind=KIND)
    must_be_whole(given)
    return become(asking, there, given)


def become(asking: Asking, there: Appointment, given: AppointmentIn) -> Resource:
    """An appointment as it is wanted. Raises Refused where the engine does."""
    appointment_id = there.appointment_id
    if there.status not in BECOMES.get(given.status, ()):
        raise unfit(f"what is {there.status.value} cannot become {given.status}", at=f"{KIND}.status")
    if whom(asking, given) != there.party_id:
        raise unfit("an appointment stays its person's", at=f"{KIND}.participant")
    to = _moves_to(asking, there, given) if given.status != "cancelled" else None
    if to is not None and given.status != "booked":
        raise unfit("only what stays booked can be moved", at=f"{KIND}.slot")
    match given.status:
        case "booked":
            if there.status is not Status.BOOKED:  # else it would confirm a move that the resident thinks about
                booking.confirm(appointment_id=appointment_id, by=asking.by)
            if to is not None:
                booking.hold_other(appointment_id=appointment_id, slot_id=to, staff=True, reader=asking.reader)
                booking.confirm(appointment_id=appointment_id, by=asking.by)
        case "cancelled":
            booking.cancel(appointment_id=appointment_id, by=asking.by)
        case "arrived":
            booking.arrive(appointment_id=appointment_id, by=asking.by)
        case "fulfilled" | "noshow":
            booking.done(appointment_id=appointment_id, came=given.status == "fulfilled", by=asking.by)
    return showing.appointment(booking.appointment(appointment_id=appointment_id), asking)


def _moves_to(asking: Asking, there: Appointment, given: AppointmentIn) -> UUID | None:
    """The slot it is to move to; None when it stays."""
    if given.slot and uuid_of(own(asking, given.slot[0], "Slot", f"{KIND}.slot[0]")) != there.slot.slot_id:
        return slot_of(asking, given)
    agree = all(
        text is None or _same(text, known, KIND)
        for text, known in ((given.start, there.slot.starts), (given.end, there.slot.ends))
    )
    return None if agree else slot_of(asking, given)
