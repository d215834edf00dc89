"""The door of facts. Nothing else reads the registers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import polars as pl

from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Refused
from gorod.kernel.expressions.data import Name, Scalar
from gorod.records.facts.data import (
    Arranged,
    Fact,
    FactDefinition,
    Kind,
    Missing,
    Needs,
    Provenance,
    Reader,
    RelationDefinition,
    Vocabulary,
)
from gorod.records.facts.logic import circle
from gorod.records.facts.logic.fitting import fitting
from gorod.records.facts.logic.frame import arrange, build, derive
from gorod.records.facts.logic.plan import Lexicon, make_plan
from gorod.records.facts.logic.readings import access_log as access_log
from gorod.records.facts.logic.readings import reading_opening as reading_opening
from gorod.records.facts.logic.readings import record_reading as record_reading
from gorod.records.facts.logic.trace import Tracer
from gorod.records.parties import api as parties
from gorod.records.registers import api as registers
from gorod.records.registers.data import Dispute, StatedRow

_lexicon = Lexicon(Vocabulary(facts={}, relations={}))


class FactFrame:
    """Facts of several people as a frame, and the way back from each value.

    `frame` has the column `party_id` (text) and one per name asked for: Boolean, Int64, Date or String, null = unknown.
    """

    def __init__(
        self,
        *,
        frame: pl.DataFrame,
        tracer: Tracer,
        person_of: Mapping[UUID, UUID],
        reading_id: UUID,
        as_of: date,
        known_at: datetime,
    ) -> None:
        self.frame = frame
        self.reading_id = reading_id
        self.as_of = as_of
        self.known_at = known_at
        self._tracer = tracer
        self._person_of = person_of

    def missing(self, *, party_id: UUID, names: Collection[str]) -> tuple[Missing, ...]:
        """What must be supplied, by whom, before these names are known of this person."""
        return self._tracer.missing(str(self._person_of[party_id]), names)

    def sources(self, *, party_id: UUID, names: Collection[str]) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Ids of the rows these names rest on, and the people whose facts were looked at."""
        return self._tracer.sources(str(self._person_of[party_id]), names)


def configure(*, vocabulary: Vocabulary) -> None:
    """Set what may be known in this city. Raises ContentError on an undefined or circular name."""
    global _lexicon
    _lexicon = Lexicon(vocabulary)


def vocabulary() -> Vocabulary:
    """What may be known in this city, as `configure` was told: for a process that has to be told the same."""
    return _lexicon.vocabulary


def names() -> Mapping[str, Name]:
    """Every fact as a name that a rule may use, with its type and range."""
    return _lexicon.names


def names_of(*, vocabulary: Vocabulary) -> Mapping[str, Name]:
    """The same for a vocabulary that is not in force: the catalogue's checks. Raises ContentError."""
    return Lexicon(vocabulary).names


def definition(*, name: str) -> FactDefinition:
    """The definition of a fact. Raises BadInput on an unknown name."""
    try:
        return _lexicon.facts[name]
    except KeyError:
        raise BadInput(f"no fact is called {name!r}", remedy="see facts/ of the city's content") from None


def stopped_by() -> str:
    """The boolean fact that ends a person's part in everything, a death; empty when the city knows none."""
    return _lexicon.stopped_by


def relation(*, name: str) -> RelationDefinition:
    """The definition of a relation. Raises BadInput on an unknown name."""
    try:
        return _lexicon.relations[name]
    except KeyError:
        raise BadInput(f"no relation is called {name!r}", remedy="see relations.yaml of the city's content") from None


def frame(
    *,
    people: Collection[UUID],
    names: Collection[str],
    purpose: str,
    reader: Reader,
    as_of: date | None = None,
    known_at: datetime | None = None,
    decisions_until: datetime | None = None,
) -> FactFrame:
    """Read facts of people for a purpose, and record the reading.

    `as_of` (city date, default today) says which facts hold; `known_at` (UTC, default now) what was recorded by then:
    the same pair gives the same frame for ever. `decisions_until` leaves
    out what decisions stated after that instant. Raises BadInput on an unknown name, Refused without a purpose.
    """
    if not purpose.strip():
        raise Refused("nobody reads facts without a purpose", remedy="say what they are read for")
    for name in names:
        definition(name=name)
    merged_at, known_at = known_at, known_at or clock.now()
    as_of = as_of or clock.city_date(known_at)
    plan = make_plan(_lexicon, names)
    identities = parties.identities(party_ids=people, known_at=merged_at)
    person_of = {asked: every[0] for asked, every in identities.items()}
    links, alias = circle.of(
        _lexicon,
        people=identities.values(),
        kinds=plan.relations,
        hops=plan.hops,
        as_of=as_of,
        known_at=known_at,
        merged_at=merged_at,
    )
    statements = registers.statements_frame(
        parties=[i for ids in alias.values() for i in ids],
        names=plan.stated,
        as_of=as_of,
        known_at=known_at,
        decisions_until=decisions_until,
    )
    statements = circle.under_one_id(statements, alias, ["person", "fact"])
    wide = build(
        lexicon=_lexicon,
        plan=plan,
        people=pl.Series("person", [str(person) for person in alias], dtype=pl.String),
        statements=statements,
        links=links,
        as_of=as_of,
    )
    reading_id = record_reading(people=list(alias), names=names, purpose=purpose, reader=reader)
    wanted = pl.DataFrame(
        [(str(asked), str(person)) for asked, person in person_of.items()],
        schema={"party_id": pl.String, "person": pl.String},
        orient="row",
    )
    asked = wanted.join(wide, on="person", how="left", maintain_order="left").select("party_id", *sorted(set(names)))
    return FactFrame(
        frame=asked,
        tracer=Tracer(_lexicon, wide, statements, links),
        person_of=person_of,
        reading_id=reading_id,
        as_of=as_of,
        known_at=known_at,
    )


def read(
    *,
    people: Collection[UUID],
    names: Collection[str],
    purpose: str,
    reader: Reader,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Fact]:
    """The facts one by one, with provenance, in the order of people and names. Raises as `frame` does."""
    found = frame(people=people, names=names, purpose=purpose, reader=reader, as_of=as_of, known_at=known_at)
    stated_ids: dict[tuple[str, str], UUID] = {}
    for party in people:
        for name in names:
            if _lexicon.facts[name].kind is Kind.STATED:
                rows, _ = found.sources(party_id=party, names=[name])
                if rows:
                    stated_ids[(str(party), name)] = next(iter(rows))
    rows_by_id = registers.statements(statement_ids=list(stated_ids.values()))
    facts = []
    for row in found.frame.iter_rows(named=True):
        for name in names:
            stated = rows_by_id.get(stated_ids.get((row["party_id"], name), UUID(int=0)))
            value = row[name]
            carries = stated is not None and (stated.number is not None or stated.code is not None)
            facts.append(
                Fact(
                    party_id=UUID(row["party_id"]),
                    name=name,
                    value=value,
                    provenance=_provenance(stated) if stated else None,
                    disputed=carries and value is None,
                )
            )
    return facts


def values(
    *, people: Collection[UUID], names: Collection[str], purpose: str, reader: Reader, as_of: date | None = None
) -> Mapping[UUID, Mapping[str, Scalar | None]]:
    """What is known of each, without where it comes from: the value by name, None = unknown. Raises as `frame` does."""
    found = frame(people=people, names=names, purpose=purpose, reader=reader, as_of=as_of).frame
    return {UUID(row.pop("party_id")): row for row in found.iter_rows(named=True)}


def gone(*, people: Collection[UUID], purpose: str, reader: Reader, as_of: date | None = None) -> frozenset[UUID]:
    """Those of these people whose part in everything has ended (`stopped_by`): nothing is offered or paid to them."""
    if not _lexicon.stopped_by:
        return frozenset()
    known = values(people=people, names=[_lexicon.stopped_by], purpose=purpose, reader=reader, as_of=as_of)
    return frozenset(party for party, of_them in known.items() if of_them[_lexicon.stopped_by] is True)


def _provenance(stated: StatedRow) -> Provenance:
    return Provenance(
        statement_id=stated.statement_id,
        source=stated.source,
        owner=stated.owner,
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
        recorded_at=stated.recorded_at,
        verified_on=stated.verified_on,
        event_id=stated.event_id,
        decision_id=stated.decision_id,
    )


def related(
    *, party_id: UUID, relations: Collection[str], purpose: str, reader: Reader
) -> Mapping[str, tuple[UUID, ...]]:
    """Who stands in these stated relations to a party now; recorded like every reading."""
    known_at = clock.now()
    every = parties.identities(party_ids=[party_id])[party_id]
    links = registers.relations_frame(
        parties=every,
        kinds=relations,
        many=_lexicon.many,
        as_of=clock.city_date(known_at),
        known_at=known_at,
    )
    record_reading(people=[party_id], names=relations, purpose=purpose, reader=reader)
    found = [
        (kind, UUID(other))
        for _, kind, other, _ in circle.links_under_one_id(_lexicon, links, {every[0]: every}).iter_rows()
        if other
    ]
    kept = parties.canonical(party_ids=[other for _, other in found])
    result: dict[str, tuple[UUID, ...]] = {}
    for kind, other in found:
        result[kind] = tuple(dict.fromkeys((*result.get(kind, ()), kept[other])))
    return result


def checked_value(*, name: str, value: object) -> Scalar:
    """A value that is to be stated. Raises BadInput for a derived fact, else as `fitting_value` does."""
    if definition(name=name).kind is not Kind.STATED:
        raise BadInput(f"{name} is derived and cannot be stated", remedy="state the facts it is made of")
    return fitting_value(name=name, value=value)


def fitting_value(*, name: str, value: object) -> Scalar:
    """A value from outside made fit for a fact, stated or derived. Dates as ISO text. Raises BadInput saying what is expected."""
    return fitting(definition(name=name), value)


def needs(*, names: Collection[str]) -> Needs:
    """What must be fetched so that these facts can be made of it. Raises BadInput on an unknown name."""
    plan = make_plan(_lexicon, [definition(name=name).name for name in names])
    form = _lexicon.form(plan.stated)
    return Needs(stated=plan.stated, relations=plan.relations, many=_lexicon.many, hops=plan.hops, form=form)


def arranged(*, statements: pl.DataFrame, people: pl.Series, names: Sequence[str]) -> Arranged:
    """Rows of the registers (person, fact, number, code, disputed) as a frame: a row for each of `people`, a column for each of
    these stated facts. `person` may be any kind of key."""
    return arrange(lexicon=_lexicon, names=names, people=people, statements=statements)


def under_one_id(
    *, statements: pl.DataFrame, links: pl.DataFrame, identities: Mapping[UUID, tuple[UUID, ...]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows about merged duplicates under the party's own id, which stands first in `identities`; its own rows win."""
    kept = circle.under_one_id(statements, identities, ["person", "fact"])
    return kept, circle.links_under_one_id(_lexicon, links, identities)


def derived(
    *, stated: pl.DataFrame, links: pl.DataFrame, names: Collection[str], as_of: date, first: int | None = None
) -> pl.DataFrame:
    """All facts that these names are made of and themselves, from what `arranged` gives and links (person, kind, other). Of those
    who stand at the edge, whose own links are not there, facts over relations are not to be used. `first`: only so many rows."""
    plan = make_plan(_lexicon, names)
    return derive(lexicon=_lexicon, plan=plan, stated=stated, links=links, as_of=as_of, first=first)


def dispute(*, party_id: UUID, name: str, reason: str, by: str) -> UUID:
    """Dispute a stated fact about a person: until the owner answers it counts as unknown. Raises BadInput, Conflict."""
    if definition(name=name).kind is not Kind.STATED:
        raise BadInput(f"{name} is derived", remedy="dispute one of the facts it is made of")
    if not reason.strip():
        raise Refused("a dispute says what is wrong", remedy="write a sentence")
    return registers.open_dispute(party_id=party_id, fact=name, reason=reason, by=by)


def answer_dispute(*, dispute_id: UUID, upheld: bool, answer: str) -> Dispute:
    """The owner's answer to a dispute, which is returned with it; the fact counts again. Raises NotFound."""
    return registers.close_dispute(dispute_id=dispute_id, outcome="upheld" if upheld else "rejected", answer=answer)


def open_disputes(*, owners: Collection[str]) -> list[Dispute]:
    """Disputes about facts of these agencies that wait for an answer, oldest first."""
    return registers.open_disputes(facts=[name for name, known in _lexicon.facts.items() if known.owner in owners])


def disputes_of(*, party_id: UUID) -> list[Dispute]:
    """Every dispute about facts of this person, answered or not, oldest first."""
    return registers.disputes_of(parties=parties.identities(party_ids=[party_id])[party_id])


def stated_names() -> list[str]:
    """Every fact that a register states, in order: what a person may be shown about themselves."""
    return sorted(name for name, known in _lexicon.facts.items() if known.kind is Kind.STATED)


def own_basis(*, names: Collection[str]) -> list[str]:
    """The stated facts of a person themself that these facts of theirs rest on, in order: nothing of anybody related to them."""
    for name in names:
        definition(name=name)
    return _lexicon.own_basis(names)


def hidden_names(*, known: Sequence[Fact]) -> frozenset[str]:
    """Of the facts of one person, those that nobody else may be shown now: what guards them is true or not known."""
    values = {fact.name: fact.value for fact in known}
    guards = {name: _lexicon.facts[name].hidden_by for name in values}
    return frozenset(name for name, guard in guards.items() if guard and values.get(guard) is not False)


def describe(*, names: Sequence[str], language: str) -> Mapping[str, str]:
    """What facts mean, in plain words; the name itself where nothing is said in this language."""
    known = {name: _lexicon.facts[name].meaning for name in names if name in _lexicon.facts}
    return {name: known.get(name, {}).get(language) or name for name in names}
