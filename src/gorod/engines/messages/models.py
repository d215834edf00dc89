"""Tables of messages."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Message(models.Model):
    """One message. `key` names the thing that happened: one message per thing and person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    language = models.CharField(max_length=10)
    about = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "key"], name="message_once")]


class Address(models.Model):
    """Where a resident wants e-mail."""

    party_id = models.UUIDField(primary_key=True)
    email = models.EmailField()


class Email(models.Model):
    """One e-mail of one message. Its Message-ID is its id, so a mail server can notice a double."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    message_id = models.UUIDField()
    address = models.EmailField()
    state = models.CharField(max_length=20, default="waiting")
    state_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "message_id"], name="email_once")]
        indexes = [models.Index(fields=["state", "id"], name="email_state")]


class Device(models.Model):
    """A browser that a resident is told on: its subscription at a push service (W3C Push API)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=now)
    try_at = models.DateTimeField(default=now)
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "endpoint"], name="device_once")]


class Push(models.Model):
    """Something new that a device has not been told of. Only ever added where a message is told: a transaction that tells several
    residents holds no row that another one waits for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    device_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["party_id", "device_id"], name="push_device")]
