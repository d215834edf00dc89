"""Tables of proposals. `party_id` is the resident whose a row is, under the id by which it was written."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from gorod.engines.proposals.data import COMMENT, TEXT, TITLE, WORDS, Stage, State, What
from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Judged(models.Model):
    """What is shown once an official has let it through. `refused_by`: the official who refused it last. A form sent twice with one
    `key` is one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    key = models.CharField(max_length=100)
    language = models.CharField(max_length=10)
    named = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(default=now)
    state = models.CharField(
        max_length=20, default=State.WAITS.value, choices=[(one.value, one.value) for one in State]
    )
    state_at = models.DateTimeField(default=now)
    objected = models.BooleanField(default=False)
    refused_by = models.UUIDField(null=True)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["party_id", "key"], name="%(class)s_once")]
        indexes = [
            models.Index(
                fields=["state_at"],
                name="%(class)s_waits",
                condition=models.Q(state__in=[State.WAITS.value, State.OBJECTED.value]),
            )
        ]


class Proposal(Judged):
    """One proposal. `words`: what a search looks in. `agree` and `against` are counted when the assessment is over."""

    title = models.CharField(max_length=TITLE)
    text = models.CharField(max_length=TEXT)
    words = models.TextField()
    district = models.CharField(max_length=40, blank=True)
    stage = models.CharField(
        max_length=20, default=Stage.SUGGEST.value, choices=[(one.value, one.value) for one in Stage]
    )
    last_day = models.DateField(null=True)
    agree = models.IntegerField(default=0)
    against = models.IntegerField(default=0)
    taken_up = models.BooleanField(null=True)
    answer = models.CharField(max_length=WORDS, blank=True)
    follows = models.CharField(max_length=WORDS, blank=True)
    answer_agency = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(Judged.Meta):
        constraints = [
            *Judged.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(~models.Q(state=State.SHOWN.value), stage=Stage.SUGGEST.value)
                | models.Q(~models.Q(stage=Stage.SUGGEST.value), state=State.SHOWN.value)
                | models.Q(stage=Stage.DISCUSS.value, state=State.WITHDRAWN.value),
                name="proposal_shown_when_discussed",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=[Stage.DISCUSS.value, Stage.ASSESS.value], last_day__isnull=False)
                | models.Q(
                    stage__in=[Stage.SUGGEST.value, Stage.ASSESSED.value, Stage.ANSWERED.value], last_day__isnull=True
                ),
                name="proposal_stage_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(stage=Stage.ANSWERED.value, taken_up__isnull=False, answered_at__isnull=False)
                | (~models.Q(stage=Stage.ANSWERED.value) & models.Q(taken_up__isnull=True, answered_at__isnull=True)),
                name="proposal_answered",
            ),
        ]
        indexes = [
            *Judged.Meta.indexes,
            models.Index(fields=["stage", "id"], name="proposal_stage", condition=models.Q(state=State.SHOWN.value)),
            models.Index(fields=["last_day"], name="proposal_ends", condition=models.Q(last_day__isnull=False)),
            GinIndex(fields=["words"], name="proposal_words", opclasses=["gin_trgm_ops"]),
        ]


class Comment(Judged):
    """What a resident says to a proposal, which may be another's: so its id stands here without a foreign key."""

    proposal_id = models.UUIDField()
    text = models.CharField(max_length=COMMENT)

    class Meta(Judged.Meta):
        indexes = [*Judged.Meta.indexes, models.Index(fields=["proposal_id", "id"], name="comment_of_proposal")]


class Assessment(models.Model):
    """Whether a resident is for or against a proposal. They are counted; nobody is shown who."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    proposal_id = models.UUIDField()
    agrees = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "proposal_id"], name="assessment_once_a_resident")]
        indexes = [models.Index(fields=["proposal_id", "agrees"], name="assessment_counts")]


class Entry(models.Model):
    """One thing that happened to a proposal or a comment. `proof`: the ledger's entry that commits to a decision. Rows are only
    added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    about_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    what = models.CharField(max_length=20, choices=[(one.value, one.value) for one in What])
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    words = models.CharField(max_length=WORDS, blank=True)
    same_as = models.UUIDField(null=True)
    official_id = models.UUIDField(null=True)
    agency = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=TITLE, blank=True)
    text = models.CharField(max_length=TEXT, blank=True)
    proof = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "about_id", "id"], name="proposal_entry")]
