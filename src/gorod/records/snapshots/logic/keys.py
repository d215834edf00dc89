"""Random keys of parties: made once, kept in the database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from gorod.kernel.identifiers import new_id
from gorod.records.snapshots import models

BITS = 62  # of a key: two of a city of 14 million meet once in 20,000 cities


def of(parties: Collection[UUID]) -> dict[UUID, int]:
    """The key of each party; who has none gets one."""
    wanted = list(dict.fromkeys(parties))
    found = known(wanted)
    fresh = [
        models.Key(id=new_id(), party_id=party, key=secrets.randbits(BITS)) for party in wanted if party not in found
    ]
    if not fresh:
        return found
    # somebody else may have given one meanwhile
    models.Key.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=5000)
    return known(wanted)


def known(parties: Collection[UUID]) -> dict[UUID, int]:
    """The keys of those who have one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_id, key FROM snapshots_key WHERE party_id = ANY(%s)", [list(parties)])
        return dict(cursor.fetchall())


def parties(keys: Collection[int]) -> Mapping[int, UUID]:
    """Who is meant by keys; those that nobody has are left out."""
    return dict(models.Key.objects.filter(key__in=list(keys)).values_list("key", "party_id"))
