"""Pages for everybody, signed in or not."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.engines.cases import api as cases
from gorod.faces.api.access import open_to
from gorod.faces.portal.page import page, show


@open_to("everybody")
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the language that the reader prefers, of those that the city speaks."""
    city = catalogue.current()
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    spoken = (code.split("-")[0] for code, _ in wanted)
    language = next((code for code in spoken if code in city.languages), city.languages[0])
    response = HttpResponseRedirect(reverse("portal:home", args=[language]))
    response["Vary"] = "Accept-Language"
    return response


@page(open_to="everybody")
def home(request: HttpRequest, city: City, language: str) -> HttpResponse:
    """What may have happened to somebody, and all services by area."""
    services = sorted(city.services.values(), key=lambda one: (one.area, one.texts[language].name))
    return show(
        request,
        "portal/home.html",
        city,
        language,
        events=[
            {
                "name": event.names[language],
                "address": reverse("portal:life_event", args=[language, event.name]),
                "services": len(event.steps),
            }
            for event in city.life_events.values()
        ],
        areas=[
            {
                "name": city.area_names.get(language, {}).get(area, area.replace("_", " ").capitalize()),
                "services": [_link(city, one.name, language) for one in several],
            }
            for area, several in groupby(services, key=attrgetter("area"))
        ],
    )


def _link(city: City, name: str, language: str) -> dict[str, str]:
    texts = city.services[name].texts[language]
    return {"name": texts.name, "summary": texts.summary, "address": reverse("portal:service", args=[language, name])}


@page(open_to="everybody")
def life_event(request: HttpRequest, city: City, language: str, name: str) -> HttpResponse:
    """What is due when this happens, in the order in which one thing makes the next possible."""
    found = city.life_events.get(name)
    if found is None:
        raise Http404(f"no life event is called {name}")
    steps = [
        {
            **_link(city, step.service, language),
            "needs": [city.services[need].texts[language].name for need in step.needs],
        }
        for step in found.steps.values()
    ]
    return show(request, "portal/life_event.html", city, language, name=found.names[language], steps=steps)


@page(open_to="everybody")
def service(request: HttpRequest, city: City, language: str, name: str) -> HttpResponse:
    """One service: what it gives, when it is refused, how long it takes, who decides, by which law."""
    found = city.services.get(name)
    if found is None:
        raise Http404(f"no service is called {name}")
    texts = found.texts[language]
    return show(
        request,
        "portal/service.html",
        city,
        language,
        texts=texts,
        refused=list(texts.conditions.values()),
        owner=city.agencies[found.owner].names[language],
        days=cases.case_type(service=name).within_working_days,
        law=found.law,
    )
