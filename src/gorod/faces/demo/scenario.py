"""A city's demonstration: `demo.yaml` in its folder says which family takes part and what happens to it."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City, Misfits
from gorod.engines.booking.data import Channel, ProviderKind
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import ExpressionError, Type
from gorod.records.facts import api as facts
from gorod.records.officials.data import Role
from gorod.verify.polls.settings import Kind

FILE = "demo.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonWanted(_Part):
    """Who takes part. `name`: what they are, by language. `where`: a condition over their facts. `unknown`: facts that no
    register may know of them."""

    where: str
    name: dict[str, str] = {}
    unknown: list[str] = []
    relation: Annotated[str, Field(description="how they are related to the first person; empty for the first")] = ""


class StaffWanted(_Part):
    """Somebody at the desk whom anybody may try the city as. An operator belongs to no agency."""

    name: dict[str, str]
    role: Role
    agency: str = ""


class QuestionWanted(_Part):
    """A question of a poll. `options`: by id, their words by language. `most`: as in a poll's form."""

    kind: Kind
    words: dict[str, str]
    options: dict[str, dict[str, str]] = {}
    most: Annotated[int, Field(ge=1, le=2000)] = 1
    may_be_left_out: bool = False


class PollWanted(_Part):
    """A poll that is open when the story is told. `who`: may take part, in words, and `rule`: in the language of rules."""

    title: dict[str, str]
    about: dict[str, str]
    who: dict[str, str]
    rule: str
    days: Annotated[int, Field(ge=1, le=100)]
    points: Annotated[int, Field(ge=0, le=1000)] = 0
    questions: Annotated[list[QuestionWanted], Field(min_length=1)]


class ProviderWanted(_Part):
    """Who can be booked on working days, `from` one hour to another (of the city), so many minutes each."""

    name: dict[str, str]
    kind: ProviderKind = ProviderKind.PRACTITIONER
    service: str
    begins: time = Field(alias="from")
    ends: time = Field(alias="to")
    minutes: Annotated[int, Field(ge=5, le=480)]
    room: str = ""
    capacity: Annotated[int, Field(ge=1, le=100)] = 1
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = [1, 2, 3, 4, 5]
    kept: dict[Channel, Annotated[int, Field(ge=0, le=100)]] = {}


class LocationWanted(_Part):
    """A place where something can be booked; it stands in the middle of its district."""

    code: str
    name: dict[str, str]
    agency: str
    address: str
    district: str
    phone: str = ""
    providers: Annotated[list[ProviderWanted], Field(min_length=1)]


class Say(_Part):
    """A sentence of the story, by language."""

    say: dict[str, str]


class Consent(Say):
    """The first person allows or switches off something."""

    do: Literal["consent"]
    scope: str
    allowed: bool = True


class Send(Say):
    """An agency sends an event. In `data`, '$mother' stands for the identifiers of that person, '$today' for the city's
    date, '$number' for a number of this story, '$today-3' for three days ago."""

    do: Literal["send"]
    agency: str
    type: str
    data: dict[str, Any]


class Accept(Say):
    """The first person says yes to every offer, filling in `data` where a form asks; declines those listed."""

    do: Literal["accept"]
    data: dict[str, str] = {}
    decline: list[str] = []


class Supply(Say):
    """A person supplies what is asked of them."""

    do: Literal["supply"]
    who: str
    values: dict[str, bool | int | str]


class Account(Say):
    """The first person confirms where money goes."""

    do: Literal["account"]
    account: str


class Settle(Say):
    """Wait until the agencies have answered everything."""

    do: Literal["settle"]


class Show(Say):
    """Show something of the first person."""

    do: Literal["journey", "messages", "payments", "access_log"]


class MoveClock(Say):
    """Let the city's clock run forward by days; whatever the new day brings happens."""

    do: Literal["days"]
    days: Annotated[int, Field(ge=1, le=400)]


Act = Annotated[Consent | Send | Accept | Supply | Account | Settle | Show | MoveClock, Field(discriminator="do")]


class Scenario(_Part):
    """The story: who, and what happens, in order. `counter` is the agency where the first person stands."""

    name: dict[str, str]
    counter: str
    life_event: str
    people: Annotated[dict[str, PersonWanted], Field(min_length=1)]
    staff: list[StaffWanted] = []
    polls: list[PollWanted] = []
    places: list[LocationWanted] = []
    identifiers: Annotated[list[str], Field(description="schemes that agencies name people by")]
    acts: list[Act]


def read(city: City) -> Scenario | None:
    """The scenario of a city; None when it has none. Raises CityRefused with all that is wrong, by file and line."""
    if not (city.folder / FILE).exists():
        return None
    return catalogue.read_file(
        folder=city.folder,
        name=FILE,
        model=Scenario,
        misfits=lambda scenario: _misfits(scenario, city),
        remedy="see docs/reference/schemas/demo.json",
    )


def _misfits(scenario: Scenario, city: City) -> Misfits:
    """What the story names and the city does not know."""
    if scenario.counter not in city.agencies:
        yield ("counter",), f"no agency is called {scenario.counter!r}"
    if scenario.life_event not in city.life_events:
        yield ("life_event",), f"no life event is called {scenario.life_event!r}"
    for role, person in scenario.people.items():
        yield from _person(role, person, city)
    for index, one in enumerate(scenario.staff):
        if one.agency and one.agency not in city.agencies:
            yield ("staff", index, "agency"), f"no agency is called {one.agency!r}"
    for index, place in enumerate(scenario.places):
        if place.agency not in city.agencies:
            yield ("places", index, "agency"), f"no agency is called {place.agency!r}"
        if place.district and place.district not in {one.code for one in city.districts}:
            yield ("places", index, "district"), f"no district has the code {place.district!r}"
        for number, provider in enumerate(place.providers):
            if provider.service not in city.bookables:
                yield ("places", index, "providers", number, "service"), f"{provider.service!r} is not booked"
    for index, poll in enumerate(scenario.polls):
        for language in set(city.languages) - poll.title.keys():
            yield ("polls", index, "title"), f"nothing is said in {language}"
    for index, act in enumerate(scenario.acts):
        way = ("acts", index)
        for language in set(city.languages) - act.say.keys():
            yield (*way, "say"), f"nothing is said in {language}"
        match act:
            case Send():
                yield from _sent(act, way, city)
            case Supply():
                if act.who not in scenario.people:
                    yield (*way, "who"), f"nobody in the story is called {act.who!r}"
                for fact in act.values.keys() - city.vocabulary.facts.keys():
                    yield (*way, "values", fact), f"no fact is called {fact!r}"
            case Accept():
                for service in set(act.decline) - city.services.keys():
                    yield (*way, "decline"), f"no service is called {service!r}"
            case _:
                pass


def _person(role: str, person: PersonWanted, city: City) -> Misfits:
    names = facts.names_of(vocabulary=city.vocabulary)
    try:
        expressions.parse(text=person.where, vocabulary=names, expect=Type.BOOLEAN)
    except ExpressionError as error:
        yield ("people", role, "where"), error.detail
    if person.relation and person.relation not in city.vocabulary.relations:
        yield ("people", role, "relation"), f"no relation is called {person.relation!r}"
    for fact in set(person.unknown) - city.vocabulary.facts.keys():
        yield ("people", role, "unknown"), f"no fact is called {fact!r}"


def _sent(act: Send, way: tuple[str | int, ...], city: City) -> Misfits:
    known = city.event_types.get(act.type)
    if known is None:
        yield (*way, "type"), f"no event type is called {act.type!r}"
    if act.agency not in (known.senders if known and known.senders else city.agencies):
        yield (*way, "agency"), f"no agency {act.agency!r} sends {act.type}"
