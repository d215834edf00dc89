"""Tables of the registers."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class RegisterRow(models.Model):
    """What every row of every register carries. Immutable but for `retracted_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=now)
    retracted_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=200)
    owner = models.CharField(max_length=100)
    verified_on = models.DateField(null=True)
    event_id = models.UUIDField(null=True)
    decision_id = models.UUIDField(null=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        abstract = True


def _by_time(table: str) -> list[models.Index]:
    """What finds the rows that have changed since an instant: rows are added in the order of time, ends of them are few."""
    return [
        BrinIndex(fields=["recorded_at", "valid_from"], name=f"{table}_times"),
        models.Index(
            fields=["retracted_at"], name=f"{table}_retracted", condition=models.Q(retracted_at__isnull=False)
        ),
        models.Index(fields=["valid_to"], name=f"{table}_ends", condition=models.Q(valid_to__isnull=False)),
    ]


class Statement(RegisterRow):
    """One fact about one party. Booleans as 0/1 and dates as days since 1970-01-01 in `number`; codes in `code`."""

    fact = models.CharField(max_length=100)
    number = models.BigIntegerField(null=True)
    code = models.CharField(max_length=200, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "fact", "-recorded_at"], name="statement_latest"),
            models.Index(fields=["event_id"], name="statement_event", condition=models.Q(event_id__isnull=False)),
            models.Index(
                fields=["decision_id"], name="statement_decision", condition=models.Q(decision_id__isnull=False)
            ),
            *_by_time("statement"),
        ]


class Relation(RegisterRow):
    """One relation of one party; the other party has a row of its own. No `other_id`: known to have none."""

    kind = models.CharField(max_length=60)
    other_id = models.UUIDField(null=True)
    present = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "kind", "-recorded_at"], name="relation_latest"),
            models.Index(fields=["other_id"], name="relation_other"),
            models.Index(fields=["event_id"], name="relation_event", condition=models.Q(event_id__isnull=False)),
            *_by_time("relation"),
        ]


class Dispute(models.Model):
    """A person says that a fact about them is wrong. While it is open the fact counts as unknown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    fact = models.CharField(max_length=100)
    reason = models.TextField()
    by = models.CharField(max_length=100)
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=30, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "fact"], condition=models.Q(closed_at=None), name="dispute_one_open"
            )
        ]
