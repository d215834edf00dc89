"""The door of dues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import polars as pl

from gorod.engines.dues import models
from gorod.engines.dues.data import Assessment
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Outcome, Verdict
from gorod.kernel import clock
from gorod.kernel.canonical import plain
from gorod.kernel.errors import NotFound
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Scalar
from gorod.records.facts import api as facts
from gorod.records.facts.data import Missing, Reader
from gorod.records.parties import api as parties

PLATFORM = Reader(kind="platform", name="dues")
NOBODY = UUID(int=0)  # whose answers a supposition gets

_rules: rules.RuleSet | None = None


def configure(*, rule_set: rules.RuleSet) -> None:
    """Set the rules in force in this process."""
    global _rules
    _rules = rule_set


def rule_set() -> rules.RuleSet:
    """The rules in force. Raises NotFound before `configure`."""
    if _rules is None:
        raise NotFound("no rules are loaded", remedy="load a city's content first: gorod load")
    return _rules


def assess(
    *,
    people: Sequence[UUID],
    services: Collection[str] | None = None,
    purpose: str,
    reader: Reader = PLATFORM,
    as_of: date | None = None,
    known_at: datetime | None = None,
    decisions_until: datetime | None = None,
    keep: bool = True,
) -> list[Assessment]:
    """Evaluate services (all by default) for people and keep the answers.

    Reads only the facts that these rules name. `keep=False` answers without storing (a review, a what-if);
    `decisions_until` leaves out what decisions stated after that instant, so that a right does not speak against itself.
    Raises NotFound on an unknown service.
    """
    known = rule_set()
    wanted = list(services) if services is not None else list(known.services)
    names = known.facts_of_all(wanted)
    if not people or not wanted:
        return []
    found = facts.frame(
        people=people,
        names=names,
        purpose=purpose,
        reader=reader,
        as_of=as_of,
        known_at=known_at,
        decisions_until=decisions_until,
    )
    outcomes = rules.outcomes(rules=known, frame=found.frame, as_of=found.as_of, services=wanted)
    latest = _latest(people, wanted, found.as_of) if keep else {}
    answers: list[Assessment] = []
    fresh: list[models.Assessment] = []
    for outcome in outcomes:
        row = _row(outcome, known, found)
        before = latest.get((row.party_id, row.service))
        if before is not None and _same(before, row):
            row = before
        elif keep:
            fresh.append(row)
        answers.append(_data(row))
    models.Assessment.objects.bulk_create(fresh)
    return answers


def suppose(*, service: str, known: Mapping[str, Scalar | None], among: rules.RuleSet | None = None) -> Outcome:
    """What the answer would be today for somebody of whom just this is known. Reads nothing of anybody and stores nothing.
    `among`: other rules than those of what is due, e.g. of what is booked.

    Raises NotFound on an unknown service.
    """
    kept = among or rule_set()
    columns: dict[str, pl.Series] = {"party_id": pl.Series([str(NOBODY)])}
    for name in kept.facts_of(service):
        value = known.get(name)
        columns[name] = pl.Series([value], dtype=expressions.COLUMNS[facts.definition(name=name).type])
    (outcome,) = rules.outcomes(rules=kept, frame=pl.DataFrame(columns), as_of=clock.today(), services=[service])
    return outcome


def _row(outcome: Outcome, known: rules.RuleSet, found: facts.FactFrame) -> models.Assessment:
    missing = found.missing(party_id=outcome.party_id, names=outcome.missing)
    rows, people = found.sources(party_id=outcome.party_id, names=known.facts_of(outcome.service))
    return models.Assessment(
        party_id=outcome.party_id,
        service=outcome.service,
        verdict=outcome.verdict,
        failing=list(outcome.failing),
        missing=[plain(m) for m in missing],
        amount=outcome.amount,
        late=list(outcome.late),
        values=[f"{used.name}@{used.since}={used.figure}" for used in outcome.rule.values],
        rule_version=outcome.rule.version,
        as_of=found.as_of,
        known_at=found.known_at,
        statement_ids=sorted(rows),
        people=sorted(people),
        reading_id=found.reading_id,
    )


def _same(before: models.Assessment, now: models.Assessment) -> bool:
    compared = ("verdict", "failing", "missing", "late", "amount", "values", "rule_version", "statement_ids", "people")
    return all(getattr(before, name) == getattr(now, name) for name in compared)


def _latest(
    people: Collection[UUID], services: Collection[str], as_of: date
) -> Mapping[tuple[UUID, str], models.Assessment]:
    """The last answers kept, but for those about a later day: what a renewal asked ahead is no answer for today."""
    rows = (
        models.Assessment.objects.filter(party_id__in=list(people), service__in=list(services), as_of__lte=as_of)
        .order_by("party_id", "service", "-id")
        .distinct("party_id", "service")
    )
    return {(row.party_id, row.service): row for row in rows}


def dues_of(*, party_id: UUID, reader: Reader, purpose: str) -> list[Assessment]:
    """What every service answers for this person now: evaluated afresh and kept."""
    return assess(people=[party_id], purpose=purpose, reader=reader)


def assessment(*, assessment_id: UUID) -> Assessment:
    """One kept answer. Raises NotFound."""
    row = models.Assessment.objects.filter(id=assessment_id).first()
    if row is None:
        raise NotFound(f"no assessment {assessment_id}", remedy="check the id")
    return _data(row)


def resting_on(*, people: Collection[UUID]) -> frozenset[UUID]:
    """The parties whose kept answers rest on facts of these people: who must be looked at again when those change.

    An answer given before two ids were found to be one person names the one it knew, so all ids of a person count.
    """
    ids = {party_id for every in parties.identities(party_ids=people).values() for party_id in every}
    rows = models.Assessment.objects.filter(people__overlap=sorted(ids)).values_list("party_id", flat=True)
    return frozenset(rows.distinct())


def _data(row: models.Assessment) -> Assessment:
    return Assessment(
        assessment_id=row.id,
        party_id=row.party_id,
        service=row.service,
        verdict=Verdict(row.verdict),
        failing=tuple(row.failing),
        missing=tuple(Missing.of(item) for item in row.missing),
        late=tuple(row.late),
        amount=row.amount,
        values=tuple(row.values),
        rule_version=row.rule_version,
        as_of=row.as_of,
        known_at=row.known_at,
        statement_ids=tuple(row.statement_ids),
        people=tuple(row.people),
    )
