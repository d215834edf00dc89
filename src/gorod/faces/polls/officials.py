"""What officials do with polls: ask, announce, bring the key, say what follows. None of them can see a vote before the closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.engines.polls import api as polls
from gorod.engines.polls.data import Carried, Draft, State, Version
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.showing import shown
from gorod.faces.polls import showing
from gorod.faces.polls.forms import MeasureForm, PollForm, ShareForm, question_forms
from gorod.kernel.errors import BadInput, GorodError
from gorod.kernel.expressions.data import ExpressionError

ASKS = "supervisors"


@page(open_to=ASKS)
def all_polls(request: HttpRequest) -> HttpResponse:
    """Every poll, drafts too."""
    known = polls.versions(states=list(State))
    return shown(request, "polls/desk_polls.html", {"polls": [showing.line(one) for one in known]})


@page(open_to=ASKS)
def new(request: HttpRequest) -> HttpResponse:
    """Ask something new."""
    return _edit(request, None, lambda draft: polls.draft(draft=draft, official_id=official(request).official_id))


@page(open_to=ASKS)
def change(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Change what is not announced yet."""
    before = polls.version(version_id=version_id)

    def keep(draft: Draft) -> UUID:
        polls.change(version_id=version_id, draft=draft)
        return version_id

    return _edit(request, before.draft, keep)


@page(open_to=ASKS)
def otherwise(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Ask the same otherwise: another version, whose votes are counted apart."""
    before = polls.version(version_id=version_id)
    return _edit(request, before.draft, lambda draft: polls.ask_otherwise(poll_id=before.poll_id, draft=draft))


def _edit(request: HttpRequest, before: Draft | None, keep: Callable[[Draft], UUID]) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    adds = posted is not None and posted.get("do") == "add"
    form = PollForm(before, posted, request.FILES or None)
    asked = question_forms(before, posted, more=adds)
    if posted is not None and not adds and form.is_valid() and asked.is_valid():
        try:
            version_id = keep(form.draft(tuple(one.question(number) for number, one in enumerate(asked, 1))))
        except ExpressionError as error:
            form.add_error("rule", f"{error.detail}; {error.remedy}")
        except BadInput as error:
            form.refused(error)
        else:
            return redirect("polls:desk_poll", version_id)
    wrong = posted is not None and not adds
    called = showing.words(before.title) if before else ""
    values = {"form": form, "questions": asked, "error": wrong, "called": called}
    return shown(request, "polls/desk_edit.html", values, status=422 if wrong else 200)


@page(open_to=ASKS)
def poll(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A poll as those see it who ask."""
    return _shown(request, polls.version(version_id=version_id))


def _shown(
    request: HttpRequest, version: Version, *, share: ShareForm | None = None, measure: MeasureForm | None = None
) -> HttpResponse:
    values: dict[str, Any] = {
        "poll": showing.line(version),
        "about": showing.words(version.draft.about),
        "rule": version.draft.rule,
        "questions": showing.questions(version),
        "problem": version.problem,
        "waits_for_key": version.state is State.CLOSED and not version.key_published,
        "brought": version.shares,
        "waits_for_papers": version.state is State.CLOSED and version.papers,
        "papers": version.papers,
        "share": share or ShareForm(),
        "measure": measure or MeasureForm(),
        "measures": [showing.measure(one) for one in polls.measures(poll_id=version.poll_id)],
        "states": [(one.value, showing.carried(one)) for one in Carried],
        **showing.figures(version),
    }
    if version.result is not None:
        values["result"] = showing.result(version)
    wrong = bool((share and share.errors) or (measure and measure.errors))
    return shown(request, "polls/desk_poll.html", values, status=422 if wrong else 200)


@page(open_to=ASKS)
@require_POST
def announce(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Fix a draft for good."""
    try:
        polls.announce(version_id=version_id)
    except GorodError as error:
        notices.error(request, f"{error.detail}; {error.remedy}")
    else:
        notices.success(request, _("It is being announced: who may take part is counted, then everything is fixed."))
    return redirect("polls:desk_poll", version_id)


@page(open_to=ASKS)
@require_POST
def remove(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    polls.remove(version_id=version_id)
    notices.success(request, _("The draft is gone."))
    return redirect("polls:desk_polls")


@page(open_to=ASKS)
@require_POST
def papers_done(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """All offices have entered their papers."""
    polls.papers_done(version_id=version_id)
    notices.success(request, _("The poll is being counted."))
    return redirect("polls:desk_poll", version_id)


@page(open_to=ASKS)
@require_POST
def share(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A trustee brings their share."""
    form = ShareForm(request.POST, request.FILES)
    if form.is_valid():
        name, text = form.cleaned_data["file"]
        try:
            polls.bring_share(version_id=version_id, name=name, share=text)
        except BadInput as error:
            form.add_error("file", f"{error.detail}; {error.remedy}")
        else:
            notices.success(request, _("The share of %(name)s is here.") % {"name": name})
            return redirect("polls:desk_poll", version_id)
    return _shown(request, polls.version(version_id=version_id), share=form)


@page(open_to=ASKS)
@require_POST
def measures(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Say what the city does because of a poll, or how far it is with that."""
    version = polls.version(version_id=version_id)
    if "measure" in request.POST:
        try:
            polls.carry_on(measure_id=UUID(request.POST["measure"]), state=Carried(request.POST.get("state", "")))
        except ValueError:
            raise BadInput("this is no state of a measure", remedy="choose one of the list") from None
        return redirect("polls:desk_poll", version_id)
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return _shown(request, version, measure=form)
    given = form.cleaned_data
    polls.say_measure(
        poll_id=version.poll_id,
        words=form.words(),
        state=Carried(given["state"]),
        district=given["district"],
        due=given["due"],
        official_id=official(request).official_id,
    )
    notices.success(request, _("It is said, and everybody can see it."))
    return redirect("polls:desk_poll", version_id)
