"""The door of parties."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from gorod.kernel.clock import now
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.kernel.identifiers import new_id
from gorod.records.parties import models
from gorod.records.parties.data import Match, Names, Party, PartyKind


def _data(row: models.Party) -> Party:
    return Party(
        party_id=row.id,
        kind=PartyKind(row.kind),
        names=Names(family_name=row.family_name, given_name=row.given_name, patronymic=row.patronymic),
        language=row.language,
        provisional=row.provisional,
        synthetic=row.synthetic,
    )


def create(
    *,
    kind: PartyKind = PartyKind.RESIDENT,
    names: Names | None = None,
    identifiers: Mapping[str, str] | None = None,
    language: str = "",
    provisional: bool = False,
    synthetic: bool = False,
    event_id: UUID | None = None,
) -> UUID:
    """Enter a new party with its identifiers (scheme → value). Raises Conflict when somebody carries one already."""
    names = names or Names()
    with transaction.atomic():
        row = models.Party.objects.create(
            kind=kind,
            family_name=names.family_name,
            given_name=names.given_name,
            patronymic=names.patronymic,
            language=language,
            provisional=provisional,
            synthetic=synthetic,
        )
        identify(party_id=row.id, identifiers=identifiers or {}, event_id=event_id)
    return row.id


def identify(*, party_id: UUID, identifiers: Mapping[str, str], event_id: UUID | None = None) -> None:
    """Add strong identifiers to a party; those it carries already change nothing.

    Raises Conflict when another party carries one: two people never share a number.
    """
    for scheme, value in sorted(identifiers.items()):
        held = models.Identifier.objects.filter(scheme=scheme, value=value, retracted_at=None).first()
        if held is None:
            events = [event_id] if event_id else []
            models.Identifier.objects.create(party_id=party_id, scheme=scheme, value=value, events=events)
        elif canonical(party_ids=[held.party_id])[held.party_id] != canonical(party_ids=[party_id])[party_id]:
            raise Conflict(
                f"the {scheme} of this message belongs to another person already",
                remedy="a clerk compares both persons and merges them or corrects the number",
            )
        elif held.events and event_id not in held.events:
            held.events = [*held.events, event_id] if event_id else []
            held.save(update_fields=["events"])


def match(*, identifiers: Mapping[str, str]) -> Match:
    """Find who carries these identifiers. Names and dates of birth are never used: they are not strong."""
    found: list[UUID] = []
    unknown: list[str] = []
    for scheme, value in sorted(identifiers.items()):
        row = models.Identifier.objects.filter(scheme=scheme, value=value, retracted_at=None).first()
        if row is None:
            unknown.append(scheme)
        else:
            party = canonical(party_ids=[row.party_id])[row.party_id]
            if party not in found:
                found.append(party)
    return Match(parties=tuple(found), unknown=tuple(unknown))


def former_carrier(*, identifiers: Mapping[str, str]) -> UUID | None:
    """The one party that carried these until the event that said so was retracted, and carries nothing since: said again, they
    mean the same person. None when it was nobody, several, or somebody who carries another identifier."""
    carried = Q()
    for scheme, value in identifiers.items():
        carried |= Q(scheme=scheme, value=value)
    before = set(models.Identifier.objects.filter(carried).values_list("party_id", flat=True)) if identifiers else set()
    found = set(identities(party_ids=before).values())
    if len(found) != 1:
        return None
    (ids,) = found
    return None if models.Identifier.objects.filter(party_id__in=ids, retracted_at=None).exists() else ids[0]


def party(*, party_id: UUID) -> Party:
    """The party under this id (a merged duplicate answers with the party it belongs to). Raises NotFound."""
    row = models.Party.objects.filter(id=party_id).first()
    if row is not None and row.merged_into:
        row = models.Party.objects.filter(id=row.merged_into).first()
    if row is None:
        raise NotFound(f"no resident or organisation {party_id}", remedy="check the id")
    return _data(row)


def parties(*, party_ids: Iterable[UUID]) -> Mapping[UUID, Party]:
    """Those of the parties that exist, by the id asked for; a merged duplicate answers with the party it belongs to."""
    rows = {row.id: row for row in models.Party.objects.filter(id__in=list(party_ids))}
    kept = {row.merged_into for row in rows.values() if row.merged_into}
    persons = {row.id: row for row in models.Party.objects.filter(id__in=kept)} if kept else {}
    return {party_id: _data(persons.get(row.merged_into or party_id, row)) for party_id, row in rows.items()}


def carrier(*, scheme: str, value: str, family_name: str) -> UUID | None:
    """The one who carries this number and has this family name, both read off a document: neither alone finds anybody.

    A number is found as a register writes it, and as a document prints it: with spaces and hyphens between the digits.
    """
    spellings = (value.strip(), re.sub(r"[\s\u2010-\u2015-]", "", value))
    found = next((one for text in spellings if (one := match(identifiers={scheme: text}).one)), None)
    if found is None or _plain(party(party_id=found).names.family_name) != _plain(family_name):
        return None
    return found


def _plain(name: str) -> str:
    """A name as it is compared: in small letters, ё as е, one space between its parts."""
    return " ".join(name.lower().replace("ё", "е").split())


def named(*, names: str, limit: int) -> list[UUID]:
    """People by family name, or family name and given name, as they are written; at most `limit`, in the order of their ids."""
    family_name, _, given_name = " ".join(names.split()).partition(" ")
    spellings = {family_name, family_name.capitalize()}
    rows = models.Party.objects.filter(family_name__in=spellings, merged_into=None)
    if given_name:
        rows = rows.filter(given_name__istartswith=given_name.split(" ")[0])
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def identifiers(*, party_id: UUID) -> Mapping[str, str]:
    """Scheme → value of the identifiers the party carries now; the one recorded last where a scheme has several."""
    every = identities(party_ids=[party_id])[party_id]
    rows = models.Identifier.objects.filter(party_id__in=every, retracted_at=None)
    return {row.scheme: row.value for row in rows.order_by("id")}


def rename(*, party_id: UUID, names: Names, provisional: bool = False) -> None:
    """Write the names the civil registry gave; a provisional child's row stays the child's row."""
    models.Party.objects.filter(id=party_id).update(
        family_name=names.family_name,
        given_name=names.given_name,
        patronymic=names.patronymic,
        provisional=provisional,
    )


def retract_identifiers(*, event_id: UUID) -> None:
    """Take back what a retracted event said about identifiers: those that no other event says fall, and stay as history."""
    for row in models.Identifier.objects.select_for_update().filter(events__contains=[event_id], retracted_at=None):
        row.events = [event for event in row.events if event != event_id]
        row.retracted_at = None if row.events else now()
        row.save(update_fields=["events", "retracted_at"])


def canonical(*, party_ids: Collection[UUID], known_at: datetime | None = None) -> Mapping[UUID, UUID]:
    """For each id the party it stands for (itself unless merged): now, or as was known at an instant."""
    wanted = list(party_ids)
    if known_at is None:
        rows = models.Party.objects.filter(id__in=wanted, merged_into__isnull=False)
        merged = dict(rows.values_list("id", "merged_into"))
        return {party_id: merged.get(party_id) or party_id for party_id in wanted}
    result = {party_id: party_id for party_id in wanted}
    while True:
        found = dict(
            _merges_at(known_at).filter(duplicate_id__in=set(result.values())).values_list("duplicate_id", "party_id")
        )
        if not found:
            return result
        result = {party_id: found.get(kept, kept) for party_id, kept in result.items()}


def identities(*, party_ids: Collection[UUID], known_at: datetime | None = None) -> Mapping[UUID, tuple[UUID, ...]]:
    """For each id every id under which rows about that party may stand, the one it stands for first: now, or as was known
    at an instant."""
    asked = list(dict.fromkeys(party_ids))
    if known_at is not None:
        kept = canonical(party_ids=asked, known_at=known_at)
        every = _duplicates_at({*kept.values()}, known_at)
        return {party_id: (party, *every[party]) for party_id, party in kept.items()}
    # nearly nobody is merged: one query says so
    about_them = Q(id__in=asked, merged_into__isnull=False) | Q(merged_into__in=asked)
    merged = dict(models.Party.objects.filter(about_them).values_list("id", "merged_into"))
    kept = {party_id: merged.get(party_id) or party_id for party_id in asked}
    if elsewhere := {party for party_id, party in kept.items() if party != party_id}:
        merged |= dict(models.Party.objects.filter(merged_into__in=elsewhere).values_list("id", "merged_into"))
    found: dict[UUID, list[UUID]] = {}
    for duplicate, party in sorted(merged.items()):
        if party is not None:
            found.setdefault(party, []).append(duplicate)
    return {party_id: (party, *found.get(party, ())) for party_id, party in kept.items()}


def _duplicates_at(parties: Collection[UUID], known_at: datetime) -> Mapping[UUID, list[UUID]]:
    """The duplicates of these, and those found of the duplicates before, as was known at an instant."""
    result: dict[UUID, list[UUID]] = {party: [] for party in parties}
    edge = {party: party for party in parties}
    while edge:
        merges = _merges_at(known_at).filter(party_id__in=list(edge)).values_list("duplicate_id", "party_id")
        edge = {duplicate: edge[kept] for duplicate, kept in merges}
        for duplicate, root in edge.items():
            result[root].append(duplicate)
    return result


def _merges_at(known_at: datetime) -> QuerySet[models.Merge]:
    return models.Merge.objects.filter(at__lte=known_at).filter(Q(undone_at=None) | Q(undone_at__gt=known_at))


def merge(*, party_id: UUID, duplicate_id: UUID, by: str, reason: str) -> None:
    """Say that two parties are one person. Both ids stay valid; rows keep the id they were written under."""
    if party_id == duplicate_id:
        raise Refused("a party cannot be merged into itself", remedy="name two different parties")
    with transaction.atomic():
        rows = {row.id: row for row in models.Party.objects.select_for_update().filter(id__in=[party_id, duplicate_id])}
        if len(rows) != 2 or any(row.merged_into for row in rows.values()):
            raise Refused("both must exist and neither be merged already", remedy="undo the earlier merge first")
        models.Party.objects.filter(merged_into=duplicate_id).update(merged_into=party_id)
        models.Party.objects.filter(id=duplicate_id).update(merged_into=party_id)
        models.Merge.objects.create(party_id=party_id, duplicate_id=duplicate_id, by=by, reason=reason)


def undo_merge(*, duplicate_id: UUID) -> None:
    """Say that it was not one person after all; duplicates that were found of that person before go with it."""
    with transaction.atomic():
        undone = models.Merge.objects.filter(duplicate_id=duplicate_id, undone_at=None).update(undone_at=now())
        if undone:
            models.Party.objects.filter(id=duplicate_id).update(merged_into=None)
            models.Party.objects.filter(id__in=_merged_under(duplicate_id)).update(merged_into=duplicate_id)


def _merged_under(party_id: UUID) -> set[UUID]:
    """Everybody who was merged into a party, or into somebody who was."""
    found: set[UUID] = set()
    edge = {party_id}
    while edge:
        rows = models.Merge.objects.filter(party_id__in=edge, undone_at=None).values_list("duplicate_id", flat=True)
        edge = set(rows) - found
        found |= edge
    return found


def residents_count(*, synthetic: bool | None = None) -> int:
    """How many residents there are; only the made-up or only the real ones when asked."""
    rows = models.Party.objects.filter(kind=PartyKind.RESIDENT)
    return (rows if synthetic is None else rows.filter(synthetic=synthetic)).count()


def duplicates(*, known_at: datetime) -> Mapping[UUID, UUID]:
    """Every party that stood for another one, as was known at an instant, and that one."""
    merged = dict(_merges_at(known_at).values_list("duplicate_id", "party_id"))
    return canonical(party_ids=merged, known_at=known_at) if merged else {}


def residents_entered(*, after: UUID, limit: int, by: datetime) -> list[UUID]:
    """The next residents by id of those entered by an instant, merged duplicates among them: to walk over everybody in pieces."""
    rows = models.Party.objects.filter(kind=PartyKind.RESIDENT, created_at__lte=by, id__gt=after)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def residents_entered_between(*, since: datetime, until: datetime) -> list[UUID]:
    """The residents entered after one instant and by another one, merged duplicates among them, by id."""
    rows = models.Party.objects.filter(kind=PartyKind.RESIDENT, created_at__gt=since, created_at__lte=until)
    return list(rows.order_by("id").values_list("id", flat=True))


def residents_among(*, party_ids: Collection[UUID], by: datetime | None = None) -> list[UUID]:
    """Those of these parties who are residents and stand for themselves, by id; entered by an instant when one is named."""
    rows = models.Party.objects.filter(id__in=list(party_ids), kind=PartyKind.RESIDENT, merged_into=None)
    rows = rows.filter(created_at__lte=by) if by else rows
    return list(rows.order_by("id").values_list("id", flat=True))


def residents_after(*, party_id: UUID | None, limit: int) -> list[UUID]:
    """The next residents by id, merged duplicates left out: to walk over everybody in pieces."""
    rows = models.Party.objects.filter(kind=PartyKind.RESIDENT, merged_into=None)
    if party_id is not None:
        rows = rows.filter(id__gt=party_id)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def copy_residents(frame: pl.DataFrame) -> int:
    """Load made-up residents by COPY: party_id, given_name, patronymic, family_name. Returns the number of rows."""
    return _copy(
        "parties_party",
        frame.select(
            "family_name",
            "given_name",
            "patronymic",
            id="party_id",
            kind=pl.lit(PartyKind.RESIDENT.value),
            language=pl.lit(""),
            provisional=pl.lit(False),
            synthetic=pl.lit(True),
            created_at=pl.lit(now().isoformat()),
        ),
    )


def copy_identifiers(frame: pl.DataFrame) -> int:
    """Load identifiers by COPY: party_id, scheme, value. Returns the number of rows."""
    ids = pl.Series("id", [str(new_id()) for _ in range(frame.height)], dtype=pl.String)
    rows = frame.select("party_id", "scheme", "value", ids, recorded_at=pl.lit(now().isoformat()), events=pl.lit("{}"))
    return _copy("parties_identifier", rows)


def _copy(table: str, frame: pl.DataFrame) -> int:
    """COPY in blocks of CSV, which Polars writes many times faster than rows can be handed over one by one."""
    command = f"COPY {table} ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(command) as copy:
        for block in frame.iter_slices():
            copy.write(block.write_csv(include_header=False))
    return frame.height
