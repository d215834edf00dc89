"""The shape of each content file. These models check the files, are the JSON Schemas for editors, and make docs/reference."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from gorod.catalogue.logic.booking_file import BookingEntry
from gorod.engines.intake.data import Action
from gorod.engines.journeys.data import Mode
from gorod.engines.payments.data import Every
from gorod.kernel.expressions.data import Type
from gorod.records.facts.data import Aggregate


def _in_order(bounds: list[int]) -> list[int]:
    if bounds[0] > bounds[1]:
        raise ValueError("the least comes first")
    return bounds


Text = Annotated[str, Field(min_length=1)]
LocalText = Annotated[dict[str, Text], Field(description="language → text")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
AskedAs = list[Annotated[str, Field(min_length=2, max_length=100)]]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Range = Annotated[list[Int64], Field(min_length=2, max_length=2), AfterValidator(_in_order)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContactEntry(_File):
    """Where a person answers: a telephone or a place."""

    name: LocalText = Field(description="what it is called, in each language")
    phone: str = Field(default="", pattern=r"^(\+[0-9][0-9 ()-]+)?$", description="with the code of the country")
    hours: LocalText = Field(default={}, description="when, in each language")


class AgencyEntry(_File):
    """An agency."""

    name: LocalText = Field(description="what it is called, in each language")


class CityFile(_File):
    """city.yaml: what the city is called, its languages (the first is the fallback), its agencies."""

    name: LocalText = Field(description="what it is called, in each language")
    languages: list[str] = Field(min_length=1, description="the languages every text is written in")
    time_zone: str = Field(description="IANA name, e.g. Europe/Paris")
    currency: str = Field(default="XXX", pattern=r"^[A-Z]{3}$", description="ISO 4217; XXX: no money is paid")
    treasury: str = Field(default="", description="the agency that carries out payments")
    contact: list[ContactEntry] = Field(
        default=[], description="who answers when the platform cannot: a question nobody foresaw"
    )
    agencies: dict[Identifier, AgencyEntry] = Field(default={}, description="name → agency")
    stopped_by: str = Field(default="", description="the boolean fact that ends a person's part in everything: a death")
    pictures: dict[Identifier, str] = Field(
        default={}, description="area or life event → the line drawing beside it, by its name in Lucide"
    )
    lives_in: str = Field(default="", description="the fact that says in which district a person lives: for maps")
    family_size: str = Field(
        default="", description="how many are in one's family, as an amount is written: for what-if"
    )
    income: str = Field(default="", description="what one lives on a month, as an amount is written: for what-if")
    identifiers: dict[Identifier, LocalText] = Field(
        default={}, description="numbers by which a clerk finds a visitor: scheme → what it is called, in each language"
    )
    acts_for: dict[Identifier, str] = Field(
        default={},
        description="for whom a resident may act: relation → condition over facts of the other, empty: always",
    )


class FactEntry(_File):
    """One fact. Stated by a register unless it says `sql`, `age`, `via` or `aggregate`."""

    type: Type | None = Field(default=None, description="a derived fact may leave it out")
    owner: str = Field(default="", description="the agency whose register states it")
    meaning: LocalText = Field(description="what it says of a person, in each language")
    unit: str = Field(default="", description="what an int counts")
    range: Range | None = Field(
        default=None, description="the least and the greatest an int can be; dates: days since 1970"
    )
    codes: list[str] = Field(default=[], description="what a code may be; left out: any text")
    names: dict[str, LocalText] = Field(
        default={},
        description="code → what people call it, in each language; where codes are not listed, `{district}` and `{number}` "
        "stand in code and words for the code and name of a district, and for digits",
    )
    absent: bool | int | str | None = Field(default=None, description="what no row means in a complete register")
    ask: LocalText | None = Field(default=None, description="the question, if a person may supply it")
    what_if: LocalText | None = Field(
        default=None, description="the question of *Would it be due?*, to anybody; left out: `ask`, or the meaning"
    )
    sensitive: bool = Field(default=False, description="never shown to another adult, only that a condition fails")
    hidden_by: str = Field(
        default="", description="a boolean fact of the same person: while it is true nobody else is shown this one"
    )
    sql: str = Field(default="", description="derived: a text over other facts of the same person")
    age: Literal["years", "months", "days", ""] = Field(
        default="", description="derived: whole units since the date `of`"
    )
    of: str = Field(default="", description="for `age`: the date fact")
    via: str = Field(default="", description="derived: `fact` of the one person in this relation")
    aggregate: Aggregate | None = Field(
        default=None, description="derived: strict, over the people in the relation `over`"
    )
    over: str = Field(default="", description="for `aggregate`: the relation")
    fact: str = Field(default="", description="for `via` and `aggregate` (but count): the fact of the others")
    if_none: bool | int | str | None = Field(
        default=None, description="for `via`, `aggregate`: when the relation is empty"
    )


class FactsFile(RootModel[dict[Identifier, FactEntry]]):
    """facts/*.yaml: name → fact."""


class RelationEntry(_File):
    """One relation between residents: stated by a register, or the union of `paths` over stated ones ('self' is the person)."""

    kind: Literal["one", "many"] = Field(description="to one other person at the most, or to several")
    complete: bool = Field(default=False, description="no row means: has none; otherwise: unknown")
    inverse: str = Field(default="", description="the relation seen from the other person")
    owner: str = Field(default="", description="the agency whose register states it")
    meaning: LocalText = Field(description="what the other person is called, in each language")
    ask: LocalText | None = Field(default=None, description="the question, if a person may supply it")
    paths: list[list[str]] = Field(
        default=[], description="derived: ways over stated relations, e.g. [[mother], [mother, children]]"
    )
    where: str = Field(
        default="", description="derived: a condition over facts of the other; keeps those for whom it is true"
    )


class RelationsFile(RootModel[dict[Identifier, RelationEntry]]):
    """relations.yaml: name → relation."""


class LawEntry(_File):
    """An act and its article. `assumed: true` until somebody has verified it."""

    act: Text = Field(description="the act as it is cited")
    article: str = Field(default="", description="the article or paragraph")
    since: date | None = Field(default=None, description="in force since")
    assumed: bool = Field(default=False, description="nobody has verified it yet")


class FigureEntry(_File):
    """A figure in force from `since` to `until` (excluded; left out: until the next). No `figure`: not published yet."""

    since: date = Field(description="the first day")
    until: date | None = Field(default=None, description="the day after the last")
    figure: Int64 | None = Field(default=None, description="the amount, in the value's unit")
    law: LawEntry = Field(description="what sets it")
    assumed: bool = Field(default=False, description="an estimate, or nobody has verified it yet")


class ValueEntry(_File):
    """A dated amount or threshold; `range` bounds every figure, past and to come."""

    meaning: LocalText = Field(description="what it is, in each language")
    unit: str = Field(description="what it counts; money in the smallest coin")
    range: Range = Field(description="the least and the greatest a figure can be")
    figures: list[FigureEntry] = Field(min_length=1, description="oldest first")


class ValuesFile(RootModel[dict[Identifier, ValueEntry]]):
    """values/*.yaml: name → value."""


class CalendarFile(_File):
    """calendar.yaml: weekend days (ISO: 6 is Saturday), holidays, and weekend days that are worked."""

    weekend: list[Annotated[int, Field(ge=1, le=7)]] = Field(default=[6, 7], max_length=6, description="1 is Monday")
    holidays: list[date] = Field(default=[], description="days off besides the weekend")
    working: list[date] = Field(default=[], description="days that are worked although they are a weekend or a holiday")


class ReasonEntry(_File):
    """A reason for which an application may be refused."""

    text: LocalText = Field(description="one plain sentence without a full stop, in each language")
    law: str = Field(default="", description="the act and article")


class ReasonsFile(RootModel[dict[Identifier, ReasonEntry]]):
    """refusal_reasons.yaml: code → reason."""


class PersonEntry(_File):
    """How a person of an event is found."""

    at: Text = Field(description="dotted path of the person in the event's data")
    match: list[str] = Field(min_length=1, description="the kinds of identifier that are tried, all together")
    otherwise: Literal["create", "park"] = Field(
        default="park", description="nobody found: enter them, or leave it to a clerk"
    )
    optional: bool = Field(default=False, description="the data may leave the person out")
    absent: Literal["none", "unknown"] = Field(
        default="unknown", description="left out means: there is none, or nobody knows"
    )


class StatesEntry(_File):
    """A fact that an event states: read `at` a dotted path of the data, or fixed."""

    about: str = Field(description="a person of this event")
    fact: str = Field(description="a fact that a register states")
    at: str = Field(default="", description="dotted path of the value in the data")
    value: bool | int | str | None = Field(default=None, description="a fixed value, instead of `at`")
    from_at: str = Field(default="", description="dotted path of the first day; left out: the day of the event")
    until_at: str = Field(default="", description="dotted path of the day after the last; left out: for good")
    optional: bool = Field(default=False, description="the data may leave it out: then nothing is stated")


class RelationStated(_File):
    """A relation that an event states."""

    about: str = Field(description="a person of this event")
    relation: str = Field(description="a relation that a register states")
    to: str = Field(description="the other person of this event")
    inverse: str = Field(default="", description="the relation stated the other way round")
    ends: bool = Field(default=False, description="the relation is over")
    from_at: str = Field(default="", description="dotted path of the first day; left out: the day of the event")


class EventFile(_File):
    """events/*.yaml: a type of event, who sends it, the JSON Schema (2020-12) of its data, what it states and starts."""

    type: EventName = Field(description="words with dots, e.g. birth.registered")
    senders: list[str] = Field(default=[], description="agencies; empty: every agency")
    meaning: LocalText = Field(description="what has happened, in each language")
    action: Action = Field(default=Action.STATE, description="what it does")
    data: dict[str, Any] = Field(
        description="JSON Schema of the data; `#/$defs/person` is how every event names people"
    )
    persons: dict[Identifier, PersonEntry] = Field(default={}, description="role → how that person is found")
    states: list[StatesEntry] = Field(default=[], description="the facts that it states")
    relations: list[RelationStated] = Field(default=[], description="the relations that it states")
    life_event: str = Field(default="", description="the life event that it starts or supports")
    about: str = Field(default="", description="for `life_event`: the person it is about")
    provisional: bool = Field(default=False, description="gives way to what the register itself says later")


class LifeEventFile(_File):
    """life_events/*.yaml: what it is called, whom it is about, who else takes part. Services join it themselves."""

    name: LocalText = Field(description="what it is called, in each language")
    about: Identifier = Field(description="the role of the one it is about")
    roles: dict[Identifier, str] = Field(default={}, description="role → relation of the one it is about")
    applicants: list[str] = Field(min_length=1, description="roles that may apply, the first present one first")
    goes_on: bool = Field(
        default=False, description="it goes on although the one it is about is gone (`stopped_by` of the city)"
    )
    applicants_must: str = Field(default="", description="a condition that must be true of whoever applies")
    asked_as: dict[str, AskedAs] = Field(
        default={}, description="language → everyday words for it: search finds it by them"
    )


class AmountEntry(_File):
    """An amount in the smallest coin: `sql`, then `percent` of it, then rounded to a multiple of `round`."""

    sql: str = Field(description="an int; `case when … then … end` without else is allowed here")
    percent: int | None = Field(default=None, ge=0, le=1000, description="of what `sql` gives")
    round: int | None = Field(default=None, ge=1, description="half up; 100 gives whole units of money")


class JoinEntry(_File):
    """How a service takes part in a life event. `needs`: services whose results must exist first."""

    event: str = Field(description="the life event")
    needs: list[str] = Field(default=[], description="services of the same life event that come first")
    mode: Mode = Field(description="the platform applies, the person says yes, or an agency does it by itself")
    subject: str = Field(default="", description="the role whose facts decide; left out: the one it is about")
    applicants: list[str] = Field(default=[], description="roles that may apply; left out: those of the life event")


class ExpiresEntry(_File):
    """Until when one may apply: `months` after a date fact of the subject."""

    months: int = Field(ge=1, description="how long")
    after: str = Field(description="a date fact of the subject")


class RightEntry(_File):
    """How long the right lasts, and whether it is renewed without an application."""

    months: int = Field(ge=1, description="how long")
    renew: Literal["none", "automatic", "offered"] = Field(default="none", description="what happens before it ends")


class DecidesEntry(_File):
    """Who decides, and within how many working days."""

    within_working_days: int = Field(ge=0, description="by the city's calendar")
    by: Literal["automatic", "agency", "officer"] = Field(
        description="the rule alone, the agency's own system, an official at the desk"
    )
    four_eyes: bool = Field(default=False, description="a decision counts when a second official has confirmed it")


class FormEntry(_File):
    """Facts that the applicant confirms besides those of the conditions."""

    asks: list[str] = Field(default=[], description="facts with a question")


class ResultEntry(_File):
    """The statement about the subject that an approval makes. Without `value` the decision carries it."""

    fact: str = Field(description="a fact that a register states")
    value: bool | int | str | None = Field(default=None, description="what it becomes")


class PaymentEntry(_File):
    """When the amount is paid."""

    every: Every = Field(description="once, or for every month of the right")


class ServiceFile(_File):
    """services/<area>/<service>/service.yaml: a service, found by walking: what sort it is, its rule, who decides, what follows."""

    archetype: str = Field(description="what sort of service it is: see the archetypes below")
    owner: str = Field(description="the agency that answers for it")
    law: list[LawEntry] = Field(min_length=1, description="what it rests on")
    subject: str = Field(default="resident", description="whose facts the names are: a word for people, e.g. child")
    one_live_per: list[str] = Field(
        default=["subject"], description="one open case for each: subject, applicant, a form's field"
    )
    life_events: list[JoinEntry] = Field(default=[], description="the life events it is a step of")
    conditions: dict[Identifier, str] = Field(default={}, description="name → a condition; all must be true")
    booking: BookingEntry | None = Field(default=None, description="for the archetype `booking`: how it is booked")
    amount: str | AmountEntry | None = Field(default=None, description="what is paid, in the smallest coin")
    payment: PaymentEntry | None = Field(default=None, description="left out: nothing is paid")
    cost: str = Field(default="", description="the dated value that the resident pays; left out: it is free")
    expires: ExpiresEntry | None = Field(default=None, description="left out: one may always apply")
    right: RightEntry | None = Field(default=None, description="left out: what was decided stays so")
    decides: DecidesEntry = Field(description="who decides, and how soon")
    form: FormEntry = Field(default=FormEntry(), description="what is asked besides the facts of the conditions")
    result: list[ResultEntry] = Field(default=[], description="what the city knows once it is approved")
    refusals: list[str] = Field(default=[], description="codes of refusal_reasons.yaml that its owner may give")


class ServiceTextsFile(_File):
    """services/<area>/<service>/texts/<language>.yaml: what the service says. The first line of a message is its subject."""

    name: Text = Field(description="what it is called")
    summary: Text = Field(description="one sentence: what it is and for whom")
    gives: str = Field(default="", description="what the person gets")
    asked_as: AskedAs = Field(
        default=[], description="everyday words for it that its texts do not have: search finds it by them"
    )
    conditions: dict[str, Text] = Field(default={}, description="condition → the sentence said when it fails")
    messages: dict[str, Text] = Field(default={}, description="kind → a message of its own instead of the city's")


class CityTextsFile(_File):
    """texts/<language>.yaml: words for statuses, and a message of every kind; {service} is the name of the service.

    The first line is the subject; a line with a name that has no value (no amount, no end) is left out.
    """

    statuses: dict[str, Text] = Field(description="status of an archetype → what people call it")
    messages: dict[str, Text] = Field(description="kind → message")
    areas: dict[Identifier, Text] = Field(
        default={}, description="area (folder of services) → what people call it; left out: the folder's name"
    )
