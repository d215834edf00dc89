"""What officials do with proposals: judge by the published rules what is shown, and answer for the city."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.proposals import api as proposals
from gorod.engines.proposals.data import Reason, Stage, Waiting
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.faces.proposals import showing
from gorod.faces.proposals.forms import AnswerForm, JudgeForm
from gorod.kernel.errors import BadInput, Conflict, Refused

ROWS = 50  # of what waits


@page(open_to="supervisors")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits: proposals and comments to be judged, objections, answers of the city; the oldest first. It names nobody."""
    who = official(request)
    judged = [_line(one) for one in proposals.waiting(official=who, limit=ROWS)]
    answers = [
        {**showing.line(one), "address": reverse("proposals:answer", args=[one.proposal_id])}
        for one in proposals.unanswered(official=who, limit=ROWS)
    ]
    values = {
        "objections": [one for one in judged if one["objected"]],
        "judged": [one for one in judged if not one["objected"]],
        "answers": answers,
    }
    return shown(request, "proposals/desk_queue.html", values)


def _line(one: Waiting) -> dict[str, Any]:
    return {
        "address": reverse("proposals:judge", args=[one.about_id]),
        "title": one.title,
        "written_in": one.language,
        "comment": one.comment,
        "where": showing.where(one.district),
        "since": wording.moment(one.since),
        "objected": one.objected,
        "yours": one.yours,
    }


@page(open_to="supervisors")
def judge(request: HttpRequest, about_id: UUID) -> HttpResponse:
    """One of what waits, and the decision. Raises NotFound when it does not wait."""
    who, typed = official(request), request.POST if request.method == "POST" else None
    one, entries = proposals.one_waiting(official=who, about_id=about_id)
    known = proposals.rules_in_words(language=catalogue.language())
    form = JudgeForm(known, of_comment=one.comment, data=typed)
    if typed is not None and form.is_valid() and _judged(request, form, about_id):
        return redirect("proposals:desk_proposals")
    values = {
        **_line(one),
        "text": one.text,
        "form": form,
        "history": [showing.happened(entry) for entry in entries],
    }
    return shown(request, "proposals/desk_judge.html", values, status=422 if form.errors else 200)


def _judged(request: HttpRequest, form: JudgeForm, about_id: UUID) -> bool:
    """Do what the form says; its mistakes are shown in it."""
    who, said = official(request), form.cleaned_data
    try:
        if said["verdict"] == "shown":
            proposals.let_through(official=who, about_id=about_id)
        else:
            reasons = [Reason(code) for code in said["reasons"]]
            same_as = said.get("same_as")
            proposals.refuse(official=who, about_id=about_id, reasons=reasons, words=said["words"], same_as=same_as)
    except Refused:
        form.add_error(None, _("You refused it: a colleague looks at the objection."))
        return False
    except BadInput:
        form.add_error("same_as" if "same_as" in form.fields else "words", _("Nobody can see such a proposal."))
        return False
    except Conflict:
        notices.info(request, _("Somebody has decided on it already."))
    else:
        notices.success(request, _("Decided. The author is told."))
    return True


@page(open_to="supervisors")
def answer(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Answer a proposal that was assessed. Raises NotFound, Http404 when it does not wait for an answer."""
    found = proposals.proposal(proposal_id=proposal_id)
    if found.stage is not Stage.ASSESSED:
        raise Http404("it does not wait for an answer")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            proposals.answer(
                official=official(request),
                proposal_id=proposal_id,
                taken_up=said["verdict"] == "yes",
                words=said["words"],
                follows=said["follows"],
            )
        except Conflict:
            notices.info(request, _("Somebody has answered already."))
        else:
            notices.success(request, _("Answered: everybody can read it."))
        return redirect("proposals:desk_proposals")
    values = {"one": showing.line(found), "text": found.text, "form": form}
    return shown(request, "proposals/desk_answer.html", values, status=422 if form.errors else 200)
