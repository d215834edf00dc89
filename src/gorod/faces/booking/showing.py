"""Times and appointments as people read them, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.booking.data import Answer, Appointment, Change, Location, Slot, Standing, Status, Why, Wish
from gorod.engines.rules.data import Verdict
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, Forbidden, GorodError
from gorod.verify.polls.settings import in_language

EARTH_KM = 6371.0


def hour(instant: datetime) -> str:
    """A time of day in the city."""
    return f"{clock.in_city(instant):%H:%M}"


def day(instant: datetime) -> str:
    """A day with its weekday."""
    return format_date(clock.city_date(instant), "EEEE, d MMMM", locale=catalogue.language())


def place(location: Location) -> dict[str, Any]:
    """A location."""
    return {
        "id": location.location_id,
        "name": in_language(location.names, catalogue.language()),
        "address": location.address,
        "phone": location.phone,
    }


def slot(known: Slot) -> dict[str, Any]:
    """A time."""
    return {
        "id": known.slot_id,
        "day": day(known.starts),
        "hour": hour(known.starts),
        "ends": hour(known.ends),
        "provider": known.provider.name,
        "room": known.room,
        "video": known.mode.value == "video",
        "place": place(known.location),
        "service": wording.service(known.service),
        "code": known.service,
        "free": known.free if known.capacity > 1 else 0,
    }


def days(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """Times by day."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in slots:
        found.setdefault(day(one.starts), []).append(slot(one))
    return [{"day": name, "slots": there} for name, there in found.items()]


def state(known: Appointment) -> str:
    """How an appointment stands."""
    if known.status is Status.CANCELLED:
        return {
            Why.PROVIDER: _("does not take place: who was to see you is away"),
            Why.EXPIRED: _("not confirmed in time"),
            Why.DECLINED: _("not wanted"),
            Why.REPLACED: _("replaced by another time"),
        }.get(known.why or Why.PERSON, _("cancelled"))
    if known.status is Status.NOSHOW and known.excused:
        return _("you could not come; it does not count")
    return {
        Status.PROPOSED: _("offered to you"),
        Status.PENDING: _("held for you, not confirmed"),
        Status.BOOKED: _("booked"),
        Status.ARRIVED: _("you are there"),
        Status.FULFILLED: _("took place"),
        Status.NOSHOW: _("you did not come"),
    }[known.status]


def appointment(known: Appointment, names: Mapping[UUID, str]) -> dict[str, Any]:
    """An appointment. `names`: those it may be for, as the reader calls them."""
    return {
        **slot(known.slot),
        "id": known.appointment_id,
        "who": names.get(known.party_id, ""),
        "state": state(known),
        "status": known.status.value,
        "until": hour(known.until) if known.until else "",
        "until_moment": wording.moment(known.until) if known.until else "",
        "moving_to": slot(known.moving_to) if known.moving_to else None,
        "first_choice": wording.moment(known.first_choice_until)
        if known.first_choice_until and known.first_choice_until > clock.now()
        else "",
    }


def change(known: Change) -> dict[str, Any]:
    """What was done with an appointment."""
    words = {
        Status.PROPOSED: _("offered"),
        Status.PENDING: _("held"),
        Status.BOOKED: _("booked"),
        Status.ARRIVED: _("checked in"),
        Status.FULFILLED: _("took place"),
        Status.CANCELLED: _("cancelled"),
        Status.NOSHOW: _("did not come"),
    }
    return {
        "what": words[known.status],
        "time": f"{day(known.starts)}, {hour(known.starts)}",
        "at": wording.moment(known.at),
        "who": wording.who(known.by, ""),
    }


def wish(known: Wish, names: Mapping[UUID, str]) -> dict[str, Any]:
    """A wish in the waiting list."""
    wanted = known.wanted
    return {
        "id": known.wish_id,
        "who": names.get(known.party_id, ""),
        "service": wording.service(wanted.service),
        "since": wording.day(wanted.since),
        "until": wording.day(wanted.until),
        "begins": f"{wanted.begins:%H:%M}",
        "ends": f"{wanted.ends:%H:%M}",
        "place": known.place,
        "before": known.place - 1,
        "unanswered": known.unanswered,
    }


def standing(known: Standing | None) -> dict[str, Any] | None:
    """How somebody stands with the no-show rule; None where there is none."""
    if known is None or known.rule is None:
        return None
    return {
        "times": known.rule.times,
        "within": known.rule.within_days,
        "pause": known.rule.pause_days,
        "missed": known.missed,
        "paused": wording.day(known.paused_until) if known.paused_until else "",
    }


def against(service: str, answer: Answer) -> list[str]:
    """What speaks against booking, in sentences."""
    said = []
    if answer.verdict is Verdict.NOT_DUE:
        said += wording.failing(service, answer.failing) or [_("This is not for them.")]
    elif answer.verdict is Verdict.UNKNOWN:
        missing = ", ".join(wording.meaning(name) for name in answer.missing)
        said.append(_("The city does not know yet: %(facts)s.") % {"facts": missing})
    elif answer.verdict is Verdict.WAITING:
        said.append(_("A figure of this year is not published yet."))
    if answer.needs_referral:
        said.append(_("A referral is needed: the doctor who treats you enters it, and then times open here."))
    if answer.standing is not None and answer.standing.paused_until is not None:
        said.append(
            _(
                "After missed appointments you can book here again from %(day)s; by telephone and at the counter at once."
            )
            % {"day": wording.day(answer.standing.paused_until)}
        )
    return said


def refusal(error: GorodError) -> str:
    """What a refusal says, to the person."""
    if isinstance(error, Conflict) and error.extra.get("appointment"):
        return _("You have an appointment for this already: move it, or cancel it first.")
    if isinstance(error, Conflict) and error.extra.get("paused_until"):
        return _("After missed appointments you book by telephone or at the counter for a while.")
    if isinstance(error, Conflict):
        return _("Answer the place that is offered to you first.")
    if isinstance(error, Forbidden) and error.extra.get("only_at"):
        return _("You belong to another place: choose a time there.")
    if isinstance(error, Forbidden):
        return _("A referral is needed: the doctor who treats you enters it, and then times open here.")
    if "instead" in error.extra:
        return _("Somebody was faster: this time is taken. Choose another one.")
    if "opens" in error.extra:
        return _("This time cannot be booked yet.")
    if "failing" in error.extra:
        return _("This is not for them.")
    return _("This time is not kept for you any more. Choose another one.")


def distance(one: tuple[float, float], location: Location) -> float | None:
    """Kilometres as the crow flies from a point (lon, lat in degrees) to a location, None where nobody knows."""
    if location.lon is None or location.lat is None:
        return None
    lon, lat, there_lon, there_lat = map(radians, (*one, location.lon, location.lat))
    half = sin((there_lat - lat) / 2) ** 2 + cos(lat) * cos(there_lat) * sin((there_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
