"""What city.yaml says in the language of rules: for whom residents may act, by what scenarios count."""

from __future__ import annotations

from gorod.catalogue.logic.content import Content
from gorod.engines.applications.data import ActsFor
from gorod.engines.scenarios.data import Axes
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Expression, ExpressionError, Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import Vocabulary


def acts_for(content: Content, known: Vocabulary) -> ActsFor:
    """For whom residents may act. Raises ExpressionError when a condition is not in the language."""
    assert content.city is not None
    names = facts.names_of(vocabulary=known)
    return ActsFor(
        relations={
            relation: expressions.parse(text=text, vocabulary=names, expect=Type.BOOLEAN) if text else None
            for relation, text in content.city.acts_for.items()
        },
        seen_from={
            relation: tuple(name for name, one in known.relations.items() if one.inverse == relation)
            for relation in content.city.acts_for
        },
    )


def axes(content: Content, known: Vocabulary) -> Axes:
    """By what scenarios put people into cells. Raises ExpressionError, with `key` in its `extra`, for a text that is wrong."""
    assert content.city is not None
    names = facts.names_of(vocabulary=known)
    found: dict[str, Expression | None] = {}
    for key, text in (("family_size", content.city.family_size), ("income", content.city.income)):
        try:
            found[key] = expressions.parse(text=text, vocabulary=names, expect=Type.INT, amount=True) if text else None
        except ExpressionError as error:
            error.extra["key"] = key
            raise
    return Axes(size=found["family_size"], income=found["income"])
