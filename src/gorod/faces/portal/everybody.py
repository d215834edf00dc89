"""Pages that everybody may open, signed in or not."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import Service
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
from gorod.faces.accounts.access import is_resident, page, resident
from gorod.faces.portal import wording
from gorod.faces.portal.apply import answers_for, purpose_of
from gorod.faces.portal.mine import home_values
from gorod.kernel import clock
from gorod.kernel.periods import add_months

USED = 6  # services on the home page because they are applied for most


@page(open_to="everybody")
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the language that the reader prefers, of those that the city speaks."""
    chosen = catalogue.preferred_language(accepted=request.headers.get("Accept-Language", ""))
    response = HttpResponseRedirect(f"/{chosen}/")
    response["Vary"] = "Accept-Language"
    return response


@page(open_to="everybody")
def home(request: HttpRequest) -> HttpResponse:
    """For a resident: what is due, asked and under way. For everybody else: what may have happened, what others use, the areas."""
    values: dict[str, Any] = {"events": _events()}
    if is_resident(request):
        values["mine"] = home_values(resident(request))
    else:
        values["areas"] = _areas()
        values["used"] = [_link(name) for name in _most_used() if name in catalogue.current().services]
    return render(request, "portal/home.html", values)


@page(open_to="everybody")
def services(request: HttpRequest) -> HttpResponse:
    """All services by area."""
    return render(request, "portal/services.html", {"areas": _areas()})


def _most_used() -> list[str]:
    """What was applied for most in the month before this one; looked up once a day."""
    before = clock.today().replace(day=1)
    key = f"portal.most_used.{before}"
    found: list[str] | None = cache.get(key)
    if found is None:
        since = add_months(before, -1)
        found = cases.most_used(since=clock.starts(since), before=clock.starts(before), limit=USED)
        cache.set(key, found, timeout=24 * 3600)
    return found


def _events() -> list[dict[str, Any]]:
    return [
        {
            "name": event.names[catalogue.language()],
            "address": reverse("portal:life_event", args=[event.name]),
            "services": len(event.steps),
            "picture": catalogue.current().pictures.get(event.name, ""),
        }
        for event in catalogue.current().life_events.values()
    ]


def _areas() -> list[dict[str, Any]]:
    city, spoken = catalogue.current(), catalogue.language()
    known = sorted(city.services.values(), key=lambda one: (one.area, one.texts[spoken].name))
    return [
        {
            "code": area,
            "picture": city.pictures.get(area, ""),
            "name": city.area_names.get(spoken, {}).get(area, area.replace("_", " ").capitalize()),
            "services": [_link(one.name) for one in several],
        }
        for area, several in groupby(known, key=attrgetter("area"))
    ]


def _link(name: str) -> dict[str, str]:
    texts = catalogue.current().services[name].texts[catalogue.language()]
    return {"name": texts.name, "summary": texts.summary, "address": reverse("portal:service", args=[name])}


@page(open_to="everybody")
def life_event(request: HttpRequest, name: str) -> HttpResponse:
    """What is due when this happens, in the order in which one thing makes the next possible."""
    city = catalogue.current()
    found = city.life_events.get(name)
    if found is None:
        raise Http404(f"no life event is called {name}")
    steps = [
        {
            **_link(step.service),
            "needs": [city.services[need].texts[catalogue.language()].name for need in step.needs],
        }
        for step in found.steps.values()
    ]
    return render(request, "portal/life_event.html", {"name": found.names[catalogue.language()], "steps": steps})


def _cost(service: Service) -> str:
    """What a resident pays today, in words."""
    if not service.cost:
        return _("nothing, it is free")
    figure = catalogue.current().values[service.cost].at(clock.today())
    return wording.money(figure.figure) if figure and figure.figure is not None else _("not published yet")


@page(open_to="everybody")
def service(request: HttpRequest, name: str) -> HttpResponse:
    """One service: what it gives, when it is refused, how long it takes, who decides, by which law; for a resident also how it
    stands for them."""
    city = catalogue.current()
    found = city.services.get(name)
    if found is None:
        raise Http404(f"no service is called {name}")
    texts = found.texts[catalogue.language()]
    values = {
        "texts": texts,
        "refused": list(texts.conditions.values()),
        "owner": city.agencies[found.owner].names[catalogue.language()],
        "days": city.case_types[name].within_working_days if name in city.case_types else None,
        "booked": name in city.bookables,
        "cost": _cost(found),
        "law": found.law,
        "name": name,
        "what_if": bool(name in dues.rule_set().services and dues.rule_set().facts_of(name)),
    }
    if is_resident(request) and name in dues.rule_set().services:
        values["answers"] = answers_for([name], resident(request), purpose=purpose_of(name))[name]
    return render(request, "portal/service.html", values)
