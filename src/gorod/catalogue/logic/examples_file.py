"""The shape of a service's examples."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, RootModel

from gorod.catalogue.logic.files import Text
from gorod.engines.rules.data import Verdict


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_File):
    """What an example expects."""

    verdict: Verdict = Field(description="the answer")
    failing: list[str] | None = Field(default=None, description="the conditions that are false; left out: not compared")
    missing: list[str] | None = Field(default=None, description="the facts that are asked for; left out: not compared")
    amount: int | None = Field(default=None, description="in the smallest coin; left out: not compared")


class ExampleEntry(_File):
    """An example: the facts known (others are not), and the answer."""

    name: Text = Field(description="what the example shows")
    as_of: date = Field(description="the day on which it is asked")
    facts: dict[str, bool | int | date | str | None] = Field(
        default={}, description="fact that the rule names → its value"
    )
    expect: Expected = Field(description="the answer")


class ExamplesFile(RootModel[list[ExampleEntry]]):
    """services/<area>/<service>/cases.yaml: examples; at least one that is due, one not due and one unknown for each rule."""
