"""Who may have a place and who holds which criterion: rules over facts, asked of one person beforehand and of everybody once at the
closing, of the registers as they were at that moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import polars as pl

from gorod.engines.allotment.data import NOT_FOR_THEM, Criterion, Known, Plan
from gorod.engines.dues import api as dues
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import Outcome, RuleSource, Verdict
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Refused
from gorod.kernel.expressions.data import ExpressionError, Scalar, Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import Reader

READER = Reader(kind="platform", name="allotment")
WHO = "allotment"  # what the rule of who may have a place is called
CRITERION = "allotment_"  # and each criterion's, with its code behind it


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Of one person at the closing. `left_out`: why they take no part, empty when they do. `criteria`: held everywhere; `here`:
    held at places, by their ids."""

    left_out: tuple[str, ...]
    criteria: tuple[str, ...]
    here: Mapping[str, tuple[str, ...]]


def compiled(plan: Plan) -> rules.RuleSet:
    """The rules of a plan. Raises BadInput that says which of them is wrong."""
    stopped = facts.stopped_by()
    who = f"({plan.who}) and not {stopped}" if stopped else plan.who
    texts = {WHO: who, **{CRITERION + one.code: one.rule for one in plan.criteria if one.rule}}
    sources = [RuleSource(service=name, conditions={"holds": text}) for name, text in texts.items()]
    try:
        found = dues.rule_set().changed(figures={}, sources=sources, facts=facts.names())
    except ExpressionError as error:
        of = str(error.extra.get("service", "")).removeprefix(CRITERION)
        what = "who" if of == WHO else f"criterion {of}"
        raise BadInput(f"{what}: {error.detail}", remedy=error.remedy, field="document", name=of) from None
    for one in plan.criteria:
        if one.here:
            definition = facts.names().get(one.here)
            if definition is None:
                raise BadInput(
                    f"criterion {one.code}: no fact is called {one.here!r}", remedy="name a fact of the city"
                )
            if definition.type is not Type.CODE:
                raise BadInput(
                    f"criterion {one.code}: {one.here} is no code", remedy="name a fact whose value is a code"
                )
    return found.only(texts)


def names_of(plan: Plan, rule_set: rules.RuleSet) -> list[str]:
    """The facts that all of them read."""
    return sorted({*rule_set.facts_of_all(), *(one.here for one in plan.criteria if one.here)})


def places_at(plan: Plan, criterion: Criterion, value: Scalar | None) -> tuple[str, ...]:
    """The places at which a criterion with `here` is true, when its fact has this value."""
    if value is None:
        return ()
    if criterion.by == "district":
        return tuple(place for place, district in plan.districts.items() if district and district == value)
    return tuple(one.id for one in plan.places if one.id == value)


def ask(
    plan: Plan, people: Collection[UUID], *, as_of: date | None = None, known_at: datetime | None = None
) -> tuple[dict[UUID, Answer], UUID]:
    """The answers of some people in one reading of their facts, and the reading's id."""
    rule_set = compiled(plan)
    found = facts.frame(
        people=people,
        names=names_of(plan, rule_set),
        purpose=_purpose(plan),
        reader=READER,
        as_of=as_of,
        known_at=known_at,
    )
    frame = found.frame
    outcomes: dict[UUID, dict[str, Outcome]] = {}
    for outcome in rules.outcomes(rules=rule_set, frame=frame, as_of=found.as_of):
        outcomes.setdefault(outcome.party_id, {})[outcome.service] = outcome
    answers = {}
    for row in frame.iter_rows(named=True):
        party_id = UUID(row["party_id"])
        answers[party_id] = _answer(plan, outcomes[party_id], row)
    return answers, found.reading_id


def _answer(plan: Plan, outcomes: Mapping[str, Outcome], row: Mapping[str, Scalar | None]) -> Answer:
    who, here = outcomes[WHO], dict[str, list[str]]()
    for one in plan.criteria:
        for place in places_at(plan, one, row[one.here]) if one.here else ():
            here.setdefault(place, []).append(one.code)
    return Answer(
        left_out=_left_out(who),
        criteria=tuple(
            one.code for one in plan.criteria if one.rule and outcomes[CRITERION + one.code].verdict is Verdict.DUE
        ),
        here={place: tuple(codes) for place, codes in here.items()},
    )


def _left_out(who: Outcome) -> tuple[str, ...]:
    if who.verdict is Verdict.DUE:
        return ()
    return (NOT_FOR_THEM,) if who.verdict is Verdict.NOT_DUE else tuple(who.missing)


def must_be_for(plan: Plan, party_id: UUID) -> None:
    """Raise Refused when the rule is known not to be true of somebody; what is not known may become known until the closing."""
    answers, _reading = ask(plan, [party_id])
    if answers[party_id].left_out == (NOT_FOR_THEM,):
        raise Refused("these places are not for them", remedy="see whom they are for", why="who")


def known(plan: Plan, party_id: UUID) -> list[Known]:
    """What the city knows of somebody now, criterion by criterion, with who may have a place first (its code is `who`)."""
    rule_set = compiled(plan)
    names = names_of(plan, rule_set)
    read = facts.read(people=[party_id], names=names, purpose=_purpose(plan), reader=READER)
    values = {one.name: one.value for one in read}
    frame = pl.DataFrame([{"party_id": str(party_id), **values}])
    outcomes = {one.service: one for one in rules.outcomes(rules=rule_set, frame=frame, as_of=clock.today())}
    hidden = facts.hidden_names(known=read)
    by_name = {one.name: one for one in read if one.name not in hidden}
    found = []
    for one in (Criterion(code=NOT_FOR_THEM, words={}, rule=plan.who), *plan.criteria):
        if one.here:
            value = values[one.here]
            places = places_at(plan, one, value)
            missing: tuple[str, ...] = (one.here,) if value is None else ()
            holds, of = None if value is None else bool(places), [one.here]
        else:
            service = WHO if one.code == NOT_FOR_THEM and not one.words else CRITERION + one.code
            outcome = outcomes[service]
            verdict = {Verdict.DUE: True, Verdict.NOT_DUE: False}
            holds, places, missing = verdict.get(outcome.verdict), (), tuple(outcome.missing)
            of = list(rule_set.facts_of(service))
        shown = tuple(by_name[name] for name in of if name in by_name)
        found.append(Known(criterion=one, holds=holds, places=places, facts=shown, missing=missing))
    return found


def _purpose(plan: Plan) -> str:
    return f"allotment: {next(iter(plan.title.values()))}"
