"""The shape of each content file. These models check the files and are the JSON Schemas for editors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from gorod.engines.cases.data import Phase
from gorod.engines.intake.data import Action
from gorod.engines.journeys.data import Mode
from gorod.engines.payments.data import Every
from gorod.engines.rules.data import Verdict
from gorod.kernel.expressions.data import Type
from gorod.records.facts.data import Aggregate

Text = Annotated[str, Field(min_length=1)]
LocalText = Annotated[dict[str, Text], Field(description="language → text")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgencyEntry(_File):
    """An agency."""

    name: LocalText


class CityFile(_File):
    """city.yaml: what the city is called, its languages (the first is the fallback), its agencies."""

    name: LocalText
    languages: Annotated[list[str], Field(min_length=1)]
    time_zone: str
    currency: str = "RUB"
    treasury: Annotated[str, Field(description="the agency that carries out payments")] = ""
    agencies: dict[Identifier, AgencyEntry] = {}


class FactEntry(_File):
    """One fact. Stated by a register unless it says `sql`, `age`, `via` or `aggregate`."""

    type: Type | None = None
    owner: str = ""
    meaning: LocalText
    unit: str = ""
    range: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    codes: list[str] = []
    absent: Annotated[bool | int | str | None, Field(description="what no row means in a complete register")] = None
    ask: Annotated[LocalText | None, Field(description="the question, if a person may supply it")] = None
    sensitive: bool = False
    sql: str = ""
    age: Literal["years", "months", "days", ""] = ""
    of: str = ""
    via: str = ""
    aggregate: Aggregate | None = None
    over: str = ""
    fact: str = ""
    if_none: bool | int | str | None = None


class FactsFile(RootModel[dict[Identifier, FactEntry]]):
    """facts/*.yaml: name → fact."""


class RelationEntry(_File):
    """One relation between residents: stated by a register, or the union of `paths` over stated ones ('self' is the person)."""

    kind: Literal["one", "many"]
    complete: Annotated[bool, Field(description="no row means: has none; otherwise: unknown")] = False
    inverse: str = ""
    owner: str = ""
    meaning: LocalText
    ask: LocalText | None = None
    paths: list[list[str]] = []
    where: str = ""


class RelationsFile(RootModel[dict[Identifier, RelationEntry]]):
    """relations.yaml: name → relation."""


class LawEntry(_File):
    """An act and its article. `assumed: true` until somebody has verified it."""

    act: Text
    article: str = ""
    since: date | None = None
    assumed: bool = False


class FigureEntry(_File):
    """A figure in force from `since` to `until` (excluded; left out: until the next). No `figure`: not published yet."""

    since: date
    until: date | None = None
    figure: int | None = None
    law: LawEntry
    assumed: bool = False


class ValueEntry(_File):
    """A dated amount or threshold; `range` bounds every figure, past and to come."""

    meaning: LocalText
    unit: str
    range: Annotated[list[int], Field(min_length=2, max_length=2)]
    figures: Annotated[list[FigureEntry], Field(min_length=1)]


class ValuesFile(RootModel[dict[Identifier, ValueEntry]]):
    """values/*.yaml: name → value."""


class CalendarFile(_File):
    """calendar.yaml: weekend days (ISO: 6 is Saturday), holidays, and weekend days that are worked."""

    weekend: list[int] = [6, 7]
    holidays: list[date] = []
    working: list[date] = []


class ReasonEntry(_File):
    """A reason for which an application may be refused."""

    text: LocalText
    law: str = ""


class ReasonsFile(RootModel[dict[Identifier, ReasonEntry]]):
    """refusal_reasons.yaml: code → reason."""


class PersonEntry(_File):
    """How a person of an event is found."""

    at: Text
    match: Annotated[list[str], Field(min_length=1)]
    otherwise: Literal["create", "park"] = "park"
    optional: bool = False
    absent: Literal["none", "unknown"] = "unknown"


class StatesEntry(_File):
    """A fact that an event states: read `at` a dotted path of the data, or fixed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    about: str
    fact: str
    at: str = ""
    value: bool | int | str | None = None
    from_at: str = ""
    until_at: str = ""
    optional: bool = False


class RelationStated(_File):
    """A relation that an event states."""

    about: str
    relation: str
    to: str
    inverse: str = ""
    ends: bool = False
    from_at: str = ""


class EventFile(_File):
    """events/*.yaml: a type of event, who sends it, the JSON Schema (2020-12) of its data, what it states and starts."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    type: EventName
    senders: Annotated[list[str], Field(description="agencies; empty: every agency")] = []
    meaning: LocalText
    action: Action = Action.STATE
    data: Annotated[dict[str, Any], Field(description="JSON Schema of the event's data")]
    persons: dict[Identifier, PersonEntry] = {}
    states: list[StatesEntry] = []
    relations: list[RelationStated] = []
    life_event: str = ""
    about: str = ""
    provisional: bool = False


class LifeEventFile(_File):
    """life_events/*.yaml: what it is called, whom it is about, who else takes part. Services join it themselves."""

    name: LocalText
    about: Identifier
    roles: Annotated[dict[Identifier, str], Field(description="role → relation of the one it is about")] = {}
    applicants: Annotated[
        list[str], Field(min_length=1, description="roles that may apply, the first present one first")
    ]
    stopped_by: Annotated[str, Field(description="a boolean fact that ends a person's part")] = ""


class AmountEntry(_File):
    """An amount in kopecks: `sql`, then `percent` of it, then rounded to a multiple of `round` kopecks."""

    sql: str
    percent: int | None = None
    round: int | None = None


class JoinEntry(_File):
    """How a service takes part in a life event. `needs`: services whose results must exist first."""

    event: str
    needs: list[str] = []
    mode: Mode
    subject: str = ""
    applicants: list[str] = []


class ExpiresEntry(_File):
    """Until when one may apply: `months` after a date fact of the subject."""

    months: Annotated[int, Field(ge=1)]
    after: str


class RightEntry(_File):
    """How long the right lasts, and whether it is renewed without an application."""

    months: Annotated[int, Field(ge=1)]
    renew: Literal["none", "automatic", "offered"] = "none"


class DecidesEntry(_File):
    """Who decides, and within how many working days."""

    within_working_days: Annotated[int, Field(ge=0)]
    by: Literal["automatic", "agency", "officer"]


class FormEntry(_File):
    """Facts that the applicant confirms besides those of the conditions."""

    asks: list[str] = []


class ResultEntry(_File):
    """The statement about the subject that an approval makes. Without `value` the decision carries it."""

    fact: str
    value: bool | int | str | None = None


class PaymentEntry(_File):
    """When the amount is paid."""

    every: Every


class ServiceFile(_File):
    """services/<area>/<service>/service.yaml."""

    archetype: str
    owner: str
    law: Annotated[list[LawEntry], Field(min_length=1)]
    subject: Annotated[str, Field(description="whose facts the names are: a word for people, e.g. child")] = "resident"
    one_live_per: list[str] = ["subject"]
    life_events: list[JoinEntry] = []
    conditions: dict[Identifier, str] = {}
    amount: str | AmountEntry | None = None
    payment: PaymentEntry | None = None
    expires: ExpiresEntry | None = None
    right: RightEntry | None = None
    decides: DecidesEntry
    form: FormEntry = FormEntry()
    result: list[ResultEntry] = []
    refusals: list[str] = []


class ServiceTextsFile(_File):
    """services/<area>/<service>/texts/<language>.yaml. `conditions`: what is said when one fails. The first line of a message is
    its subject."""

    name: Text
    summary: Text
    gives: str = ""
    conditions: dict[str, Text] = {}
    messages: dict[str, Text] = {}


class CityTextsFile(_File):
    """texts/<language>.yaml: words for statuses, and a message of every kind; {service} is the name of the service.

    The first line is the subject; a line with a name that has no value (no amount, no end) is left out.
    """

    statuses: dict[str, Text]
    messages: dict[str, Text]


class Expected(_File):
    """What an example expects."""

    verdict: Verdict
    failing: list[str] | None = None
    missing: list[str] | None = None
    amount: int | None = None


class ExampleEntry(_File):
    """An example: the facts known (others are not), and the answer."""

    name: Text
    as_of: date
    facts: dict[str, bool | int | date | str | None] = {}
    expect: Expected


class ExamplesFile(RootModel[list[ExampleEntry]]):
    """services/<area>/<service>/cases.yaml."""


class StatusEntry(_File):
    """A status of an archetype: what it means and what it allows."""

    phase: Phase
    actions: list[Literal["withdraw", "answer", "appeal"]] = []


class ArchetypeFile(_File):
    """archetypes/<name>/archetype.yaml of the engine."""

    meaning: Text
    initial: str
    statuses: dict[Identifier, StatusEntry]
    needs: Annotated[list[str], Field(description="parts of service.yaml it cannot do without")] = []
    forbids: Annotated[list[str], Field(description="parts of service.yaml that make no sense")] = []
