"""Pages for everybody, signed in or not."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City
from gorod.engines.cases import api as cases
from gorod.faces.accounts.access import page


@page(open_to="everybody")
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the language that the reader prefers, of those that the city speaks."""
    city = catalogue.current()
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    spoken = (code.split("-")[0] for code, _ in wanted)
    language = next((code for code in spoken if code in city.languages), city.languages[0])
    response = HttpResponseRedirect(f"/{language}/")
    response["Vary"] = "Accept-Language"
    return response


@page(open_to="everybody")
def home(request: HttpRequest) -> HttpResponse:
    """What may have happened to somebody, and all services by area."""
    city, language = catalogue.current(), get_language() or ""
    services = sorted(city.services.values(), key=lambda one: (one.area, one.texts[language].name))
    values = {
        "events": [
            {
                "name": event.names[language],
                "address": reverse("portal:life_event", args=[event.name]),
                "services": len(event.steps),
            }
            for event in city.life_events.values()
        ],
        "areas": [
            {
                "name": city.area_names.get(language, {}).get(area, area.replace("_", " ").capitalize()),
                "services": [_link(city, one.name, language) for one in several],
            }
            for area, several in groupby(services, key=attrgetter("area"))
        ],
    }
    return render(request, "portal/home.html", values)


def _link(city: City, name: str, language: str) -> dict[str, str]:
    texts = city.services[name].texts[language]
    return {"name": texts.name, "summary": texts.summary, "address": reverse("portal:service", args=[name])}


@page(open_to="everybody")
def life_event(request: HttpRequest, name: str) -> HttpResponse:
    """What is due when this happens, in the order in which one thing makes the next possible."""
    city, language = catalogue.current(), get_language() or ""
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
    return render(request, "portal/life_event.html", {"name": found.names[language], "steps": steps})


@page(open_to="everybody")
def service(request: HttpRequest, name: str) -> HttpResponse:
    """One service: what it gives, when it is refused, how long it takes, who decides, by which law."""
    city, language = catalogue.current(), get_language() or ""
    found = city.services.get(name)
    if found is None:
        raise Http404(f"no service is called {name}")
    texts = found.texts[language]
    values = {
        "texts": texts,
        "refused": list(texts.conditions.values()),
        "owner": city.agencies[found.owner].names[language],
        "days": cases.case_type(service=name).within_working_days,
        "law": found.law,
    }
    return render(request, "portal/service.html", values)
