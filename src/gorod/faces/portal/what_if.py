"""What would be so: a few questions, one at a time, for anybody. Nobody's facts are read and nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.rules.data import Verdict
from gorod.faces.accounts.access import page
from gorod.faces.portal import wording
from gorod.faces.portal.forms import FactsForm
from gorod.records.facts import api as facts


@page(open_to="everybody")
def what_if(request: HttpRequest, name: str) -> HttpResponse:
    """Answers stand in the address, so the way back, a reload and a link sent to somebody just work. Asked is only what can
    still change the answer."""
    if name not in catalogue.current().services or name not in dues.rule_set().services:
        raise Http404(f"no service is called {name}")
    names = dues.rule_set().facts_of(name)
    given = [fact for fact in names if fact in request.GET]
    form = FactsForm(given, request.GET)
    values: dict[str, Any] = {"name": wording.service(name), "service": name, "form": form}
    if not form.is_valid():
        values["earlier"] = [(fact, request.GET[fact]) for fact in given if fact not in form.errors]
        for fact in set(given) - set(form.errors):
            del form.fields[fact]
        return render(request, "portal/what_if.html", values, status=422)
    known = {fact: facts.fitting_value(name=fact, value=value) for fact, value in form.values.items()}
    outcome = dues.suppose(service=name, known=known)
    values["answers"] = [(wording.meaning(fact), wording.value(fact, value)) for fact, value in known.items()]
    if outcome.verdict is Verdict.UNKNOWN:
        following = next(fact for fact in names if fact in outcome.missing)
        values["form"] = FactsForm([following])
        values["earlier"] = [(fact, request.GET[fact]) for fact in given]
    else:
        values["outcome"] = {
            "due": outcome.verdict is Verdict.DUE,
            "amount": wording.money(outcome.amount) if outcome.amount else "",
            "failing": wording.failing(name, outcome.failing),
            "late": outcome.verdict is Verdict.WAITING,
        }
    return render(request, "portal/what_if.html", values)
