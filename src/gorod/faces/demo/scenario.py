"""A city's demonstration: `demo.yaml` in its folder says which family takes part and what happens to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from gorod.kernel.errors import BadInput


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonWanted(_Part):
    """Who takes part. `where`: a condition over their facts. `unknown`: facts that no register may know of them."""

    where: str
    unknown: list[str] = []
    relation: Annotated[str, Field(description="how they are related to the first person; empty for the first")] = ""


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
    identifiers: Annotated[list[str], Field(description="schemes that agencies name people by")]
    acts: list[Act]


def read(folder: Path) -> Scenario | None:
    """The scenario of a city's folder; None when it has none. Raises BadInput when it is wrong."""
    file = folder / "demo.yaml"
    if not file.exists():
        return None
    try:
        return Scenario.model_validate(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise BadInput(f"{file}: {error}", remedy="see faces/demo/scenario.py") from error
