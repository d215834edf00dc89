"""What everybody sees of allotments: what is dealt out, by which rules, and the files by which anybody deals again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.engines.allotment import api as allotments
from gorod.engines.allotment.data import Allotment, State
from gorod.faces.accounts.access import is_resident, page, resident
from gorod.faces.allotment import showing
from gorod.faces.portal import wording
from gorod.kernel.errors import NotFound


@page(open_to="everybody")
def all_allotments(request: HttpRequest) -> HttpResponse:
    """What is announced, the one that closes last first."""
    values = {
        "rows": [showing.line(one) for one in allotments.allotments()],
        "signed_in": is_resident(request),
    }
    return render(request, "allotment/allotments.html", values)


@page(open_to="everybody")
def allotment(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """One allotment: rules, places, how far it is. Raises NotFound."""
    found = public(allotment_id)
    values: dict[str, Any] = {
        "one": showing.line(found),
        "about": showing.words(found.plan.about),
        "agency": wording.owner(found.plan.agency),
        "rule": found.plan.who,
        "answer_days": found.plan.answer_days,
        "places": showing.places(found.plan),
        "commitment": found.commitment,
        "rules": found.rules,
        "input": found.input,
        "result": found.result,
        "open": found.state is State.OPEN,
        "dealt": found.state is State.DEALT,
        "files": request.build_absolute_uri(f"{request.path}1"),
    }
    if is_resident(request):
        me = resident(request)
        known = allotments.applications_of(party_id=me, allotment_id=allotment_id)
        names = wording.people([one.party_id for one in known], me)
        values["mine"] = [showing.application(one, names) for one in known]
    return render(request, "allotment/allotment.html", values)


@page(open_to="everybody")
def rules_file(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """The published plan. Raises NotFound."""
    return _json(allotments.rules_file(allotment_id=allotment_id))


@page(open_to="everybody")
def file(request: HttpRequest, allotment_id: UUID, name: str) -> HttpResponse:
    """One of the files from which anybody deals again. Raises NotFound, also while it is not published."""
    known = {"input": allotments.input_of, "result": allotments.result_of, "secret": allotments.secret_of}
    if name not in known:
        raise Http404("there is no such file")
    return _json(known[name](allotment_id=allotment_id))


def public(allotment_id: UUID) -> Allotment:
    """One that is announced. Raises NotFound for every other one."""
    found = allotments.allotment(allotment_id=allotment_id)
    if found.state is State.DRAFT:
        raise NotFound(f"no allotment {allotment_id}", remedy="see the list of allotments")
    return found


def _json(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/json; charset=utf-8")
