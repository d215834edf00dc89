"""Allotments as people read them, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.allotment.data import Allotment, Application, Held, Known, Plan, Seat, State
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import GorodError
from gorod.records.facts import api as facts
from gorod.verify.allotment.problem import Place, Words
from gorod.verify.polls.settings import in_language


def words(known: Words) -> str:
    """In the language of the page, else in one that there is."""
    return in_language(known, catalogue.language())


def state(known: State) -> str:
    """How far it is."""
    return {
        State.DRAFT: _("draft"),
        State.ANNOUNCED: _("announced"),
        State.OPEN: _("applications are taken"),
        State.CLOSING: _("closed: it is looked up who holds which priority"),
        State.FIXED: _("closed: the lots are about to be drawn"),
        State.DEALT: _("the places are given"),
    }[known]


def line(one: Allotment) -> dict[str, Any]:
    """One line of a list, and the head of a page."""
    return {
        "id": one.allotment_id,
        "title": words(one.plan.title),
        "state": state(one.state),
        "code": one.state.value,
        "opens": wording.moment(one.plan.opens),
        "closes": wording.moment(one.plan.closes),
    }


def places(plan: Plan) -> list[dict[str, Any]]:
    """Each place with its order."""
    names = {one.code: words(one.words) for one in plan.criteria}
    return [
        {
            "name": words(one.names),
            "seats": one.seats,
            "reserves": [{"seats": of.seats, "words": names[of.criterion]} for of in one.reserves],
            "priorities": [names[code] for code in one.priorities],
        }
        for one in plan.places
    ]


def by_id(plan: Plan) -> dict[str, Place]:
    """The places by their ids."""
    return {one.id: one for one in plan.places}


def choices(plan: Plan, *, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Places as a form offers them, by name, without these."""
    return sorted(((one.id, words(one.names)) for one in plan.places if one.id not in but), key=lambda one: one[1])


def application(one: Application, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line of a list, and the head of a page."""
    has = [seat for seat in one.seats if seat.held in (Held.OFFERED, Held.ACCEPTED)]
    return {
        "id": one.application_id,
        "title": words(one.title),
        "number": one.number,
        "who": names[one.party_id],
        "withdrawn": one.withdrawn,
        "waits": any(seat.held is Held.OFFERED for seat in has),
    }


def seat(one: Seat, plan: Plan) -> dict[str, Any]:
    """A seat that was given."""
    held = {
        Held.OFFERED: _("waits for your answer"),
        Held.ACCEPTED: _("accepted"),
        Held.DECLINED: _("declined"),
        Held.LAPSED: _("not answered in time"),
        Held.GIVEN_UP: _("given up for a better one"),
    }
    return {
        "id": one.seat_id,
        "place": words(by_id(plan)[one.place].names),
        "held": held[one.held],
        "until": wording.day(one.until),
        "offered": one.held is Held.OFFERED and one.until >= clock.today(),
        "accepted": one.held is Held.ACCEPTED,
        "from_list": one.from_list,
    }


def known(one: Known, plan: Plan) -> dict[str, Any]:
    """What the city knows of a criterion, with where that is from."""
    said = {True: _("yes, as far as we know"), False: _("no, as far as we know"), None: _("not known")}
    names = by_id(plan)
    return {
        "words": words(one.criterion.words) if one.criterion.words else _("These places are for them"),
        "holds": said[one.holds],
        "places": [words(names[place].names) for place in one.places],
        "facts": [
            {
                "name": fact.name,
                "meaning": wording.meaning(fact.name),
                "value": wording.value(fact.name, fact.value),
                "source": wording.owner(fact.provenance.owner) if fact.provenance else "",
                "disputed": fact.disputed,
            }
            for fact in one.facts
        ],
        "missing": missing(one.missing),
    }


def missing(names: tuple[str, ...]) -> list[str]:
    """What facts mean; a name that the city has no more as it is."""
    return [wording.meaning(name) if name in facts.names() else name for name in names]


def in_the_way(error: GorodError) -> str:
    """Why something is not possible, in words."""
    reasons = {
        "closed": _("No applications are taken now."),
        "who": _("These places are not for them, as far as the city knows."),
        "many": _("That is too many to stay together."),
        "late": _("The time to answer is over."),
        "number": _("That is too many wishes, or none."),
        "twice": _("A place is wished for once."),
    }
    return reasons.get(str(error.extra.get("why")), _("That is not possible now: it has changed since you looked."))
