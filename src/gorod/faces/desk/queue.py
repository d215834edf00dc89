"""The queue: what waits, the nearest deadline first; and finding a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gorod.engines.handling import api as handling
from gorod.faces.accounts.access import STAFF, official, page
from gorod.faces.desk.forms import SearchForm
from gorod.faces.desk.showing import case_row, name_of, shown

ROWS = 25
VIEWS = ("all", "mine", "free")
LAST_PAGE = 1000  # nobody looks further than that; a filter does


@page(open_to="officials")
def desk(request: HttpRequest) -> HttpResponse:
    """To where this official's work begins."""
    who = official(request)
    first = next(
        name
        for name, roles in (("queue", "officers"), ("counter", "clerks"), ("operations", "operators"))
        if who.holds(STAFF[roles])
    )
    return redirect(f"desk:{first}")


@page(open_to="officers")
def queue(request: HttpRequest) -> HttpResponse:
    """Live cases of the official's agencies: all of them, one's own, or those that nobody works on."""
    who = official(request)
    view = request.GET.get("of", "all")
    view = view if view in VIEWS else "all"
    number = request.GET.get("page", "1")
    at = min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() and int(number) > 0 else 1
    found = handling.queue(
        official=who, mine=view == "mine", unassigned=view == "free", limit=ROWS, offset=(at - 1) * ROWS
    )
    words = {"all": _("All"), "mine": _("Mine"), "free": _("Nobody's")}
    proposed = handling.proposed(cases=found.cases)
    values: dict[str, Any] = {
        "rows": [
            {**case_row(case), "handler": name_of(case.handler_id), "proposed": case.case_id in proposed}
            for case in found.cases
        ],
        "count": found.count,
        "views": [{"name": words[one], "address": f"?of={one}", "current": one == view} for one in VIEWS],
        "before": f"?of={view}&page={at - 1}" if at > 1 else "",
        "after": f"?of={view}&page={at + 1}" if at * ROWS < found.count else "",
        "form": SearchForm(),
    }
    return shown(request, "desk/queue.html", values)


@page(open_to="officers")
def search(request: HttpRequest) -> HttpResponse:
    """Cases by number or by name; the search by name is recorded as a reading of whom it finds."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    rows = [case_row(case) for case in handling.search(official=official(request), text=text)] if text else []
    return shown(request, "desk/search.html", {"form": form, "rows": rows, "asked": bool(text)})
