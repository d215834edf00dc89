"""Tables of payments. `party_id` is the payee."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Order(models.Model):
    """An order to the treasury."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    decision_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    service = models.CharField(max_length=100)
    period = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=20)
    state_at = models.DateTimeField(default=now)
    account = models.CharField(max_length=60, blank=True)
    attempt = models.IntegerField(default=1)
    assessment_id = models.UUIDField(null=True)
    statement_ids = ArrayField(models.UUIDField(), default=list)
    values = ArrayField(models.CharField(max_length=200), default=list)
    rule_version = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_id", "decision_id", "period"], name="order_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_positive"),
        ]


class Account(models.Model):
    """The account a payee confirmed."""

    party_id = models.UUIDField(primary_key=True)
    account = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField(default=now)


class Recovery(models.Model):
    """A question of money paid without a right. It is about one case and period, and opened once for each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    case_id = models.UUIDField()
    decision_id = models.UUIDField()
    period = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    reason = models.TextField()
    state = models.CharField(max_length=20, default="hearing")
    hearing_until = models.DateField()
    heard = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_id", "decision_id", "period"], name="recovery_once"),
        ]
