"""The door of the registers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from gorod.kernel.clock import now
from gorod.kernel.errors import Conflict, NotFound
from gorod.kernel.expressions.data import Scalar
from gorod.kernel.identifiers import new_id
from gorod.records.registers import models
from gorod.records.registers.data import Dispute, Link, Origin, StatedRow, Statement, Written

_EPOCH = date(1970, 1, 1).toordinal()

# what holds, as one text: `scope` says of whom
_FAMILY = "party_id = ANY(%(parties)s)"
_BLOCK = "party_id > %(after)s AND party_id <= %(upto)s"

_LATEST_STATEMENTS = """
WITH latest AS (
    SELECT DISTINCT ON (party_id, fact) party_id, fact, number, code, id
    FROM registers_statement
    WHERE {scope} AND fact = ANY(%(names)s)
      AND recorded_at <= %(known_at)s AND (retracted_at IS NULL OR retracted_at > %(known_at)s)
      AND valid_from <= %(as_of)s AND (valid_to IS NULL OR valid_to > %(as_of)s)
      AND (decision_id IS NULL OR %(decisions_until)s::timestamptz IS NULL OR recorded_at <= %(decisions_until)s)
    ORDER BY party_id, fact, provisional, recorded_at DESC, id DESC
), disputed AS (
    SELECT party_id, fact FROM registers_dispute
    WHERE {scope} AND fact = ANY(%(names)s)
      AND opened_at <= %(known_at)s AND (closed_at IS NULL OR closed_at > %(known_at)s)
)
SELECT coalesce(latest.party_id, disputed.party_id)::text, coalesce(latest.fact, disputed.fact),
       latest.number, latest.code, latest.id::text, disputed.party_id IS NOT NULL
FROM latest FULL JOIN disputed ON disputed.party_id = latest.party_id AND disputed.fact = latest.fact
"""

_STATEMENTS = {
    "person": pl.String,
    "fact": pl.String,
    "number": pl.Int64,
    "code": pl.String,
    "statement": pl.String,
    "disputed": pl.Boolean,
}
_RELATIONS = {"person": pl.String, "kind": pl.String, "other": pl.String, "relation": pl.String}

_LATEST_RELATIONS = """
SELECT party_id::text, kind, other_id::text, id::text FROM (
    SELECT DISTINCT ON (party_id, kind, CASE WHEN kind = ANY(%(many)s) THEN other_id END)
           party_id, kind, other_id, id, present
    FROM registers_relation
    WHERE {scope} AND kind = ANY(%(kinds)s)
      AND recorded_at <= %(known_at)s AND (retracted_at IS NULL OR retracted_at > %(known_at)s)
      AND valid_from <= %(as_of)s AND (valid_to IS NULL OR valid_to > %(as_of)s)
    ORDER BY party_id, kind, CASE WHEN kind = ANY(%(many)s) THEN other_id END, provisional, recorded_at DESC, id DESC
) latest WHERE present ORDER BY party_id, kind, other_id
"""

# what may make another row hold than the one that held: it came, was taken back, began or ended in between
_MOVED = """
    (recorded_at > %(since)s AND recorded_at <= %(known_at)s)
 OR (retracted_at > %(since)s AND retracted_at <= %(known_at)s)
 OR (valid_from > %(since_day)s AND valid_from <= %(as_of)s)
 OR (valid_to > %(since_day)s AND valid_to <= %(as_of)s)
"""
_CHANGED = """
SELECT party_id FROM registers_statement WHERE fact = ANY(%(names)s) AND ({moved})
UNION SELECT party_id FROM registers_relation WHERE kind = ANY(%(kinds)s) AND ({moved})
UNION SELECT party_id FROM registers_relation WHERE kind = ANY(%(kinds)s) AND other_id = ANY(%(others)s)
UNION SELECT party_id FROM registers_dispute WHERE fact = ANY(%(names)s)
  AND ((opened_at > %(since)s AND opened_at <= %(known_at)s) OR (closed_at > %(since)s AND closed_at <= %(known_at)s))
ORDER BY party_id
"""


def stored_form(value: Scalar | None) -> tuple[int | None, str | None]:
    """How a value is stored: (number, code). Booleans 0/1, dates as days since 1970-01-01."""
    match value:
        case None:
            return None, None
        case str():
            return None, value
        case date():
            return value.toordinal() - _EPOCH, None
        case _:
            return int(value), None


def record(*, statements: Sequence[Statement] = (), links: Sequence[Link] = (), origin: Origin) -> Written:
    """Add rows, all with the same origin, in the caller's transaction. Nothing is overwritten: later rows win."""
    at = now()
    common = {
        "recorded_at": at,
        "source": origin.source,
        "owner": origin.owner,
        "verified_on": origin.verified_on,
        "event_id": origin.event_id,
        "decision_id": origin.decision_id,
        "provisional": origin.provisional,
    }
    stated = []
    for statement in statements:
        number, code = stored_form(statement.value)
        stated.append(
            models.Statement(
                party_id=statement.party_id,
                fact=statement.fact,
                number=number,
                code=code,
                valid_from=statement.valid_from,
                valid_to=statement.valid_to,
                **common,
            )
        )
    related = [
        models.Relation(
            party_id=link.party_id,
            kind=link.kind,
            other_id=link.other_id,
            present=link.present,
            valid_from=link.valid_from,
            valid_to=link.valid_to,
            **common,
        )
        for link in links
    ]
    models.Statement.objects.bulk_create(stated)
    models.Relation.objects.bulk_create(related)
    return Written(
        statement_ids=tuple(row.id for row in stated),
        relation_ids=tuple(row.id for row in related),
        parties=frozenset(row.party_id for row in stated) | {row.party_id for row in related},
    )


def retract(*, event_id: UUID | None = None, decision_id: UUID | None = None) -> Written:
    """Take back everything an event or a decision stated. The rows stay; what was known before holds again."""
    if (event_id is None) == (decision_id is None):
        raise ValueError("name either the event or the decision that is taken back")
    by = {"event_id": event_id} if event_id else {"decision_id": decision_id}
    at = now()
    with transaction.atomic():
        statements = list(models.Statement.objects.filter(retracted_at=None, **by).values_list("id", "party_id"))
        relations = list(models.Relation.objects.filter(retracted_at=None, **by).values_list("id", "party_id"))
        models.Statement.objects.filter(id__in=[row[0] for row in statements]).update(retracted_at=at)
        models.Relation.objects.filter(id__in=[row[0] for row in relations]).update(retracted_at=at)
    return Written(
        statement_ids=tuple(row[0] for row in statements),
        relation_ids=tuple(row[0] for row in relations),
        parties=frozenset(row[1] for row in statements) | {row[1] for row in relations},
    )


def statements_frame(
    *,
    parties: Collection[UUID],
    names: Collection[str],
    as_of: date,
    known_at: datetime,
    decisions_until: datetime | None = None,
) -> pl.DataFrame:
    """What holds: person, fact, number, code, statement (id), disputed. One row per person and fact that has a row or an
    open dispute: what a register says by silence can be disputed too.

    `decisions_until` leaves out what decisions stated after that instant: agencies' corrections count, later decisions do not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LATEST_STATEMENTS.format(scope=_FAMILY),
            {
                "parties": list(parties),
                "names": list(names),
                "as_of": as_of,
                "known_at": known_at,
                "decisions_until": decisions_until,
            },
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=_STATEMENTS, orient="row")


def relations_frame(
    *, parties: Collection[UUID], kinds: Collection[str], many: Collection[str], as_of: date, known_at: datetime
) -> pl.DataFrame:
    """What holds: person, kind, other (null: known to have none), relation (id). `many` names the to-many kinds."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LATEST_RELATIONS.format(scope=_FAMILY),
            {
                "parties": list(parties),
                "kinds": list(kinds),
                "many": list(many),
                "as_of": as_of,
                "known_at": known_at,
            },
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=_RELATIONS, orient="row")


def statements_block(
    *, after: UUID, upto: UUID, names: Collection[str], as_of: date, known_at: datetime
) -> pl.DataFrame:
    """What `statements_frame` gives, of every party with an id above `after` and not above `upto`: by COPY, for a whole city."""
    values = {"names": list(names), "decisions_until": None, "as_of": as_of, "known_at": known_at}
    return _copied(_LATEST_STATEMENTS, {**values, "after": after, "upto": upto}, _STATEMENTS)


def relations_block(
    *, after: UUID, upto: UUID, kinds: Collection[str], many: Collection[str], as_of: date, known_at: datetime
) -> pl.DataFrame:
    """What `relations_frame` gives, of every party with an id above `after` and not above `upto`."""
    values = {"kinds": list(kinds), "many": list(many), "as_of": as_of, "known_at": known_at}
    return _copied(_LATEST_RELATIONS, {**values, "after": after, "upto": upto}, _RELATIONS)


def _copied(text: str, values: Mapping[str, Any], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The rows of a query through COPY, which Polars reads many times faster than psycopg makes rows of them."""
    command = f"COPY ({text.format(scope=_BLOCK)}) TO STDOUT (FORMAT csv)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(command, values) as copy:
        written = b"".join(bytes(part) for part in copy)
    if not written:
        return pl.DataFrame(schema=schema)
    texts = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    frame = pl.read_csv(written, has_header=False, schema=texts)
    return frame.with_columns(pl.col(name) == "t" for name, kind in schema.items() if kind == pl.Boolean)


def changed(
    *,
    names: Collection[str],
    kinds: Collection[str],
    others: Collection[UUID],
    since: tuple[date, datetime],
    until: tuple[date, datetime],
) -> list[UUID]:
    """The parties of whom another row of these facts and relations may hold than held: what held on a day as known at an instant
    (`since`, then `until`). Also those who are related to `others`, who have become somebody else. In order."""
    values: dict[str, Any] = {
        "names": list(names),
        "kinds": list(kinds),
        "others": list(others),
        "since_day": since[0],
        "since": since[1],
        "as_of": until[0],
        "known_at": until[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED.format(moved=_MOVED), values)
        return [row[0] for row in cursor.fetchall()]


def no_relations() -> pl.DataFrame:
    """What `relations_frame` gives where nobody is related to anybody."""
    return pl.DataFrame(schema=_RELATIONS)


def statements(*, statement_ids: Collection[UUID]) -> dict[UUID, StatedRow]:
    """The stored rows by id, for provenance."""
    return {row.id: _row(row) for row in models.Statement.objects.filter(id__in=list(statement_ids))}


def statement_history(*, party_id: UUID, fact: str) -> list[StatedRow]:
    """Everything ever stated about one fact of one party, oldest first, retracted rows included."""
    rows = models.Statement.objects.filter(party_id=party_id, fact=fact).order_by("recorded_at", "id")
    return [_row(row) for row in rows]


def _row(row: models.Statement) -> StatedRow:
    return StatedRow(
        statement_id=row.id,
        **{name: getattr(row, name) for name in StatedRow.__dataclass_fields__ if name != "statement_id"},
    )


def open_dispute(*, party_id: UUID, fact: str, reason: str, by: str) -> UUID:
    """The person says that the fact is wrong; until closed it counts as unknown. Raises Conflict if one is open."""
    try:
        with transaction.atomic():
            return models.Dispute.objects.create(party_id=party_id, fact=fact, reason=reason, by=by).id
    except IntegrityError as error:
        raise Conflict(f"a dispute about {fact} is open already", remedy="wait for the owner's answer") from error


def close_dispute(*, dispute_id: UUID, outcome: str, answer: str) -> Dispute:
    """The owner of the fact has answered (`upheld` after a correction, or `rejected`). Returns the dispute with the answer."""
    still_open = models.Dispute.objects.filter(id=dispute_id, closed_at=None)
    if not still_open.update(closed_at=now(), outcome=outcome, answer=answer):
        raise NotFound(f"no open dispute {dispute_id}", remedy="it may have been closed already")
    (closed,) = _disputes(models.Dispute.objects.filter(id=dispute_id))
    return closed


def open_disputes(*, facts: Collection[str]) -> list[Dispute]:
    """Disputes about these facts that nobody has answered, oldest first."""
    return _disputes(models.Dispute.objects.filter(fact__in=list(facts), closed_at=None))


def disputes_of(*, parties: Collection[UUID]) -> list[Dispute]:
    """Every dispute about facts of these parties, answered or not, oldest first."""
    return _disputes(models.Dispute.objects.filter(party_id__in=list(parties)))


def _disputes(rows: QuerySet[models.Dispute]) -> list[Dispute]:
    return [
        Dispute(
            dispute_id=row.id,
            party_id=row.party_id,
            fact=row.fact,
            reason=row.reason,
            by=row.by,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            outcome=row.outcome,
            answer=row.answer,
        )
        for row in rows.order_by("id")
    ]


def copy_statements(frame: pl.DataFrame) -> int:
    """Load statements by COPY: party_id, fact, number, code, valid_from, valid_to, source, owner, verified_on."""
    columns = ("party_id", "fact", "number", "code", "valid_from", "valid_to", "source", "owner", "verified_on")
    return _copy("registers_statement", columns, frame)


def copy_relations(frame: pl.DataFrame) -> int:
    """Load relations by COPY: party_id, kind, other_id, present, valid_from (others as given or empty)."""
    wanted = ("party_id", "kind", "other_id", "present", "valid_from", "valid_to", "source", "owner", "verified_on")
    present = tuple(name for name in wanted if name in frame.columns)
    extra = [pl.lit("synthetic").alias(name) for name in ("source", "owner") if name not in frame.columns]
    return _copy("registers_relation", (*present, *(e.meta.output_name() for e in extra)), frame.with_columns(extra))


def _copy(table: str, columns: Sequence[str], frame: pl.DataFrame) -> int:
    """COPY in blocks of CSV, which Polars writes many times faster than rows can be handed over one by one."""
    added = [pl.lit(now().isoformat()).alias("recorded_at"), pl.lit(False).alias("provisional")]
    command = f"COPY {table} (id, {', '.join(columns)}, recorded_at, provisional) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(command) as copy:
        for block in frame.select(columns).iter_slices():
            ids = pl.Series("id", [str(new_id()) for _ in range(block.height)], dtype=pl.String)
            copy.write(block.select(ids, pl.all(), *added).write_csv(include_header=False))
    return frame.height
