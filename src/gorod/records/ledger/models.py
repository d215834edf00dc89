"""Tables of the ledger."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Waiting(models.Model):
    """An entry that has no number yet, written in the transaction of what it is about. Its id says nothing of when that was."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.BinaryField()
    about = models.UUIDField(null=True)  # under which entries in the clear are found again
    once = models.CharField(max_length=200, null=True, unique=True)


class Entry(models.Model):
    """An entry of the log. Never changed, never removed."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    entry = models.BinaryField()
    about = models.UUIDField(null=True)
    once = models.CharField(max_length=200, null=True, unique=True)
    leaf = models.BinaryField(null=True)  # its hash in the tree, of those that are found again

    class Meta:
        indexes = [
            models.Index(fields=["about", "index"], name="entry_about", condition=models.Q(about__isnull=False)),
            models.Index(fields=["leaf"], name="entry_leaf", condition=models.Q(leaf__isnull=False)),
        ]


class Opening(models.Model):
    """What a commitment about somebody hides. It may be removed when the record is: the log then says nothing any more."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the entry
    party_id = models.UUIDField()
    about = models.UUIDField()  # the record
    kind = models.CharField(max_length=60)
    salt = models.BinaryField()
    content = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["party_id", "about"], name="opening_about")]


class Head(models.Model):
    """The only row: how far the log is numbered, and the whole subtrees of its tree, one after another."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    size = models.BigIntegerField(default=0)
    subtrees = models.BinaryField(default=b"")


class Latest(models.Model):
    """What was declared last of each name of a state."""

    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    now = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="latest_once")]
