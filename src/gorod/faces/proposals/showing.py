"""Proposals as people read them, in the language of the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.proposals import api as proposals
from gorod.engines.proposals.data import (
    COMMENTS_A_DAY,
    OPEN_AT_ONCE,
    Comment,
    Entry,
    Proposal,
    Stage,
    State,
    What,
)
from gorod.faces.accounts.access import is_resident, resident, visit
from gorod.faces.portal import wording
from gorod.kernel.errors import NotFound, Refused
from gorod.records.places import api as places


def viewer(request: HttpRequest) -> UUID | None:
    """The resident who looks, with an account of their own: what somebody thinks of a proposal no clerk writes for them."""
    return resident(request) if is_resident(request) and visit(request) is None else None


def districts() -> dict[str, str]:
    """Code → name, in the order of the names."""
    spoken = catalogue.language()
    known = {one.code: one.names.get(spoken, one.code) for one in places.districts()}
    return dict(sorted(known.items(), key=lambda one: one[1]))


def where(code: str) -> str:
    """What a district is called, or the whole city."""
    if not code:
        return _("the whole city")
    try:
        return places.district(code=code).names.get(catalogue.language(), code)
    except NotFound:  # the city has it no more
        return code


def stage(one: Proposal) -> str:
    """How far a proposal is."""
    if one.answer is not None:
        return _("taken up by the city") if one.answer.taken_up else _("not taken up by the city")
    return {
        Stage.SUGGEST: _("suggested"),
        Stage.DISCUSS: _("being discussed"),
        Stage.ASSESS: _("being assessed"),
        Stage.ASSESSED: _("assessed, waits for the city's answer"),
        Stage.ANSWERED: _("answered"),
    }[one.stage]


def state(one: State) -> str:
    """Whether something of one's own is shown."""
    return {
        State.WAITS: _("waits to be looked at"),
        State.SHOWN: _("everybody can see it"),
        State.REFUSED: _("not shown"),
        State.OBJECTED: _("not shown; somebody else looks at your objection"),
        State.WITHDRAWN: _("withdrawn by you"),
    }[one]


def happened(entry: Entry) -> dict[str, Any]:
    """One line of a history."""
    said = {
        What.SENT: _("Sent"),
        What.LET_THROUGH: _("Let through: everybody can see it"),
        What.REFUSED: _("Not let through"),
        What.OBJECTED: _("The author objected"),
        What.WITHDRAWN: _("Withdrawn by the author"),
        What.ASSESS: _("The discussion ended, the assessment began"),
        What.ASSESSED: _("The assessment ended"),
        What.ANSWERED: _("The city answered"),
    }
    rules = proposals.rules_in_words(language=catalogue.language()) if entry.reasons else {}
    return {
        "what": said[entry.what],
        "at": wording.moment(entry.at),
        "agency": wording.owner(entry.agency) if entry.agency else "",
        "reasons": [rules[reason] for reason in entry.reasons],
        "words": entry.words if entry.what in (What.REFUSED, What.OBJECTED) else "",
        "same_as": reverse("proposals:proposal", args=[entry.same_as]) if entry.same_as else "",
    }


def line(one: Proposal) -> dict[str, Any]:
    """A proposal in a list, and the head of its page."""
    return {
        "id": one.proposal_id,
        "title": one.title,
        "language": one.language,
        "where": where(one.district),
        "author": one.author or _("a resident"),
        "stage": stage(one),
        "code": one.stage.value,
        "state": state(one.state),
        "until": wording.day(one.last_day) if one.last_day else "",
        "agree": one.agree,
        "against": one.against,
        "counted": one.stage in (Stage.ASSESS, Stage.ASSESSED, Stage.ANSWERED),
    }


def comment(one: Comment) -> dict[str, Any]:
    """A comment."""
    return {
        "id": one.comment_id,
        "proposal": one.proposal_id,
        "title": one.title,
        "text": one.text,
        "language": one.language,
        "author": one.author or _("a resident"),
        "at": wording.moment(one.made_at),
        "state": state(one.state),
    }


def in_the_way(error: Refused) -> str:
    """Why something is not possible now."""
    words = {
        "limit": _("That is as many as the rules allow: %(open)s open proposals, %(comments)s comments a day.")
        % {"open": OPEN_AT_ONCE, "comments": COMMENTS_A_DAY},
        "over": _("The time for that is over."),
        "once": _("You have objected already: change it and send it again."),
    }
    return words.get(str(error.extra.get("why")), _("That is not possible now: it has changed since you looked."))
