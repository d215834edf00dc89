"""Tables of cases. `party_id` is the subject."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id

WAITS_FOR_THE_PERSON = models.Case(models.When(phase="asks", then=1), default=0)  # to sort by


class CaseNumber(models.Model):
    """The number people say on the phone. City-wide, so a table of its own: the sequence behind `serial` makes it unique."""

    serial = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=30, db_index=True)
    case_id = models.UUIDField()
    party_id = models.UUIDField()


class Submission(models.Model):
    """An idempotency key and the case it made: city-wide, because the same key never makes two cases."""

    key = models.CharField(primary_key=True, max_length=200)
    case_id = models.UUIDField()
    party_id = models.UUIDField()


class Case(models.Model):
    """One case. `live` is what it blocks while it is live (from `one_live_per`), empty when it has ended.

    `round` counts reopenings: a status sent before the last one has lost its force. `applied_amount` is what the platform worked
    out for the application, `amount` what stands: that, or what was decided.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    applicant_id = models.UUIDField(db_index=True)
    number = models.CharField(max_length=30)
    service = models.CharField(max_length=100)
    owner = models.CharField(max_length=100)
    status = models.CharField(max_length=60)
    phase = models.CharField(max_length=20)
    status_at = models.DateTimeField()
    status_key = models.CharField(max_length=200)
    round = models.IntegerField(default=0)
    round_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=now)
    deadline = models.DateField()
    live = models.CharField(max_length=300, blank=True)
    handler_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    applied_amount = models.BigIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    decision_id = models.UUIDField(null=True)
    assessment_id = models.UUIDField(null=True)
    statement_ids = ArrayField(models.UUIDField(), default=list)
    values = ArrayField(models.CharField(max_length=200), default=list)
    rule_version = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "service"], name="case_party_service"),
            models.Index(
                fields=["owner", "deadline"], name="case_queue", condition=models.Q(phase__in=["open", "asks"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["party_id", "live"], condition=~models.Q(live=""), name="case_one_live")
        ]


class Decision(models.Model):
    """A decision of one case. A later one of the same case revokes it; the row stays. `carried`: fact → value that it said,
    null in rows from before that was kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(db_index=True)
    case_id = models.UUIDField(db_index=True)
    service = models.CharField(max_length=100)
    approved = models.BooleanField()
    reasons = ArrayField(models.CharField(max_length=100), default=list)
    text = models.TextField(blank=True)
    law = ArrayField(models.CharField(max_length=500), default=list)
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    as_of = models.DateField()
    amount = models.BigIntegerField(null=True)
    carried = models.JSONField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    assessment_id = models.UUIDField(null=True)
    statement_ids = ArrayField(models.UUIDField(), default=list)
    values = ArrayField(models.CharField(max_length=200), default=list)
    rule_version = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["valid_to"], name="decision_ending", condition=models.Q(valid_to__isnull=False)),
        ]


class Entry(models.Model):
    """One thing that happened to a case. Append only. `key` is the message that brought it, once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    case_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    what = models.CharField(max_length=40)
    by = models.CharField(max_length=100)
    status = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["party_id", "case_id", "id"], name="entry_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "case_id", "key"], condition=~models.Q(key=""), name="entry_message_once"
            )
        ]
