"""What would be so: a few questions, one at a time, for anybody. Nobody's facts are read and nothing is stored."""

from __future__ import annotations

import re
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
    names = _in_order(name)
    given = [fact for fact in names if fact in request.GET]
    form = FactsForm(given, request.GET, what_if=True)
    values: dict[str, Any] = {"name": wording.service(name), "service": name, "form": form}
    if not form.is_valid():
        values["earlier"] = [(fact, request.GET[fact]) for fact in given if fact not in form.errors]
        for fact in set(given) - set(form.errors):
            del form.fields[fact]
        return render(request, "portal/what_if.html", values, status=422)
    known = {fact: facts.fitting_value(name=fact, value=value) for fact, value in form.values.items()}
    outcome = dues.suppose(service=name, known=known)
    values["answers"] = [
        (wording.question(fact, what_if=True), wording.value(fact, value)) for fact, value in known.items()
    ]
    # a figure that is late does not keep what can be asked from deciding
    following = next((fact for fact in names if fact in outcome.missing), None)
    if following is not None:
        values["form"] = FactsForm([following], what_if=True)
        values["earlier"] = [(fact, request.GET[fact]) for fact in given]
    else:
        values["outcome"] = {
            "due": outcome.verdict is Verdict.DUE,
            "amount": wording.money(outcome.amount) if outcome.amount else "",
            "failing": wording.failing(name, outcome.failing),
            "late": outcome.verdict is Verdict.WAITING,
        }
    return render(request, "portal/what_if.html", values)


def _in_order(service: str) -> list[str]:
    """The facts of a rule as it names them, but whether somebody has died is asked last: mostly it need not be asked at all."""
    rule = dues.rule_set().rule(service)
    texts = [*rule.conditions.values(), *([rule.amount] if rule.amount else [])]
    said = [word for one in texts for word in re.findall(r"\w+", one.text)]
    return sorted(rule.facts, key=lambda fact: (_is_death(fact), said.index(fact)))


def _is_death(fact: str) -> bool:
    """Whether a fact is the one that ends a person's part in everything, or follows from that of somebody else."""
    known = facts.definition(name=fact)
    while known.fact:
        known = facts.definition(name=known.fact)
    return bool(facts.stopped_by()) and known.name == facts.stopped_by()
