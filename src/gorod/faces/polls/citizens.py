"""What residents see of polls: what is asked, their vote, what came of it. Everybody may look; a vote needs an account."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gorod.engines.polls import api as polls
from gorod.engines.polls.data import PUBLIC, State, Version
from gorod.faces.accounts.access import is_resident, page, resident, visit
from gorod.faces.api import problems
from gorod.faces.api.wire import json_of
from gorod.faces.polls import showing
from gorod.kernel.errors import BadInput, Forbidden, GorodError, NotFound
from gorod.ui.pages import policy
from gorod.verify.polls import settings


@page(open_to="everybody")
def all_polls(request: HttpRequest) -> HttpResponse:
    """What is open, what comes, what was decided."""
    known = polls.versions()
    states = {
        "open": (State.OPEN,),
        "coming": (State.ANNOUNCED,),
        "counting": (State.CLOSING, State.CLOSED),
        "counted": (State.COUNTED,),
    }
    lists = {name: [showing.line(one) for one in known if one.state in of] for name, of in states.items()}
    return render(request, "polls/polls.html", {**lists, "signed_in": is_resident(request)})


@page(open_to="everybody")
def poll(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One poll: the ballot while it is open, and what came of it."""
    version = _public(version_id)
    mine = is_resident(request) and visit(request) is None
    values: dict[str, Any] = {
        "poll": showing.line(version),
        "about": showing.words(version.draft.about),
        "questions": showing.questions(version),
        "versions": [showing.line(one) for one in polls.versions(poll_id=version.poll_id)],
        "measures": [showing.measure(one) for one in polls.measures(poll_id=version.poll_id)],
        "signed_in": mine,
        "at_counter": visit(request) is not None,
        **showing.figures(version),
    }
    if version.state is State.OPEN and mine:
        assert version.settings is not None
        values |= {
            "votes": True,
            "settings": settings.written(version.settings),
            "took_part": any(one.version_id == version_id for one in polls.parts_of(party_id=resident(request))),
        }
    if version.result is not None:
        values["result"] = showing.result(version)
    response = render(request, "polls/poll.html", values)
    if values.get("votes"):
        # libsodium is WebAssembly; this allows it to be compiled, and no text to be run as code
        response["Content-Security-Policy"] = policy.pages(more_scripts=["'wasm-unsafe-eval'"])
    return response


def _public(version_id: UUID) -> Version:
    version = polls.version(version_id=version_id)
    if version.state not in PUBLIC:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    return version


@page(open_to="residents", at_counter=False)
@require_POST
def token(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Sign blind what the resident's device sent. The answer says nothing that the device could be known by later; a refusal is a
    problem, as a program reads it."""
    try:
        return _token(request, version_id)
    except GorodError as error:
        return problems.answer(error)


def _token(request: HttpRequest, version_id: UUID) -> HttpResponse:
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="poll_token")
    if limited is not None:
        return limited
    if visit(request) is not None:
        raise Forbidden("a vote is made on the voter's own device", remedy="give them a paper")
    try:
        blinded = b64decode(str(json_of(request.body)["blinded"]), validate=True)
    except (NotBase64, KeyError, TypeError, ValueError):
        raise BadInput("this is no blinded message", remedy='send {"blinded": base64}') from None
    signature = polls.token(version_id=version_id, party_id=resident(request), blinded=blinded)
    return JsonResponse({"signature": b64encode(signature).decode()})


@page(open_to="residents")
def mine(request: HttpRequest) -> HttpResponse:
    """Where one took part, and the points for it. How one voted nobody knows."""
    parts = polls.parts_of(party_id=resident(request))
    values = {"parts": [showing.part(one) for one in parts], "points": sum(one.points for one in parts)}
    return render(request, "polls/mine.html", values)


@page(open_to="everybody")
def decisions(request: HttpRequest) -> HttpResponse:
    """What the city does because of polls, and how far it is; on the map where a district is named."""
    return render(request, "polls/decisions.html", showing.decisions(polls.measures()))
