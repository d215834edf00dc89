"""Tables of parties."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Party(models.Model):
    """A resident or an organisation. A duplicate keeps its id and points to the party it was merged into."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    family_name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=200, blank=True)
    patronymic = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    provisional = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    merged_into = models.UUIDField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["family_name", "given_name"])]


class Identifier(models.Model):
    """A strong identifier (a national number, a certificate number): unique in the city, so a table of its own.

    `events` are those that say so, empty when it was entered without one: it falls with the last of them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(db_index=True)
    scheme = models.CharField(max_length=60)
    value = models.CharField(max_length=100)
    recorded_at = models.DateTimeField(default=now)
    retracted_at = models.DateTimeField(null=True)
    events = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"], condition=models.Q(retracted_at=None), name="identifier_unique_in_city"
            )
        ]
        indexes = [
            GinIndex(fields=["events"], name="identifier_events"),
            models.Index(fields=["scheme", "value"], name="identifier_ever"),
        ]


class Merge(models.Model):
    """That two parties were found to be one, or that this was undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(db_index=True)
    duplicate_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=now)
    by = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    undone_at = models.DateTimeField(null=True)
