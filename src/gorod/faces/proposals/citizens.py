"""What everybody sees of proposals; a signed-in resident also discusses and assesses them here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.proposals import api as proposals
from gorod.engines.proposals.data import (
    ASSESS_DAYS,
    COMMENT,
    COMMENTS_A_DAY,
    DISCUSS_DAYS,
    OPEN_AT_ONCE,
    TEXT,
    TITLE,
    Stage,
    State,
)
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.knowledge import before
from gorod.faces.proposals import showing
from gorod.faces.proposals.forms import CommentForm
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Refused

SHOWN = 20  # proposals on a page
COMMENTS = 50  # on a page
LONGEST_SEARCH = 200  # letters
WHOLE = "city"  # in an address: proposals for the whole city, of no district
VIEWS = {
    "discuss": (Stage.DISCUSS,),
    "assess": (Stage.ASSESS,),
    "assessed": (Stage.ASSESSED,),
    "answered": (Stage.ANSWERED,),
}


@page(open_to="everybody")
def all_proposals(request: HttpRequest) -> HttpResponse:
    """Proposals by stage, newest first, of one district and with some words when asked."""
    stage = request.GET.get("stage", "")
    stage = stage if stage in VIEWS else "discuss"
    words = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH]
    known = showing.districts()
    place = request.GET.get("district", "")
    place = place if place == WHOLE or place in known else ""
    found = proposals.proposals(
        stages=VIEWS[stage],
        district=None if not place else "" if place == WHOLE else place,
        words=words,
        limit=SHOWN + 1,
        before=before(request),
    )
    asked = {name: value for name, value in (("district", place), ("q", words)) if value}
    names = {
        "discuss": _("Being discussed"),
        "assess": _("Being assessed"),
        "assessed": _("Assessed"),
        "answered": _("Answered by the city"),
    }
    values: dict[str, Any] = {
        "rows": [showing.line(one) for one in found[:SHOWN]],
        "views": [
            {"name": names[view], "address": "?" + urlencode({"stage": view, **asked}), "current": view == stage}
            for view in VIEWS
        ],
        "stage": stage,
        "words": words,
        "place": place,
        "whole": WHOLE,
        "districts": [{"code": code, "name": name} for code, name in known.items()],
        "me": showing.viewer(request),
    }
    if len(found) > SHOWN:
        more = {"stage": stage, **asked, "before": found[SHOWN - 1].proposal_id}
        values["earlier"] = "?" + urlencode(more)
    return render(request, "proposals/proposals.html", values)


@page(open_to="everybody")
def rules(request: HttpRequest) -> HttpResponse:
    """The published rules: what is not shown, how long each stage is, how much one may send, how to object."""
    values = {
        "rules": list(proposals.rules_in_words(language=catalogue.language()).values()),
        "title": TITLE,
        "text": TEXT,
        "comment": COMMENT,
        "open": OPEN_AT_ONCE,
        "comments": COMMENTS_A_DAY,
        "discuss": DISCUSS_DAYS,
        "assess": ASSESS_DAYS,
    }
    return render(request, "proposals/rules.html", values)


@page(open_to="everybody")
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal with what was said to it, how it stands and what the city answered. Raises NotFound."""
    return _shown(request, proposal_id, CommentForm())


@page(open_to="residents", at_counter=False)
@require_POST
def comment(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say something to a proposal. Raises NotFound."""
    form = CommentForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            proposals.comment(
                party_id=resident(request),
                proposal_id=proposal_id,
                key=str(said["key"]),
                text=said["text"],
                language=catalogue.language(),
                named=said["named"],
            )
        except Refused as error:
            form.add_error(None, showing.in_the_way(error))
        except BadInput:
            form.add_error("text", _("Write a sentence or two."))
        else:
            notices.success(
                request, _("Thank you. It is shown as soon as somebody has read it by the published rules.")
            )
            return redirect("proposals:proposal", proposal_id)
    return _shown(request, proposal_id, form, status=422)


@page(open_to="residents", at_counter=False)
@require_POST
def assess(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Be for or against a proposal; the button says which. Raises NotFound, BadInput for another word."""
    proposals.proposal(proposal_id=proposal_id)
    word = request.POST.get("agrees", "")
    if word not in ("yes", "no"):
        raise BadInput("for or against?", remedy="press one of the two buttons")
    try:
        proposals.assess(party_id=resident(request), proposal_id=proposal_id, agrees=word == "yes")
    except Refused as error:
        notices.error(request, showing.in_the_way(error))
    else:
        notices.success(request, _("It counts. You can change it until the end."))
    return redirect("proposals:proposal", proposal_id)


def _shown(request: HttpRequest, proposal_id: UUID, form: CommentForm, *, status: int = 200) -> HttpResponse:
    me = showing.viewer(request)
    found = proposals.proposal(proposal_id=proposal_id, viewer=me)
    if found.state is not State.SHOWN:  # one's own, which nobody else sees
        return redirect("proposals:own", proposal_id)
    said = proposals.comments(proposal_id=proposal_id, limit=COMMENTS + 1, before=before(request), viewer=me)
    running = found.last_day is not None and found.last_day >= clock.today()
    values: dict[str, Any] = {
        "one": showing.line(found),
        "text": found.text,
        "me": me,
        "own": found.own,
        "mine": found.mine,
        "discussed": running and found.stage is Stage.DISCUSS,
        "assessed": running and found.stage is Stage.ASSESS,
        "comments": [showing.comment(one) for one in said[:COMMENTS]],
        "earlier": f"?before={said[COMMENTS - 1].comment_id}" if len(said) > COMMENTS else "",
        "history": [showing.happened(entry) for entry in proposals.history(about_id=proposal_id)],
        "form": form,
    }
    if found.answer is not None:
        values["answer"] = {
            "taken_up": found.answer.taken_up,
            "words": found.answer.words,
            "follows": found.answer.follows,
            "agency": wording.owner(found.answer.agency),
            "at": wording.moment(found.answer.at),
        }
    return render(request, "proposals/proposal.html", values, status=status)
