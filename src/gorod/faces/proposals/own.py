"""A resident's own proposals and comments: suggesting, what became of each, changing, objecting, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.proposals import api as proposals
from gorod.engines.proposals.data import Comment, Proposal, Stage, State
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import ledger
from gorod.faces.portal.forms import ReasonForm
from gorod.faces.proposals import showing
from gorod.faces.proposals.forms import CommentForm, ProposalForm
from gorod.kernel.errors import BadInput, NotFound, Refused


@page(open_to="residents", at_counter=False)
def new(request: HttpRequest) -> HttpResponse:
    """Suggest something."""
    form = ProposalForm(showing.districts(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = proposals.suggest(
                party_id=resident(request),
                key=str(said["key"]),
                title=said["title"],
                text=said["text"],
                district=said.get("district", ""),
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
            return redirect("proposals:own", made.proposal_id)
    return render(request, "proposals/new.html", {"form": form}, status=422 if form.errors else 200)


@page(open_to="residents", at_counter=False)
def mine(request: HttpRequest) -> HttpResponse:
    """What one has suggested and said, newest first, and how each stands."""
    me = resident(request)
    values = {
        "proposals": [
            {**showing.line(one), "shown": one.state is State.SHOWN} for one in proposals.own_proposals(party_id=me)
        ],
        "comments": [showing.comment(one) for one in proposals.own_comments(party_id=me)],
    }
    return render(request, "proposals/mine.html", values)


@page(open_to="residents", at_counter=False)
def one(request: HttpRequest, about_id: UUID) -> HttpResponse:
    """One of them, with all that was decided on it and why, and what one can do. Raises NotFound for another's."""
    me = resident(request)
    found = proposals.own(party_id=me, about_id=about_id)
    early = isinstance(found, Comment) or found.stage in (Stage.SUGGEST, Stage.DISCUSS)
    values: dict[str, Any] = {
        "id": about_id,
        "one": showing.line(found) if isinstance(found, Proposal) else showing.comment(found),
        "comment": isinstance(found, Comment),
        "text": found.text,
        "shown": found.state is State.SHOWN and (isinstance(found, Proposal) or _is_seen(found.proposal_id)),
        "refused": found.state is State.REFUSED,
        "may_object": found.state is State.REFUSED and not found.objected,
        "may_withdraw": found.state is not State.WITHDRAWN and early,
        "history": [
            {
                **showing.happened(entry),
                "proof": reverse("proposals:receipt", args=[entry.entry_id]) if entry.proved else "",
            }
            for entry in proposals.history(about_id=about_id, viewer=me)
        ],
    }
    return render(request, "proposals/own.html", values)


def _is_seen(proposal_id: UUID) -> bool:
    """Whether everybody can still open the proposal that a comment is about."""
    try:
        return proposals.proposal(proposal_id=proposal_id).state is State.SHOWN
    except NotFound:
        return False


@page(open_to="residents", at_counter=False)
def receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof that something of one's own was decided so. Raises NotFound, also while it is not published."""
    return ledger.file(proposals.opening(party_id=resident(request), entry_id=entry_id), str(entry_id))


@page(open_to="residents", at_counter=False)
def change(request: HttpRequest, about_id: UUID) -> HttpResponse:
    """Change what was refused and send it again. Raises NotFound for another's."""
    me, typed = resident(request), request.POST if request.method == "POST" else None
    found = proposals.own(party_id=me, about_id=about_id)
    form = _form_of(found, typed)
    if typed is not None and form.is_valid():
        said = form.cleaned_data
        try:
            if isinstance(found, Proposal):
                proposals.change(
                    party_id=me,
                    proposal_id=about_id,
                    title=said["title"],
                    text=said["text"],
                    district=said.get("district", ""),
                    named=said["named"],
                )
            else:
                proposals.change_comment(party_id=me, comment_id=about_id, text=said["text"], named=said["named"])
        except Refused as error:
            form.add_error(None, showing.in_the_way(error))
        except BadInput:
            form.add_error("text", _("Write a sentence or two."))
        else:
            notices.success(request, _("Sent again. Somebody reads it by the published rules."))
            return redirect("proposals:own", about_id)
    return render(request, "proposals/change.html", {"form": form}, status=422 if form.errors else 200)


def _form_of(found: Proposal | Comment, typed: Any) -> ProposalForm | CommentForm:
    """Filled in with what was sent before."""
    before: dict[str, Any] = {"text": found.text, "named": found.named}
    if isinstance(found, Comment):
        return CommentForm(typed, initial=before)
    before |= {"title": found.title, "district": found.district}
    return ProposalForm(showing.districts(), typed, initial=before)


@page(open_to="residents", at_counter=False)
def object_to(request: HttpRequest, about_id: UUID) -> HttpResponse:
    """Object to a refusal. Raises NotFound for another's."""
    me = resident(request)
    found = proposals.own(party_id=me, about_id=about_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.object_to(party_id=me, about_id=about_id, words=form.cleaned_data["reason"])
        except Refused as error:
            form.add_error(None, showing.in_the_way(error))
        except BadInput:
            form.add_error("reason", _("Write a sentence or two."))
        else:
            notices.success(request, _("Somebody else than before looks at it now."))
            return redirect("proposals:own", about_id)
    values = {"form": form, "title": found.title}
    return render(request, "proposals/object.html", values, status=422 if form.errors else 200)


@page(open_to="residents", at_counter=False)
@require_POST
def withdraw(request: HttpRequest, about_id: UUID) -> HttpResponse:
    """Take it back. Raises NotFound for another's."""
    try:
        proposals.withdraw(party_id=resident(request), about_id=about_id)
    except Refused as error:
        notices.error(request, showing.in_the_way(error))
    else:
        notices.success(request, _("It is withdrawn: nobody else sees it any more."))
    return redirect("proposals:own", about_id)
