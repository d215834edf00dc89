"""Tables of polls. Ballots are in none of them: they are in the ledger, where nothing says who or when."""

from __future__ import annotations

from django.db import models

from gorod.engines.polls.data import Channel, State
from gorod.kernel.identifiers import new_id


class Poll(models.Model):
    """What is asked about, in all its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.JSONField()  # by language
    about = models.JSONField()
    official_id = models.UUIDField()
    at = models.DateTimeField()


class Version(models.Model):
    """One wording of a poll, with all that is fixed before the first vote."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    questions = models.JSONField()
    who = models.JSONField()
    rule = models.TextField()
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    again = models.BooleanField()
    trustees = models.JSONField(null=True)  # needed, shares, and the key that the trustees have made
    points = models.PositiveIntegerField(default=0)
    settings = models.JSONField(null=True)  # as on the ledger, once announced
    as_of = models.DateField(null=True)  # who may take part was counted on this day,
    known_at = models.DateTimeField(null=True)  # as it was known then
    token_secret = models.BinaryField(null=True)  # both encrypted
    ballot_secret = models.BinaryField(null=True)
    papers_done = models.BooleanField(default=False)
    key_published = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    turnout = models.JSONField(null=True)
    problem = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "number"], name="version_once")]


class Issued(models.Model):
    """That somebody has used their right to vote: for a token, of which only a hash of what was signed blind is known, or for a
    paper."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    party_id = models.UUIDField()
    channel = models.CharField(max_length=6, choices=[(channel.value, channel.value) for channel in Channel])
    blinded = models.BinaryField(null=True)
    salt = models.BinaryField()
    entry_id = models.UUIDField()
    district = models.CharField(max_length=60)
    office = models.CharField(max_length=120, default="")
    by = models.CharField(max_length=200, default="")  # the clerk who gave a paper out
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "party_id"], name="issued_once")]
        indexes = [models.Index(fields=["party_id"], name="issued_party")]


class Share(models.Model):
    """A trustee's share of a poll's key, brought after the closing."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    share = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="share_once")]


class Measure(models.Model):
    """What the city does because of a poll, as it goes on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+")
    words = models.JSONField()
    state = models.CharField(max_length=10)
    district = models.CharField(max_length=60, default="")
    due = models.DateField(null=True)
    official_id = models.UUIDField()
    at = models.DateTimeField()
