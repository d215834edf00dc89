"""The door of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header
from pydantic import BaseModel

from gorod.catalogue import checks
from gorod.catalogue.data import City, CityRefused, Judged, Misfits, Problem, Severity
from gorod.catalogue.logic import reference as _reference
from gorod.catalogue.logic import scenario_file as _scenario_file
from gorod.catalogue.logic.content import Model, archetypes, read
from gorod.catalogue.logic.content import read_file as _read_file
from gorod.catalogue.logic.joining import join
from gorod.catalogue.logic.judging import judge
from gorod.catalogue.logic.scaffold import write_service
from gorod.engines.applications import api as applications
from gorod.engines.booking import api as booking
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
from gorod.engines.intake import api as intake
from gorod.engines.journeys import api as journeys
from gorod.engines.messages import api as messages
from gorod.engines.offers import api as offers
from gorod.engines.payments import api as payments
from gorod.engines.reexamination import api as reexamination
from gorod.engines.scenarios import api as scenarios
from gorod.engines.scenarios.data import Answer, Scenario
from gorod.engines.search import api as search
from gorod.kernel import clock
from gorod.kernel.canonical import digest
from gorod.kernel.errors import BadInput, NotFound
from gorod.records.facts import api as facts
from gorod.records.places import api as places

_city: City | None = None


def check(*, folder: Path) -> list[Problem]:
    """Everything that is wrong or doubtful in a city's folder, by file and line."""
    content = read(folder)
    return sorted([*content.problems, *checks.run(content)])


def load(*, folder: Path) -> City:
    """Read a city. Raises CityRefused with everything that is wrong; warnings do not stop it."""
    content = read(folder)
    problems = sorted([*content.problems, *checks.run(content)])
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise CityRefused(errors)
    return join(content)


def read_file(
    *, folder: Path, name: str, model: type[Model], misfits: Callable[[Model], Misfits], remedy: str
) -> Model:
    """Read a file of a city's folder that belongs to a face: by its model, then by what `misfits` finds.

    Raises CityRefused with everything that is wrong, by file and line.
    """
    file, problems = _read_file(folder=folder, name=name, model=model, misfits=misfits, remedy=remedy)
    if file is None or problems:
        raise CityRefused(problems)
    return file


def read_scenario(*, path: Path) -> tuple[Scenario, dict[str, Any] | None]:
    """A change of law to be tried, from its file, and the answer that was saved with it. Raises CityRefused with everything that is
    wrong, by file and line."""
    scenario, answer, problems = _scenario_file.read(path)
    if scenario is None or problems:
        raise CityRefused(problems)
    return scenario, answer


def written_scenario(*, scenario: Scenario, answer: Answer | None = None) -> str:
    """The text of a scenario's file; with its answer another person can see whether theirs is the same."""
    return _scenario_file.written(scenario, answer)


def install(*, city: City) -> None:
    """Give every engine of this process its definitions."""
    global _city
    clock.configure(time_zone=city.time_zone)
    facts.configure(vocabulary=city.vocabulary)
    places.configure(districts=city.districts, shapes=city.shapes)
    dues.configure(rule_set=city.rules)
    messages.configure(texts=city.texts)
    cases.configure(
        types=city.case_types,
        calendar=city.calendar,
        listeners=(payments.on_case_change, offers.on_case_change, reexamination.on_case_change),
    )
    booking.configure(bookables=city.bookables, rule_set=city.booking_rules, calendar=city.calendar)
    payments.configure(every=city.pays, treasury=city.treasury)
    journeys.configure(life_events=city.life_events)
    intake.configure(types=city.event_types)
    applications.configure(acts_for=city.acts_for)
    scenarios.configure(axes=city.axes)
    search.configure(entries=city.entries)
    _city = city


def current() -> City:
    """The city installed in this process. Raises NotFound before `install`."""
    if _city is None:
        raise NotFound("no city is loaded", remedy="load one first: gorod load")
    return _city


def in_force() -> dict[str, dict[str, str]]:
    """What the ledger declares of the installed city: the version of every service's rule (`rule`), and of every dated value a
    digest of its figures (`value`). Whoever has the content computes the same."""
    city = current()
    return {
        "rule": {
            service: known.version_of(service)
            for known in (city.rules, city.booking_rules)
            for service in known.services
        },
        "value": {name: digest(value.figures) for name, value in city.values.items()},
    }


def judge_search() -> Judged:
    """Ask the search all of the installed city's everyday questions. The index must be that of the city."""
    return judge(current().questions)


def language() -> str:
    """The language that is spoken now (Django's active one), if it is the city's; else the city's first."""
    spoken = get_language()
    return spoken if spoken in current().languages else current().languages[0]


def language_of(*, path: str) -> str:
    """The language that an address begins with, if the city speaks it; empty for addresses that machines read."""
    first = path.split("/", 2)[1]
    return first if first in current().languages else ""


def preferred_language(*, accepted: str, asked: Sequence[str] = ()) -> str:
    """The first language of the city among those asked for and then those of an Accept-Language header (RFC 9110, section
    12.5.4; `en-GB` counts as `en`); else the city's first."""
    wanted = [*asked, *(code.split("-")[0] for code, _ in parse_accept_lang_header(accepted))]
    return next((code for code in wanted if code in current().languages), current().languages[0])


def new_service(*, folder: Path, area: str, name: str, archetype: str, owner: str = "") -> list[Path]:
    """Write the files of a new service, ready for `gorod check` and a person's changes. Returns them.

    Raises BadInput on a name that is no identifier, exists already, or an unknown archetype.
    """
    for word in (area, name):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", word):
            raise BadInput(f"{word!r} is not a name", remedy="small letters, digits and _, a letter first")
    if archetype not in archetypes():
        raise BadInput(f"no archetype {archetype!r}", remedy=f"one of {', '.join(archetypes())}")
    content = read(folder)
    if content.city is None:
        raise BadInput(f"{folder} holds no city", remedy="name a folder with city.yaml")
    taken = next(folder.glob(f"services/*/{name}"), None)
    if taken is not None:
        raise BadInput(f"{name} exists already in {taken.parent.name}", remedy="choose another name")
    agencies = list(content.city.agencies)
    if not agencies:
        raise BadInput("the city has no agency to own a service", remedy="name one in city.yaml")
    if owner and owner not in agencies:
        raise BadInput(f"no agency {owner!r}", remedy=f"one of {', '.join(agencies)}")
    return write_service(
        folder=folder / "services" / area / name,
        archetype=archetype,
        owner=owner or agencies[0],
        languages=content.city.languages,
        reasons=list(content.reasons),
    )


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema 2020-12 of every kind of content file, by the name of the file: for editors."""
    return _reference.schemas()


def schema_page(*, model: type[BaseModel]) -> str:
    """The JSON Schema of a face's own file, as it is written to docs/reference/schemas."""
    return _reference.schema_page(model)


def reference() -> dict[str, str]:
    """The generated pages of docs/reference: path below it → text. `gorod docs` writes them, a test compares."""
    return _reference.pages()
