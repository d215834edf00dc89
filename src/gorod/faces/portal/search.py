"""One box for everyday words: what fits, how it stands for the resident who asks, and a person when nothing does."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import Contact
from gorod.engines.dues import api as dues
from gorod.engines.journeys.data import JourneyState
from gorod.engines.search import api as engine
from gorod.engines.search.data import Hit, Kind
from gorod.faces.accounts.access import is_resident, page, resident
from gorod.faces.portal.apply import answers_for
from gorod.faces.portal.mine import journey_line, journeys_of

SHOWN = 5
OWN = 3  # services of which it is said how they stand for the resident: each one read costs as much as the search
PURPOSE = "question"


@page(open_to="everybody")
def search(request: HttpRequest) -> HttpResponse:
    """What answers a question, best first. The question stands in the address and is kept nowhere."""
    asked = engine.readable(text=request.GET.get("q", ""))
    hits = _known(engine.find(text=asked, language=catalogue.language(), limit=SHOWN))
    values = {
        "asked": asked,
        "hits": [{**_shown(hit), **one} for hit, one in zip(hits, _mine(request, hits), strict=True)],
        "contacts": [_contact(one) for one in catalogue.current().contacts],
    }
    return render(request, "portal/search.html", values)


def _known(hits: Sequence[Hit]) -> list[Hit]:
    """Those that this process's city has: while a new content is brought in, the index may be that of the other one."""
    city = catalogue.current()
    known: Mapping[Kind, Collection[str]] = {Kind.SERVICE: city.services, Kind.LIFE_EVENT: city.life_events}
    return [hit for hit in hits if hit.name in known[hit.kind]]


def _mine(request: HttpRequest, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """How the best hits stand for the resident who asks: only what was found is looked at. Empty for everybody else."""
    if not hits or not is_resident(request):
        return [{} for _ in hits]
    me = resident(request)
    services = [hit.name for hit in hits if hit.kind is Kind.SERVICE and hit.name in dues.rule_set().services][:OWN]
    answers = answers_for(services, me, purpose=PURPOSE) if services else {}
    going_on = [one for one in journeys_of(me) if one.state is JourneyState.OPEN]
    return [
        {"answers": answers.get(hit.name, [])}
        if hit.kind is Kind.SERVICE
        else {"journeys": [journey_line(one) for one in going_on if one.life_event == hit.name]}
        for hit in hits
    ]


def _shown(hit: Hit) -> dict[str, Any]:
    city, spoken = catalogue.current(), catalogue.language()
    if hit.kind is Kind.LIFE_EVENT:
        event = city.life_events[hit.name]
        address = reverse("portal:life_event", args=[hit.name])
        return {"name": event.names[spoken], "address": address, "services": len(event.steps)}
    texts = city.services[hit.name].texts[spoken]
    return {
        "name": texts.name,
        "address": reverse("portal:service", args=[hit.name]),
        "summary": texts.summary,
        "gives": texts.gives,
    }


def _contact(one: Contact) -> dict[str, str]:
    spoken = catalogue.language()
    return {
        "name": one.names[spoken],
        "phone": one.phone,
        "dial": re.sub(r"[^+0-9]", "", one.phone),
        "hours": one.hours.get(spoken, ""),
    }
