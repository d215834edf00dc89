"""PractitionerRole: the weekly hours of somebody for a service, and when they are away. Creating and changing one makes plans,
their slots and absences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Away, Channel, Hours, Mode, Plan, Provider
from gorod.faces.api.fhir import elements, showing
from gorod.faces.api.fhir.asking import Asking, Role
from gorod.faces.api.fhir.elements import EXTENSION, Resource
from gorod.faces.api.fhir.outcome import invalid, unfit
from gorod.faces.api.fhir.reading import AvailableTime, Extension, RoleIn, read
from gorod.faces.api.fhir.searching import Page, Query, span, uuid_of
from gorod.faces.api.fhir.supply import matching, own
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, NotFound

DAY = timedelta(days=1)
KIND = "PractitionerRole"


def own_role(asking: Asking, resource_id: str) -> Role:
    """One at the agency's locations. Raises NotFound."""
    if resource_id not in asking.roles:
        raise NotFound(f"no {KIND} {resource_id[:64]} of {asking.agency}", remedy="search for it")
    return asking.roles[resource_id]


def read_role(asking: Asking, resource_id: str) -> Resource:
    """One of them. Raises NotFound."""
    return showing.role(own_role(asking, resource_id), asking)


def search_roles(asking: Asking, query: Query) -> Page:
    """Those at the agency's locations, by id."""
    people = query.ids("practitioner", ["Practitioner"], base=asking.base)
    places = query.ids("location", ["Location"], base=asking.base)
    services = query.ids("service", ["HealthcareService"], base=asking.base)
    found = [
        one
        for one in asking.roles.values()
        if (people is None or str(one.provider.provider_id) in people)
        and (places is None or str(one.provider.location_id) in places)
        and (services is None or elements.offer_id(one.provider.location_id, one.service) in services)
        and matching(query, "specialty", elements.SERVICE, one.service)
    ]
    return query.page(found, lambda one: showing.role(one, asking), lambda one: one.role_id)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a PractitionerRole says that is kept."""

    plan: Plan
    begins: date | None  # None: not said
    active: bool
    away: dict[tuple[datetime, datetime], Away]


def create_role(asking: Asking, body: Resource) -> Resource:
    """Give somebody hours for a service. Raises BadInput, Refused, Conflict when they have or they overlap."""
    given = read(RoleIn, body, kind=KIND)
    if given.practitioner is None:
        raise unfit("whose hours? practitioner is needed", at=f"{KIND}.practitioner", code="required")
    provider = _practitioner(asking, given)
    service = _service(asking, given, provider)
    wanted = _wanted(given, provider, service, before=None)
    there = asking.roles.get(elements.role_id(provider.provider_id, service))
    if there is not None and any(asking.goes_on(one) for one in there.plans):
        raise Conflict("they have hours for this service", remedy=f"update {KIND}/{there.role_id}")
    if not wanted.active:
        raise unfit("hours that are not active are no hours", at=f"{KIND}.active")
    booking.plan(plan=replace(wanted.plan, since=max(wanted.begins or clock.today(), clock.today())))
    _enter_absences(provider, wanted.away, by=asking.by)
    asking.forget()
    return read_role(asking, elements.role_id(provider.provider_id, service))


def update_role(asking: Asking, resource_id: str, body: Resource) -> Resource:
    """Change hours or absences. Other hours are a new plan: from `period.start`, tomorrow unless it says a later day. Raises
    NotFound, BadInput, Refused, Conflict."""
    there = own_role(asking, resource_id)
    given = read(RoleIn, body, kind=KIND)
    if given.practitioner is not None and _practitioner(asking, given) != there.provider:
        raise unfit("the hours of somebody else are another resource", at=f"{KIND}.practitioner")
    if _service(asking, given, there.provider, known=there.service) != there.service:
        raise unfit("hours for another service are another resource", at=f"{KIND}.specialty")
    wanted = _wanted(given, there.provider, there.service, before=there.newest.plan)
    if wanted.active:
        _set_hours(asking, there, wanted)
    else:
        _end(asking, there)
    _set_absences(asking, there.provider, wanted)
    asking.forget()
    return read_role(asking, resource_id)


def _practitioner(asking: Asking, given: RoleIn) -> Provider:
    assert given.practitioner is not None
    at = f"{KIND}.practitioner"
    found = asking.providers.get(uuid_of(own(asking, given.practitioner, "Practitioner", at)) or UUID(int=0))
    if found is None:
        raise unfit("no such Practitioner of yours", at=at, code="not-found")
    for index, one in enumerate(given.location):
        where = f"{KIND}.location[{index}]"
        if own(asking, one, "Location", where) != str(found.location_id):
            raise unfit("they work at another Location: see Practitioner.extension", at=where)
    return found


def _service(asking: Asking, given: RoleIn, provider: Provider, known: str = "") -> str:
    found = {code for concept in (*given.specialty, *given.code) for code in concept.codes(elements.SERVICE)}
    for index, one in enumerate(given.healthcareService):
        at = f"{KIND}.healthcareService[{index}]"
        offer = asking.offers.get(own(asking, one, "HealthcareService", at))
        if offer is None or offer.location.location_id != provider.location_id:
            raise unfit("no such HealthcareService where they work", at=at, code="not-found")
        found.add(offer.service)
    if not found and known:
        return known
    if len(found) != 1:
        raise unfit(
            f"hours are for one service: a healthcareService, or a specialty of {elements.SERVICE}",
            at=f"{KIND}.healthcareService",
            code="required",
        )
    (service,) = found
    if service not in booking.bookables():
        raise unfit(f"{service[:100]} is no service that is booked", at=f"{KIND}.specialty", code="code-invalid")
    return service


def _wanted(given: RoleIn, provider: Provider, service: str, *, before: Plan | None) -> Wanted:
    minutes = _number(given, "slot-minutes", before.minutes if before else None)
    room, mode = given.extended("room"), given.extended("mode")
    begins, until = _days(given)
    kept = [one for one in given.extension if one.url == f"{EXTENSION}kept"]
    try:
        channel = (
            Mode(mode.valueCode) if mode is not None and mode.valueCode else before.mode if before else Mode.IN_PERSON
        )
    except ValueError as error:
        raise unfit(f"mode is one of {', '.join(Mode)}", at=f"{KIND}.extension", code="code-invalid") from error
    plan = Plan(
        provider_id=provider.provider_id,
        service=service,
        hours=_hours(given.availableTime),
        minutes=minutes,
        since=begins or clock.today(),
        until=until,
        capacity=_number(given, "slot-capacity", before.capacity if before else 1),
        room=(room.valueString or "")[:100] if room is not None else "",
        mode=channel,
        kept=dict(_kept(one) for one in kept),
    )
    return Wanted(plan=plan, begins=begins, active=given.active is not False, away=_away(given))


def _number(given: RoleIn, name: str, otherwise: int | None) -> int:
    found = given.extended(name)
    said = (
        None if found is None else found.valuePositiveInt if found.valuePositiveInt is not None else found.valueInteger
    )
    if said is None:
        if otherwise is None:
            raise unfit(f"the extension {EXTENSION}{name} is needed", at=f"{KIND}.extension", code="required")
        return otherwise
    return min(said, 1_000_000)


def _kept(one: Extension) -> tuple[Channel, int]:
    parts = {part.url: part for part in one.extension}
    channel, percent = parts.get("channel"), parts.get("percent")
    if channel is None or percent is None or percent.valueInteger is None or channel.valueCode not in list(Channel):
        raise unfit("`kept` has a channel and a percent", at=f"{KIND}.extension", code="code-invalid")
    return Channel(channel.valueCode), percent.valueInteger


def _days(given: RoleIn) -> tuple[date | None, date | None]:
    """The first and the last day of its period."""
    if given.period is None:
        return None, None
    begins = until = None
    if given.period.start:
        begins = clock.city_date(span(given.period.start, at=f"{KIND}.period.start").since)
    if given.period.end:
        until = clock.city_date(span(given.period.end, at=f"{KIND}.period.end").until - timedelta(microseconds=1))
    return begins, until


def _hours(listed: list[AvailableTime]) -> tuple[Hours, ...]:
    found = []
    for index, one in enumerate(listed):
        at = f"{KIND}.availableTime[{index}]"
        if one.allDay or one.availableStartTime is None or one.availableEndTime is None:
            raise unfit("hours have a beginning and an end", at=at, code="required")
        begins = _time(one.availableStartTime, f"{at}.availableStartTime")
        ends = _time(one.availableEndTime, f"{at}.availableEndTime")
        found += [Hours(weekday=showing.DAYS.index(day) + 1, begins=begins, ends=ends) for day in one.daysOfWeek]
    if not found:
        raise unfit("no hours: set active to false to end them", at=f"{KIND}.availableTime", code="required")
    return tuple(sorted(set(found), key=lambda one: (one.weekday, one.begins, one.ends)))


def _time(text: str, at: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"{text[:40]!r} is no time of day", at=at) from error
    if len(text) != len("09:00:00") or found.second:
        raise invalid("a time of day is written HH:MM:00", at=at)
    return found


def _away(given: RoleIn) -> dict[tuple[datetime, datetime], Away]:
    """The absences that are not over."""
    found = {}
    for index, one in enumerate(given.notAvailable):
        at = f"{KIND}.notAvailable[{index}].during"
        if one.during.start is None or one.during.end is None:
            raise unfit("an absence has a beginning and an end", at=at, code="required")
        begins, ends = span(one.during.start, at=f"{at}.start").since, _end_of(one.during.end, f"{at}.end")
        if ends <= begins:
            raise invalid("it ends before it begins", at=at)
        if ends > clock.now():
            found[begins, ends] = Away(one.description) if one.description in list(Away) else Away.LEAVE
    return found


def _end_of(text: str, at: str) -> datetime:
    """A day is included, an instant is the end."""
    meant = span(text, at=at)
    return meant.since if "T" in text else meant.until


def _set_hours(asking: Asking, there: Role, wanted: Wanted) -> None:
    today, newest = clock.today(), there.newest.plan
    said = replace(wanted.plan, since=newest.since, until=newest.until)
    if _key(said) == _key(newest) and asking.goes_on(there.newest):
        if wanted.plan.until == newest.until:
            return
        if wanted.plan.until is not None and (newest.until is None or wanted.plan.until < newest.until):
            booking.end_plan(plan_id=there.newest.plan_id, after=wanted.plan.until)
            return
        since = max((newest.until or today) + DAY, today)  # longer than it was: the rest is a plan of its own
    else:
        since = max(wanted.begins or today, today + DAY)
        for one in there.plans:
            if asking.goes_on(one) and (one.plan.until is None or one.plan.until >= since):
                booking.end_plan(plan_id=one.plan_id, after=since - DAY)
    booking.plan(plan=replace(wanted.plan, since=since))


def _key(plan: Plan) -> tuple[object, ...]:
    hours = tuple(sorted(plan.hours, key=lambda one: (one.weekday, one.begins)))
    return hours, plan.minutes, plan.capacity, plan.room, plan.mode, dict(plan.kept)


def _end(asking: Asking, there: Role) -> None:
    """No more hours after today."""
    for one in there.plans:
        if asking.goes_on(one):
            booking.end_plan(plan_id=one.plan_id, after=clock.today())


def _set_absences(asking: Asking, provider: Provider, wanted: Wanted) -> None:
    """Absences that are new are entered, those that are left out end: an update says all of a resource."""
    known = {
        (one.begins.replace(microsecond=0), one.ends.replace(microsecond=0)): one for one in asking.absences(provider)
    }
    for key, one in known.items():
        if key not in wanted.away:
            booking.back(absence_id=one.absence_id)
    _enter_absences(provider, {key: kind for key, kind in wanted.away.items() if key not in known}, by=asking.by)


def _enter_absences(provider: Provider, away: dict[tuple[datetime, datetime], Away], *, by: str) -> None:
    for (begins, ends), kind in away.items():
        booking.away(provider_id=provider.provider_id, begins=begins, ends=ends, kind=kind, by=by)
