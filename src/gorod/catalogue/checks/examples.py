"""The examples of a service run, and show at least one yes, one no and one unknown for each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content, ServiceFolder
from gorod.catalogue.logic.examples_file import ExampleEntry
from gorod.catalogue.logic.fitting import misfit
from gorod.catalogue.logic.joining import dated_values, vocabulary
from gorod.catalogue.logic.rule_sources import rule_source
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import DatedValue, Verdict
from gorod.kernel.errors import ContentError
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Name
from gorod.kernel.identifiers import new_id
from gorod.records.facts import api as facts


def check(content: Content) -> Iterator[Problem]:
    """Yield examples with another answer, and verdicts that no example shows."""
    known = vocabulary(content)
    try:
        names = facts.names_of(vocabulary=known)
    except ContentError:
        return  # `rules` says so
    values = dated_values(content)
    for service in content.services.values():
        try:
            compiled = rules.compile_rules(sources=[rule_source(service, known)], facts=names, values=values)
        except ContentError:
            continue  # `rules` says so
        yield from _service(service, compiled, names, values)


def _service(
    service: ServiceFolder, compiled: rules.RuleSet, names: Mapping[str, Name], values: Mapping[str, DatedValue]
) -> Iterator[Problem]:
    if service.examples is None:
        yield Problem(place=service.place(), what=f"{service.name} has no cases.yaml", remedy="write examples")
        return
    document, listed = service.examples
    shown = set()
    used = compiled.facts_of(service.name)
    for i, example in enumerate(listed.root):
        place = document.place(i)
        shown.add(example.expect.verdict)
        strange = sorted(set(example.facts) - set(used))
        if strange:
            yield Problem(
                place=place,
                what=f"{example.name}: the rule does not use {', '.join(strange)}",
                remedy=f"it uses {', '.join(used) or 'nothing'}",
            )
            continue
        yield from _example(service.name, example, compiled, names, place)
    wanted = {Verdict.DUE, Verdict.NOT_DUE, Verdict.UNKNOWN} if used else {Verdict.DUE}
    for verdict in sorted(wanted - shown):
        yield Problem(place=document.place(), what=f"no example of {service.name} is {verdict.value}", remedy="add one")


def _example(
    service: str, example: ExampleEntry, compiled: rules.RuleSet, names: Mapping[str, Name], place: str
) -> Iterator[Problem]:
    used = compiled.facts_of(service)
    wrong = {fact: misfit(names[fact], value) for fact, value in example.facts.items() if value is not None}
    for fact, wanted in wrong.items():
        if wanted:
            what = f"{example.name}: {fact} cannot be {example.facts[fact]!r}"
            yield Problem(place=place, what=what, remedy=f"it is {wanted}")
    if any(wrong.values()):
        return
    schema: dict[str, pl.DataType] = {
        "party_id": pl.String(),
        **{name: expressions.COLUMNS[names[name].type] for name in used},
    }
    row = {"party_id": str(new_id()), **{name: example.facts.get(name) for name in used}}
    (answer,) = rules.outcomes(rules=compiled, frame=pl.DataFrame([row], schema=schema), as_of=example.as_of)
    expect = example.expect
    differences = []
    if answer.verdict is not expect.verdict:
        why = ", ".join((*answer.failing, *answer.missing, *answer.late))
        differences.append(f"{answer.verdict.value}{f' ({why})' if why else ''}, not {expect.verdict.value}")
    else:
        for what in ("failing", "missing"):
            wanted = getattr(expect, what)
            if wanted is not None and sorted(wanted) != sorted(getattr(answer, what)):
                differences.append(f"{what} {sorted(getattr(answer, what))}, not {sorted(wanted)}")
        if expect.amount is not None and answer.amount != expect.amount:
            differences.append(f"amount {answer.amount}, not {expect.amount}")
    for difference in differences:
        yield Problem(
            place=place, what=f"{example.name}: the rule says {difference}", remedy="correct the rule or the example"
        )
