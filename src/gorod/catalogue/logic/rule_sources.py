"""The rule of a service as the engine takes it, with a digest of everything below it that can change an answer."""

from __future__ import annotations

from collections.abc import Iterable

from gorod.catalogue.logic.content import ServiceFolder
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Amount, RuleSource
from gorod.kernel.canonical import digest
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import ExpressionError
from gorod.records.facts.data import Vocabulary


def rule_source(service: ServiceFolder, known: Vocabulary) -> RuleSource:
    """The rule of a service. Raises ExpressionError, with `condition` in its `extra`, when a text cannot be read."""
    amount = service.file.amount
    if isinstance(amount, str):
        made: Amount | None = Amount(sql=amount)
    elif amount is not None:
        made = Amount(sql=amount.sql, percent=amount.percent, round=amount.round)
    else:
        made = None
    texts = {**service.file.conditions, **({rules.AMOUNT: made.sql} if made else {})}
    named: set[str] = set()
    for condition, text in texts.items():
        try:
            named |= expressions.names_in(text)
        except ExpressionError as error:
            error.extra.update(service=service.name, condition=condition)
            raise
    return RuleSource(
        service=service.name, conditions=dict(service.file.conditions), amount=made, basis=_basis(named, known)
    )


def _basis(names: Iterable[str], known: Vocabulary) -> str:
    """A digest of the facts and relations behind these names, down to what registers state."""
    facts: set[str] = set()
    relations: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in facts or name not in known.facts:
            continue
        facts.add(name)
        fact = known.facts[name]
        waiting += [*(expressions.names_in(fact.sql) if fact.sql else ()), fact.of, fact.fact]
        over = known.relations.get(fact.relation)
        if over is not None and over.name not in relations:
            relations |= {over.name, *(kind for path in over.paths for kind in path if kind in known.relations)}
            waiting += expressions.names_in(over.where) if over.where else ()
    return digest(
        [
            [
                (f.name, f.kind, f.sql, f.of, f.age_unit, f.relation, f.fact, f.aggregate, f.if_none, f.absent)
                for f in (known.facts[name] for name in sorted(facts))
            ],
            [(r.name, r.many, r.complete, r.paths, r.where) for r in (known.relations[n] for n in sorted(relations))],
        ]
    )
