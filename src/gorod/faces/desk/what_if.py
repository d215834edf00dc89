"""A change of law tried on the whole city: what would be otherwise, and for how many. No person, no group under ten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import CityRefused
from gorod.engines.dues import api as dues
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import FEWEST, OTHERS, UNKNOWN, Answer, Effect, Scenario, Trial
from gorod.engines.sweeps import api as sweeps
from gorod.faces.accounts.access import official, page
from gorod.faces.desk.content import figures
from gorod.faces.desk.drawing import city_map
from gorod.faces.desk.scenario_form import ScenarioFileForm, ScenarioForm
from gorod.faces.desk.showing import name_of, shown
from gorod.faces.portal import wording
from gorod.kernel.errors import BadInput
from gorod.kernel.expressions.data import ExpressionError
from gorod.records.places import api as places

LISTED = 50  # trials
LOOK_AGAIN = 2  # seconds, while it is counted


@page(open_to="supervisors and operators")
def start(request: HttpRequest) -> HttpResponse:
    """What can be tried, a saved file to be tried again, and what was tried before."""
    form = ScenarioFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            scenario = _read(form.cleaned_data["file"].read())
            trial_id = scenarios.try_out(scenario=scenario, official_id=official(request).official_id)
        except CityRefused as error:
            for problem in error.problems:
                form.add_error("file", str(problem))
        except BadInput as error:
            form.add_error("file", f"{error.detail}; {error.remedy}")
        else:
            return redirect("desk:trial", trial_id)
    sweep = sweeps.last()
    known = dues.rule_set()
    used = {name for service in known.services for name in known.rule(service).values}
    values: dict[str, Any] = {
        "form": form,
        "swept": wording.day(sweep.as_of) if sweep else "",
        "people": wording.figure(sweep.people) if sweep else "",
        "figures": figures(sorted(used)),
        "services": sorted((wording.service(name), name) for name in known.services),
        "trials": [_line(one) for one in scenarios.trials(limit=LISTED)],
    }
    return shown(request, "desk/what_if.html", values, status=422 if form.errors else 200)


def _read(text: bytes) -> Scenario:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_bytes(text)
        return catalogue.read_scenario(path=path)[0]


def _line(trial: Trial) -> dict[str, Any]:
    return {
        "id": trial.trial_id,
        "title": trial.scenario.title,
        "by": name_of(trial.official_id),
        "at": wording.moment(trial.at),
        "waits": trial.answer is None and not trial.problem,
    }


@page(open_to="supervisors and operators")
def change(request: HttpRequest) -> HttpResponse:
    """What would be otherwise: figures, conditions and the amount of a service, or a new one. `again`: a trial to go on from."""
    asked = request.GET
    before = _trial(asked["again"]).scenario if "again" in asked else None
    known = dues.rule_set()
    services = [name for name in asked.getlist("service") if name in known.services]
    names = [name for name in asked.getlist("value") if name in known.figures(scenarios.today())]
    if before is not None:
        services = [name for name in before.rules if name in known.services]
        names = list(before.figures)
    form = ScenarioForm(services, names, before, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            trial_id = scenarios.try_out(scenario=form.scenario(), official_id=official(request).official_id)
        except ExpressionError as error:
            form.add_error(form.field_of(error), _said(error))
        except BadInput as error:
            form.add_error(None, f"{error.detail}; {error.remedy}")
        else:
            return redirect("desk:trial", trial_id)
    values = {"form": form, "facts": [(wording.meaning(name), name) for name in form.facts()]}
    return shown(request, "desk/what_if_change.html", values, status=422 if form.errors else 200)


def _said(error: ExpressionError) -> str:
    """Where a text is wrong, in the reader's language, and in English what the language of rules says of it."""
    said = f"{error.detail}; {error.remedy}"
    if not error.column:
        return _("This cannot be used: %(said)s") % {"said": said}
    return _("This cannot be used, look at letter %(column)s: %(said)s") % {"column": error.column, "said": said}


def _trial(number: str) -> Trial:
    try:
        return scenarios.trial(trial_id=UUID(number))
    except ValueError:
        raise BadInput("this is no trial", remedy="follow a link of the list") from None


@page(open_to="supervisors and operators")
def trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """What a trial says. While it is counted the page looks again by itself."""
    found = scenarios.trial(trial_id=trial_id)
    values: dict[str, Any] = {"trial": _line(found), "problem": found.problem, "changes": _changes(found.scenario)}
    if found.answer is not None:
        values |= _told(found.answer)
    response = shown(request, "desk/trial.html", values)
    if values["trial"]["waits"]:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


@page(open_to="supervisors and operators")
def trial_file(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """A trial as a file, with its answer: whoever has the same sweep gets the same to the kopeck."""
    found = scenarios.trial(trial_id=trial_id)
    text = catalogue.written_scenario(scenario=found.scenario, answer=found.answer)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scenario-{trial_id}.yaml"'
    return response


def _changes(scenario: Scenario) -> list[dict[str, str]]:
    """What a scenario changes, in words and as it is written."""
    known = catalogue.current().values
    rows = [
        {
            "what": known[name].meaning.get(catalogue.language(), name) if name in known else name,
            "said": wording.money(figure)
            if name in known and known[name].unit in wording.MONEY
            else wording.figure(figure),
        }
        for name, figure in scenario.figures.items()
    ]
    for service, rule in scenario.rules.items():
        what = wording.service(service) if service in catalogue.current().services else service
        texts = {**rule.conditions, **({"amount": rule.amount.sql} if rule.amount else {})}
        rows += [{"what": f"{what}: {name}", "code": text} for name, text in texts.items()]
    return rows


def _told(answer: Answer) -> dict[str, Any]:
    """An answer in words."""
    language = catalogue.language()
    districts = {one.code: one.names.get(language, one.code) for one in places.districts()}
    concerned = {name: _concerned(one) for name, one in answer.districts.items() if name in districts}
    return {
        "day": wording.day(answer.as_of),
        "people": wording.figure(answer.people),
        "together": _effect("", answer.together),
        "services": [
            {**_effect(_service(name), one), "more": _more(name, one, answer)} for name, one in answer.services.items()
        ],
        "districts": _rows(answer.districts, districts),
        "sizes": _rows(answer.sizes, {}),
        "incomes": _rows(answer.incomes, {}),
        "map": city_map(concerned, complete=OTHERS not in answer.districts) if concerned else None,
        "hidden": [_service(name) for name in answer.hidden],
        "fewest": FEWEST,
    }


def _more(name: str, one: Effect, answer: Answer) -> list[str]:
    """What else is to be known of a service: what one payment comes to a month, and for how many it cannot be said."""
    said = []
    if (months := answer.windows.get(name)) and one.after_once != one.before_once:
        sum = wording.money((one.after_once - one.before_once) // months)
        said.append(_("about %(sum)s a month: one may apply for %(months)s months") % {"sum": sum, "months": months})
    if (open_to := answer.unclear.get(name, 0)) != 0:
        said.append(_("cannot be said of: %(count)s people") % {"count": _count(open_to)})
    return said


def _service(name: str) -> str:
    return wording.service(name) if name in catalogue.current().services else name


def _concerned(one: Effect) -> int:
    """For how many something changes; ways that must not be shown are left out."""
    return sum(count or 0 for count in (one.gain, one.lose, one.both))


def _rows(table: Mapping[str, Effect], names: Mapping[str, str]) -> list[dict[str, Any]]:
    words = {OTHERS: _("all others together"), UNKNOWN: _("not known")}
    most = max((max(one.gain or 0, one.lose or 0) for one in table.values()), default=0) or 1
    return [_effect(words.get(name) or names.get(name, name), one, most) for name, one in table.items()]


def _effect(name: str, one: Effect, most: int = 0) -> dict[str, Any]:
    """One row: counts and sums in words, and how long its two bars are (of 100)."""
    return {
        "name": name,
        "people": wording.figure(one.people),
        "gain": _count(one.gain),
        "lose": _count(one.lose),
        "both": _count(one.both),
        "month": _difference(one.before, one.after),
        "once": _difference(one.before_once, one.after_once),
        "gain_width": round((one.gain or 0) / most * 100, 1) if most else 0,
        "lose_width": round((one.lose or 0) / most * 100, 1) if most else 0,
        "lose_from": round(100 - (one.lose or 0) / most * 100, 1) if most else 100,
    }


def _count(count: int | None) -> str:
    return _("fewer than %(count)s") % {"count": FEWEST} if count is None else wording.figure(count)


def _difference(before: int, after: int) -> str:
    """What is paid more or less; empty when nothing is paid before or after."""
    if before == after == 0:
        return ""
    if before == after:
        return _("the same")
    return f"{'+' if after > before else '−'}{wording.money(abs(after - before))}"
