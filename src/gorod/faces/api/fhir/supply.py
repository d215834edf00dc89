"""Location, Practitioner, HealthcareService, Schedule and Slot: what there is to book."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Location, Provider, ProviderKind, Selection
from gorod.faces.api.fhir import elements, showing
from gorod.faces.api.fhir.asking import Asking, Offer
from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.outcome import invalid, unfit
from gorod.faces.api.fhir.reading import LocationIn, PractitionerIn, Reference, read
from gorod.faces.api.fhir.searching import Item, Page, Query, id_of, point, uuid_of, uuids
from gorod.kernel.errors import Conflict, NotFound

LONGEST = {"code": 100, "address": 300, "district": 100, "name": 200}
STATES = {status: [state for state, made in showing.SLOT_STATUS.items() if made == status] for status in
          ("free", "busy", "busy-tentative", "busy-unavailable")}  # fmt: skip


def matching(query: Query, name: str, system: str, code: str) -> bool:
    """Whether a code is among those that a token parameter asks for."""
    found = query.codes(name, system, [code])
    return found is None or bool(found)


def must_fit(value: str, what: str, at: str) -> str:
    """Raises Refused for a text that is too long to keep."""
    if len(value) > LONGEST[what]:
        raise unfit(f"{what} has more than {LONGEST[what]} letters", at=at, code="too-long")
    return value


def own(asking: Asking, given: Reference, kind: str, at: str) -> str:
    """The id in a reference to one of our resources. Raises Refused when it is to something else."""
    found = id_of(given.reference, [kind], base=asking.base) if given.reference else None
    if not found:
        raise unfit(f"it is no reference to a {kind} of this server", at=f"{at}.reference", code="not-found")
    return found


# --- Location


def read_location(asking: Asking, resource_id: str) -> Resource:
    """One of the agency's. Raises NotFound."""
    return showing.location(asking.own_location(uuid_of(resource_id)), asking)


def search_locations(asking: Asking, query: Query) -> Page:
    """The agency's, by id."""
    found = [
        one
        for one in asking.locations.values()
        if matching(query, "identifier", elements.LOCATION, one.code)
        and any(query.named("name", name) for name in one.names.values())
    ]
    return query.page(found, lambda one: showing.location(one, asking), lambda one: str(one.location_id))


def create_location(asking: Asking, body: Resource) -> Resource:
    """Enter one. Raises BadInput, Refused, Conflict when there is one of this code."""
    given = read(LocationIn, body, kind="Location")
    code = new_code(given.code_of(elements.LOCATION), elements.LOCATION, "Location")
    if any(one.code == code for one in booking.locations()):
        raise Conflict(f"there is a location {code}", remedy="update that one, or choose another code")
    return _put_location(asking, given, code)


def update_location(asking: Asking, resource_id: str, body: Resource) -> Resource:
    """Change one. Its code stays. Raises NotFound, BadInput, Refused."""
    there = asking.own_location(uuid_of(resource_id))
    given = read(LocationIn, body, kind="Location")
    same_code(given.code_of(elements.LOCATION), there.code, "Location")
    return _put_location(asking, given, there.code)


def _put_location(asking: Asking, given: LocationIn, code: str) -> Resource:
    if given.status not in (None, "active"):
        raise unfit("a location is active: end the hours there instead", at="Location.status", code="not-supported")
    lon = lat = None
    if given.position is not None:
        if not (-180 <= given.position.longitude <= 180 and -90 <= given.position.latitude <= 90):
            raise invalid("degrees from -180 to 180 and from -90 to 90", at="Location.position")
        lon, lat = float(given.position.longitude), float(given.position.latitude)
    address = given.address.whole()
    if not address:
        raise unfit("say where it is: text, or line and city", at="Location.address", code="required")
    location_id = booking.put_location(
        code=code,
        names={
            language: must_fit(name, "name", "Location.name") for language, name in given.names(asking.language).items()
        },
        agency=asking.agency,
        address=must_fit(address, "address", "Location.address"),
        district=must_fit(given.address.district or "", "district", "Location.address.district"),
        lon=lon,
        lat=lat,
        phone=next((one.value for one in given.telecom if one.system == "phone" and one.value), ""),
    )
    asking.forget()
    return read_location(asking, str(location_id))


def new_code(code: str, system: str, kind: str) -> str:
    """The code that something new is to have. Raises Refused without one."""
    if not code:
        raise unfit(f"an identifier of the system {system} is needed", at=f"{kind}.identifier", code="required")
    return must_fit(code, "code", f"{kind}.identifier.value")


def same_code(given: str, there: str, kind: str) -> None:
    """Raises Refused when a code is to change."""
    if given and given != there:
        raise unfit(f"its code is {there} and stays so", at=f"{kind}.identifier", code="business-rule")


# --- Practitioner


def practitioners(asking: Asking) -> list[Provider]:
    """The agency's people."""
    return [one for one in asking.providers.values() if one.kind is ProviderKind.PRACTITIONER]


def own_practitioner(asking: Asking, resource_id: str) -> Provider:
    """One of them. Raises NotFound."""
    found = asking.own_provider(uuid_of(resource_id))
    if found.kind is not ProviderKind.PRACTITIONER:
        raise NotFound(f"no Practitioner {resource_id}", remedy="it is a PractitionerRole without one")
    return found


def read_practitioner(asking: Asking, resource_id: str) -> Resource:
    """One of them. Raises NotFound."""
    return showing.practitioner(own_practitioner(asking, resource_id), asking)


def search_practitioners(asking: Asking, query: Query) -> Page:
    """The agency's people, by id."""
    found = [
        one
        for one in practitioners(asking)
        if matching(query, "identifier", elements.PRACTITIONER, one.code) and query.named("name", one.name)
    ]
    return query.page(found, lambda one: showing.practitioner(one, asking), lambda one: str(one.provider_id))


def create_practitioner(asking: Asking, body: Resource) -> Resource:
    """Enter somebody. Raises BadInput, Refused, Conflict when there is somebody of this code."""
    given = read(PractitionerIn, body, kind="Practitioner")
    code = new_code(given.code_of(elements.PRACTITIONER), elements.PRACTITIONER, "Practitioner")
    if any(one.code == code for one in booking.providers()):
        raise Conflict(f"there is a practitioner {code}", remedy="update that one, or choose another code")
    return _put_practitioner(asking, given, code, None)


def update_practitioner(asking: Asking, resource_id: str, body: Resource) -> Resource:
    """Change somebody. Their code stays. Raises NotFound, BadInput, Refused."""
    there = own_practitioner(asking, resource_id)
    given = read(PractitionerIn, body, kind="Practitioner")
    same_code(given.code_of(elements.PRACTITIONER), there.code, "Practitioner")
    return _put_practitioner(asking, given, there.code, there)


def _put_practitioner(asking: Asking, given: PractitionerIn, code: str, there: Provider | None) -> Resource:
    if given.active is False:
        raise unfit("end their hours instead: PractitionerRole.active", at="Practitioner.active", code="not-supported")
    name = given.name[0].whole()
    if not name:
        raise unfit("say a name: text, or given and family", at="Practitioner.name[0]", code="required")
    provider_id = booking.put_provider(
        code=code,
        kind=ProviderKind.PRACTITIONER,
        name=must_fit(name, "name", "Practitioner.name[0]"),
        location_id=_works_at(asking, given, there).location_id,
    )
    asking.forget()
    return read_practitioner(asking, str(provider_id))


def _works_at(asking: Asking, given: PractitionerIn, there: Provider | None) -> Location:
    at = f"Practitioner.extension('{elements.EXTENSION}works-at')"
    said = given.extended("works-at")
    if said is not None and said.valueReference is not None:
        place = asking.locations.get(uuid_of(own(asking, said.valueReference, "Location", at)) or UUID(int=0))
        if place is None:
            raise unfit("no such Location of yours", at=at, code="not-found")
    elif there is not None:
        place = asking.own_location(there.location_id)
    elif len(asking.locations) == 1:
        (place,) = asking.locations.values()
    else:
        raise unfit("you have several Locations: say where they work", at=at, code="required")
    if there is not None and place.location_id != there.location_id and any(
        asking.goes_on(one) for one in asking.plans.values() if one.plan.provider_id == there.provider_id
    ):  # fmt: skip
        raise unfit("they have hours where they work: end those first", at=at)
    return place


# --- HealthcareService


def own_offer(asking: Asking, resource_id: str) -> Offer:
    """A service at one of the agency's locations. Raises NotFound."""
    if resource_id not in asking.offers:
        raise NotFound(f"no HealthcareService {resource_id[:64]} of {asking.agency}", remedy="search for it")
    return asking.offers[resource_id]


def read_offer(asking: Asking, resource_id: str) -> Resource:
    """One of them. Raises NotFound."""
    return showing.healthcare_service(own_offer(asking, resource_id), asking)


def search_offers(asking: Asking, query: Query) -> Page:
    """The services at the agency's locations, by id."""
    places = query.ids("location", ["Location"], base=asking.base)
    found = [
        one
        for one in asking.offers.values()
        if (places is None or str(one.location.location_id) in places)
        and matching(query, "service-type", elements.SERVICE, one.service)
    ]
    return query.page(found, lambda one: showing.healthcare_service(one, asking), lambda one: one.offer_id)


# --- Schedule


def read_schedule(asking: Asking, resource_id: str) -> Resource:
    """A plan at one of the agency's locations. Raises NotFound."""
    found = asking.plans.get(uuid_of(resource_id) or UUID(int=0))
    if found is None:
        raise NotFound(f"no Schedule {resource_id[:64]} of {asking.agency}", remedy="search for it")
    return showing.schedule(found, asking)


def search_schedules(asking: Asking, query: Query) -> Page:
    """The plans at the agency's locations, by id."""
    asked = query.each("actor")

    def acts(resource: Resource) -> bool:
        names = {actor["reference"] for actor in resource["actor"]}
        bare = {name.partition("/")[2] for name in names}
        return all(any(_relative(one, asking) in names | bare for one in inner) for inner in asked)

    found = [
        one
        for one in asking.plans.values()
        if matching(query, "service-type", elements.SERVICE, one.plan.service) and acts(showing.schedule(one, asking))
    ]
    return query.page(found, lambda one: showing.schedule(one, asking), lambda one: str(one.plan_id))


def _relative(text: str, asking: Asking) -> str:
    return text.removeprefix(f"{asking.base}/")


# --- Slot


def read_slot(asking: Asking, resource_id: str) -> Resource:
    """A time at one of the agency's locations. Raises NotFound."""
    slot_id = uuid_of(resource_id)
    _, found = booking.slots_at(wanted=Selection(agency=asking.agency, ids=[slot_id] if slot_id else []))
    if not found:
        raise NotFound(f"no Slot {resource_id[:64]} of {asking.agency}", remedy="search for it")
    return showing.slot(found[0], asking)


def search_slots(asking: Asking, query: Query) -> Page:
    """The times at the agency's locations, by their beginning."""
    since, until = query.time("start")
    statuses = query.codes("status", "http://hl7.org/fhir/slotstatus", list(STATES))
    wanted = Selection(
        agency=asking.agency,
        ids=uuids(query.ids("_id", ())),
        plan_ids=uuids(query.ids("schedule", ["Schedule"], base=asking.base)),
        services=query.codes("service-type", elements.SERVICE, list(booking.bookables())),
        states=None if statuses is None else [state.value for status in statuses for state in STATES[status]],
        since=since,
        until=until,
        after=query.point(),
        limit=query.count + 1,
    )
    total, found = booking.slots_at(wanted=wanted)
    return cut(
        query, total, found, lambda one: showing.slot(one, asking), lambda one: point(one.slot.starts, one.slot.slot_id)
    )


def cut(
    query: Query, total: int, found: list[Item], resource: Callable[[Item], Resource], key: Callable[[Item], str]
) -> Page:
    """A page of what the engine found, one more than it holds."""
    shown = found[: query.count]
    after = key(shown[-1]) if shown and len(found) > len(shown) else ""
    return Page(total=total, resources=[resource(one) for one in shown], after=after)
