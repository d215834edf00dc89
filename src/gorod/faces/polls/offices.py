"""Votes on paper: a clerk gives a paper to a visitor, which uses up their right; after the closing the box is opened and each paper
entered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gorod.engines.counter import api as counter
from gorod.engines.polls import api as polls
from gorod.engines.polls.data import State, Version
from gorod.faces.accounts.access import official, page, visit
from gorod.faces.desk.showing import shown
from gorod.faces.polls import showing
from gorod.kernel.errors import Conflict, Forbidden, GorodError
from gorod.records.officials.data import Role
from gorod.verify.polls.settings import Kind, Question


@page(open_to="clerks")
def give_paper(request: HttpRequest) -> HttpResponse:
    """The open polls, for the visitor who is served: a paper in each, once."""
    served = visit(request)
    if request.method == "POST":
        if served is None:
            raise Conflict("nobody is served", remedy="begin a visit at the counter first")
        version_id = request.POST.get("version", "")
        try:
            polls.give_paper(
                version_id=UUID(version_id),
                party_id=served.party_id,
                office=served.agency,
                by=counter.signature(served),
            )
        except (GorodError, ValueError) as error:
            notices.error(request, error.detail if isinstance(error, GorodError) else _("Choose a poll."))
        else:
            notices.success(request, _("Give them a paper of this poll; it goes into the box."))
        return redirect("polls:give_paper")
    known = polls.versions(states=[State.OPEN])
    closed = polls.versions(states=[State.CLOSED])
    values = {
        "served_now": served is not None,
        "open": [showing.line(one) for one in known],
        "closed": [showing.line(one) for one in closed if one.papers],
    }
    return shown(request, "polls/desk_paper.html", values)


@page(open_to="clerks")
def papers(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Enter the papers of one's own office, one after another."""
    version = polls.version(version_id=version_id)
    office = _office(request)
    form = PaperForm(version, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            polls.enter_paper(
                version_id=version_id, office=office, number=form.cleaned_data["number"], answers=form.answers()
            )
        except GorodError as error:
            form.add_error(None, f"{error.detail}; {error.remedy}")
        else:
            notices.success(request, _("Paper %(number)s is entered.") % {"number": form.cleaned_data["number"]})
            return redirect("polls:papers", version_id)
    values: dict[str, Any] = {"poll": showing.line(version), "form": form, "office": office}
    return shown(request, "polls/desk_papers.html", values, status=422 if form.errors else 200)


def _office(request: HttpRequest) -> str:
    """The agency where the official is a clerk."""
    known = sorted(official(request).agencies(Role.CLERK))
    if not known:
        raise Forbidden("papers are entered by clerks", remedy="ask the operator for the appointment")
    return known[0]


class PaperForm(forms.Form):
    """What is on one paper."""

    def __init__(self, version: Version, data: QueryDict | None) -> None:
        super().__init__(data)
        self._questions = version.draft.questions
        self.fields["number"] = forms.IntegerField(label=_("Number of the paper"), min_value=1)
        for one in self._questions:
            self._ask(one)

    def _ask(self, one: Question) -> None:
        words = showing.words(one.words)
        options = [(option, showing.words(said)) for option, said in one.options.items()]
        if one.kind is Kind.RATING:
            options = [(str(stars), str(stars)) for stars in range(1, one.most + 1)]
        if one.kind in (Kind.SINGLE, Kind.RATING):
            self.fields[one.id] = forms.ChoiceField(
                label=words, choices=[("", _("no answer")), *options], required=False
            )
        elif one.kind is Kind.SEVERAL:
            self.fields[one.id] = forms.MultipleChoiceField(
                label=words, choices=options, required=False, widget=forms.CheckboxSelectMultiple
            )
        elif one.kind is Kind.TEXT:
            self.fields[one.id] = forms.CharField(
                label=words, max_length=one.most, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
        else:
            for option, said in options:
                self.fields[f"{one.id}-{option}"] = forms.IntegerField(
                    label=f"{words} {said}", min_value=0, max_value=one.most, required=False
                )

    def answers(self) -> dict[str, object]:
        """As the poll wants them."""
        found = {one.id: self._answer(one) for one in self._questions}
        return {question: answer for question, answer in found.items() if answer}

    def _answer(self, one: Question) -> object:
        given = self.cleaned_data
        if one.kind is Kind.RATING:
            return int(given[one.id]) if given[one.id] else None
        if one.kind not in (Kind.RANKING, Kind.POINTS):
            return given[one.id]
        numbers = {option: given[f"{one.id}-{option}"] for option in one.options if given[f"{one.id}-{option}"]}
        return numbers if one.kind is Kind.POINTS else sorted(numbers, key=lambda option: numbers[option])
