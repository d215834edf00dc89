"""The content in force: services, their rules with law and figures, and a rule tried on somebody made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.engines.rules.data import Outcome, Verdict
from gorod.faces.accounts.access import page
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.faces.portal.forms import FactsForm
from gorod.kernel import clock
from gorod.records.facts import api as facts


@page(open_to="officials")
def services(request: HttpRequest) -> HttpResponse:
    """Every service with its owner and who decides; those that rest on law nobody has verified are marked."""
    words, cased = _who_decides(), catalogue.current().case_types
    rows = [
        {
            "name": one.texts[catalogue.language()].name,
            "code": one.name,
            "owner": wording.owner(one.owner),
            "decides": words[cased[one.name].decides_by] if one.name in cased else _("booked"),
            "assumed": any(law.assumed for law in one.law),
        }
        for one in sorted(catalogue.current().services.values(), key=lambda one: (one.area, one.name))
    ]
    return shown(request, "desk/services.html", {"rows": rows})


def _who_decides() -> dict[str, str]:
    return {"automatic": _("the platform"), "agency": _("the agency's system"), "officer": _("an official")}


@page(open_to="officials")
def service(request: HttpRequest, name: str) -> HttpResponse:
    """One service: its conditions as they stand, the facts and figures they use, and what they say of made-up facts. The
    facts stand in the address; nothing is stored."""
    found = catalogue.current().services.get(name)
    if found is None:
        raise Http404(f"no service is called {name}")
    known_type = catalogue.current().case_types.get(name)
    values: dict[str, Any] = {
        "name": wording.service(name),
        "owner": wording.owner(found.owner),
        "law": found.law,
        "decides": _who_decides()[known_type.decides_by] if known_type else _("booked"),
        "four_eyes": known_type is not None and known_type.four_eyes,
        "days": known_type.within_working_days if known_type else 0,
        "refusals": known_type.refusals if known_type else (),
        "place": found.place,
    }
    rules = catalogue.current().rules_with(name)
    if name in rules.services:
        rule = rules.rule(name)
        sentences = found.texts[catalogue.language()].conditions
        parts = {**rule.conditions, **({"amount": rule.amount} if rule.amount else {})}
        values["conditions"] = [
            {"name": part, "text": expression.text, "said": sentences.get(part, "")}
            for part, expression in parts.items()
        ]
        values["facts"] = [
            {"code": fact, "meaning": wording.meaning(fact), "owner": wording.owner(facts.definition(name=fact).owner)}
            for fact in rule.facts
        ]
        values["figures"] = figures(rule.values)
        form = FactsForm(rule.facts, request.GET if request.GET else None, required=False)
        values["form"] = form
        if form.is_bound and form.is_valid():
            given = {fact: facts.fitting_value(name=fact, value=value) for fact, value in form.values.items()}
            values["outcome"] = _outcome(dues.suppose(service=name, known=given, among=rules), name)
    return shown(request, "desk/rule.html", values)


def _outcome(outcome: Outcome, name: str) -> dict[str, Any]:
    return {
        "due": outcome.verdict is Verdict.DUE,
        "not_due": outcome.verdict is Verdict.NOT_DUE,
        "late": outcome.verdict is Verdict.WAITING,
        "amount": wording.money(outcome.amount) if outcome.amount else "",
        "holds": list(outcome.holds.items()),
        "failing": wording.failing(name, outcome.failing),
        "missing": [wording.meaning(fact) for fact in outcome.missing],
    }


@dataclass(frozen=True, kw_only=True)
class FigureInForce:
    """A dated value today, in words; `figure` empty: it is not published yet."""

    name: str
    meaning: str
    figure: str
    since: str
    law: str


def figures(names: Iterable[str]) -> list[FigureInForce]:
    """The figures in force today under these names."""
    return [
        FigureInForce(
            name=used.name,
            meaning=catalogue.current().values[used.name].meaning.get(catalogue.language(), used.name),
            figure=_figure(used.name, used.figure),
            since=wording.day(used.since) if used.since else "",
            law=used.law,
        )
        for used in dues.rule_set().used(names, clock.today())
    ]


def _figure(name: str, figure: int | None) -> str:
    if figure is None:
        return ""
    unit = catalogue.current().values[name].unit
    return wording.money(figure) if unit in wording.MONEY else f"{wording.figure(figure)} {unit}"


@page(open_to="officials")
def values(request: HttpRequest) -> HttpResponse:
    """Every dated figure, past and to come, with the law that sets it."""
    rows = [
        {
            "meaning": one.meaning.get(catalogue.language(), one.name),
            "code": one.name,
            "figures": [
                {
                    "figure": _figure(one.name, figure.figure),
                    "since": wording.day(figure.since),
                    "law": figure.law,
                    "assumed": figure.assumed,
                }
                for figure in one.figures
            ],
        }
        for one in catalogue.current().values.values()
    ]
    return shown(request, "desk/values.html", {"rows": rows})
