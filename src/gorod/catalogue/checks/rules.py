"""Conditions, amounts and derived facts are in the language, of the right types, and cannot overflow."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.city_rules import acts_for, axes
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.joining import applicants_must, dated_values, vocabulary
from gorod.catalogue.logic.rule_sources import rule_source
from gorod.engines.rules import api as rules
from gorod.kernel.errors import ContentError
from gorod.kernel.expressions.data import ExpressionError
from gorod.records.facts import api as facts


def check(content: Content) -> Iterator[Problem]:
    """Yield the first error of each service; one in the vocabulary hides the rest."""
    known = vocabulary(content)
    try:
        names = facts.names_of(vocabulary=known)
    except ContentError as error:
        yield Problem(place=error.place, what=error.detail, remedy=error.remedy)
        return
    try:
        acts_for(content, known)
        axes(content, known)
    except ExpressionError as error:
        assert content.city_document is not None
        yield Problem(
            place=content.city_document.place(error.extra.get("key", "acts_for")),
            what=error.detail,
            remedy=error.remedy,
        )
    for entry in content.life_events.values():
        try:
            applicants_must(entry, known)
        except ExpressionError as error:
            yield Problem(place=entry.document.place("applicants_must"), what=error.detail, remedy=error.remedy)
    values = dated_values(content)
    for service in content.services.values():
        try:
            rules.compile_rules(sources=[rule_source(service, known)], facts=names, values=values)
        except ExpressionError as error:
            condition = error.extra.get("condition", "")
            way = ("amount",) if condition == rules.AMOUNT else ("conditions", condition)
            at = f" (column {error.column})" if error.column else ""
            yield Problem(
                place=error.place or service.place(*way),
                what=f"{condition}: {error.detail}{at}",
                remedy=error.remedy or "correct the text",
            )
