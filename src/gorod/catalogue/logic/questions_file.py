"""The shape of questions.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, RootModel

from gorod.catalogue.logic.files import Identifier, Text


class QuestionEntry(BaseModel):
    """A question, and what a good answer begins with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ask: Text = Field(max_length=300, description="as people type it, with their mistakes")
    language: str = Field(description="a language of the city")
    expect: list[Identifier] = Field(
        description="services and life events of which one should be found first; empty: the city has nothing about it"
    )


class QuestionsFile(RootModel[list[QuestionEntry]]):
    """questions.yaml: everyday questions that measure the search; no text of a service may repeat them."""
