"""The counter: a visitor shows a document, the clerk opens the portal as them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.engines.counter import api as counter
from gorod.faces.accounts.access import official, page, visit
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.faces.portal.forms import PersonForm
from gorod.kernel.errors import NotFound
from gorod.records.parties import api as parties


@page(open_to="clerks")
def find(request: HttpRequest) -> HttpResponse:
    """Find the visitor by their document; the clerk compares the name and begins the visit."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = counter.find(
                official=official(request),
                scheme=given["scheme"],
                value=given["number"],
                family_name=given["family_name"],
            )
        except NotFound:
            form.add_error("number", _("Nobody has this number and this family name."))
        else:
            if request.POST.get("do") == "begin":
                counter.begin(official=official(request), party_id=found, document=given["scheme"])
                return redirect("portal:home")
            values["whom"] = parties.party(party_id=found).names.full()
    served = visit(request)
    if served is not None:
        values["visitor"] = parties.party(party_id=served.party_id).names.full()
        values["until"] = wording.moment(served.ends_at)
    return shown(request, "desk/counter.html", values, status=422 if form.errors else 200)


@page(open_to="clerks")
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The visitor goes."""
    counter.end(official=official(request))
    notices.success(request, _("The visit is over."))
    return redirect("desk:counter")
