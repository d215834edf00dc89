"""Random histories against the rules of docs/decisions/0001 written out in plain Python.

*What holds at (`as_of`, `known_at`) is the row recorded last among those recorded by `known_at`, not retracted by then,
and valid on `as_of`*; a row that is not provisional goes before one that is; an open dispute makes the fact unknown.
Every instant of a history is asked about when it is now and again when everything else has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gorod.kernel import clock
from gorod.kernel.identifiers import new_id
from gorod.records.registers import api
from gorod.records.registers.data import Link, Statement
from gorod.records.registers.tests.factories import origin

pytestmark = pytest.mark.django_db

DAYS = [date(2026, month, 1) for month in range(1, 5)]
FACTS = ("income", "status")
KINDS = ("mother", "children")  # to-one, to-many
PEOPLE = 2
CAUSES = 3


@dataclass
class Row:
    """A statement (`what` a fact) or a relation (`what` a kind) with the numbers of the steps that wrote and retracted it."""

    party: int
    what: str
    value: int | str | None  # of a relation: the other person, None for known to have none
    valid_from: date
    valid_to: date | None
    provisional: bool
    present: bool
    cause: tuple[str, int] | None  # event or decision
    recorded: int = 0
    retracted: int | None = None

    def counts(self, as_of: date, step: int) -> bool:
        known = self.recorded <= step and (self.retracted is None or self.retracted > step)
        return known and self.valid_from <= as_of and (self.valid_to is None or as_of < self.valid_to)


@dataclass
class Model:
    """The registers as one list of rows."""

    rows: list[Row] = field(default_factory=list)
    disputes: list[tuple[int, str, int, int | None]] = field(default_factory=list)  # party, fact, opened, closed

    def latest(self, party: int, what: str, as_of: date, step: int) -> list[Row]:
        """Counting rows, the one that holds last: provisional ones first, then in the order of recording."""
        rows = [r for r in self.rows if r.party == party and r.what == what and r.counts(as_of, step)]
        return sorted(rows, key=lambda row: not row.provisional)

    def fact(self, party: int, what: str, as_of: date, step: int, decisions: int | None) -> int | str | None:
        if any(
            p == party and f == what and opened <= step and (closed is None or closed > step)
            for p, f, opened, closed in self.disputes
        ):
            return "disputed"
        rows = [
            row
            for row in self.latest(party, what, as_of, step)
            if decisions is None or row.cause is None or row.cause[0] != "decision" or row.recorded <= decisions
        ]
        return rows[-1].value if rows else "silence"

    def others(self, party: int, kind: str, as_of: date, step: int) -> set[int | str | None]:
        held: dict[object, Row] = {}
        for row in self.latest(party, kind, as_of, step):
            held[row.value if kind == "children" else "the one"] = row
        return {row.value for row in held.values() if row.present}


periods = st.tuples(st.integers(0, 2), st.none() | st.integers(1, 3)).filter(lambda p: p[1] is None or p[0] < p[1])
causes = st.none() | st.tuples(st.sampled_from(["event", "decision"]), st.integers(0, CAUSES - 1))
parties = st.integers(0, PEOPLE - 1)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    what = draw(st.sampled_from(FACTS + KINDS))
    values = {
        "income": st.none() | st.integers(0, 3),
        "status": st.none() | st.sampled_from(["i", "ii"]),
        "mother": st.none() | st.integers(0, 2),
        "children": st.integers(0, 2),
    }
    first, last = draw(periods)
    return Row(
        party=draw(parties),
        what=what,
        value=draw(values[what]),
        valid_from=DAYS[first],
        valid_to=None if last is None else DAYS[last],
        provisional=draw(st.sampled_from([False, False, True])),
        present=what in FACTS or draw(st.sampled_from([True, True, False])),
        cause=draw(causes),
    )


records = st.lists(rows(), min_size=1, max_size=3)  # written together, with the origin of the first
retractions = st.tuples(st.sampled_from(["event", "decision"]), st.integers(0, CAUSES - 1))
disputes = st.tuples(parties, st.sampled_from(FACTS))
steps = st.lists(
    st.one_of(
        records.map(lambda r: ("record", r)),
        records.map(lambda r: ("record", r)),
        retractions.map(lambda r: ("retract", r)),
        disputes.map(lambda d: ("dispute", d)),
    ),
    min_size=2,
    max_size=10,
)


class History:
    """Carries a random history out in the registers and in the model, a day a step."""

    def __init__(self) -> None:
        self.model = Model()
        self.people = [new_id() for _ in range(PEOPLE)]
        self.others = [new_id() for _ in range(3)]
        self.causes = {(kind, i): new_id() for kind in ("event", "decision") for i in range(CAUSES)}
        self.open: dict[tuple[int, str], UUID] = {}

    def record(self, step: int, written: list[Row]) -> None:
        first = written[0]
        statements, links = [], []
        for row in written:
            row.recorded, row.cause, row.provisional = step, first.cause, first.provisional
            self.model.rows.append(row)
            party = self.people[row.party]
            if row.what in FACTS:
                statements.append(
                    Statement(
                        party_id=party,
                        fact=row.what,
                        value=row.value,
                        valid_from=row.valid_from,
                        valid_to=row.valid_to,
                    )
                )
            else:
                other = None if row.value is None else self.others[int(row.value)]
                links.append(
                    Link(
                        party_id=party,
                        kind=row.what,
                        other_id=other,
                        valid_from=row.valid_from,
                        valid_to=row.valid_to,
                        present=row.present,
                    )
                )
        by = {f"{first.cause[0]}_id": self.causes[first.cause]} if first.cause else {}
        result = api.record(statements=statements, links=links, origin=origin(provisional=first.provisional, **by))
        assert result.parties == {self.people[row.party] for row in written}

    def retract(self, step: int, cause: tuple[str, int]) -> None:
        taken = [row for row in self.model.rows if row.cause == cause and row.retracted is None]
        for row in taken:
            row.retracted = step
        result = api.retract(**{f"{cause[0]}_id": self.causes[cause]})
        assert result.parties == {self.people[row.party] for row in taken}
        assert len(result.statement_ids) + len(result.relation_ids) == len(taken)

    def dispute(self, step: int, about: tuple[int, str]) -> None:
        """Open a dispute, or answer the one that is open."""
        party, fact = about
        if about in self.open:
            api.close_dispute(dispute_id=self.open.pop(about), outcome="rejected", answer="no")
            i = next(i for i, d in enumerate(self.model.disputes) if d[:2] == about and d[3] is None)
            self.model.disputes[i] = (party, fact, self.model.disputes[i][2], step)
        else:
            self.open[about] = api.open_dispute(party_id=self.people[party], fact=fact, reason="wrong", by="resident")
            self.model.disputes.append((party, fact, step, None))

    def agrees(self, step: int, known_at: datetime, decisions: tuple[int, datetime] | None) -> None:
        for as_of in DAYS:
            frame = api.statements_frame(
                parties=self.people,
                names=FACTS,
                as_of=as_of,
                known_at=known_at,
                decisions_until=decisions[1] if decisions else None,
            )
            found: dict[tuple[str, str], int | str | None] = {}
            for person, fact, number, code, _, disputed in frame.iter_rows():
                assert (person, fact) not in found, "one row per person and fact"
                found[(person, fact)] = "disputed" if disputed else number if code is None else code
            links = api.relations_frame(
                parties=self.people, kinds=KINDS, many=["children"], as_of=as_of, known_at=known_at
            )
            for i, person in enumerate(self.people):
                for fact in FACTS:
                    expected = self.model.fact(i, fact, as_of, step, decisions[0] if decisions else None)
                    assert found.get((str(person), fact), "silence") == expected, (step, as_of, i, fact)
                for kind in KINDS:
                    held = [other for p, k, other, _ in links.iter_rows() if p == str(person) and k == kind]
                    expected_others = {
                        None if o is None else str(self.others[int(o)]) for o in self.model.others(i, kind, as_of, step)
                    }
                    assert len(held) == len(set(held))
                    assert set(held) == expected_others, (step, as_of, i, kind)


@settings(max_examples=50, deadline=None)
@given(steps=steps, decided=st.integers(0, 9))
def test_registers_and_model_agree_now_and_for_ever(steps: list[tuple[str, object]], decided: int) -> None:
    history = History()
    instants: list[datetime] = []
    for step, (what, argument) in enumerate(steps):
        with clock.moved_by(timedelta(days=step)):
            getattr(history, what)(step, argument)
            instants.append(clock.now())
        history.agrees(step, instants[-1], None)
    for step, known_at in enumerate(instants):
        history.agrees(step, known_at, None)
    at = min(decided, len(instants) - 1)
    history.agrees(len(instants) - 1, instants[-1], (at, instants[at]))
