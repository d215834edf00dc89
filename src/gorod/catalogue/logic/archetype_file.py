"""The shape of an archetype's file: a part of the engine, not of a city's content."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gorod.catalogue.logic.files import Identifier, Text
from gorod.engines.cases.data import Phase


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatusEntry(_Part):
    """A status of an archetype: what it means and what it allows."""

    phase: Phase = Field(description="what it means to the platform")
    actions: list[Literal["withdraw", "answer", "appeal"]] = Field(default=[], description="what the applicant may do")


class ArchetypeFile(_Part):
    """archetypes/<name>/archetype.yaml of the engine."""

    meaning: Text = Field(description="what services of this sort are")
    carried_by: Literal["cases", "booking"] = Field(default="cases", description="the engine that carries it out")
    initial: str = Field(default="", description="the status of a new case")
    statuses: dict[Identifier, StatusEntry] = Field(default={}, description="code → status of a case")
    needs: list[str] = Field(default=[], description="parts of service.yaml it cannot do without")
    forbids: list[str] = Field(default=[], description="parts of service.yaml that make no sense")
