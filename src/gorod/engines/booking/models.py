"""Tables of booking. A seat is a row of its slot, made before anybody wants it: whoever takes it changes that one row, so that two
people can never be in one place."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from gorod.engines.booking.data import LIVE, Away, Channel, Mode, ProviderKind, Status, Why, WishState
from gorod.kernel.identifiers import new_id


class SeatState(StrEnum):
    """Of a seat. Held beyond its time it is as good as free."""

    FREE = "free"
    HELD = "held"
    BOOKED = "booked"


def _choices(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    return [(kind.value, kind.value) for kind in kinds]


class Location(models.Model):
    """Where one goes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=100, unique=True)
    names = models.JSONField()
    agency = models.CharField(max_length=100)
    address = models.CharField(max_length=300)
    district = models.CharField(max_length=100)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    phone = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()


class Provider(models.Model):
    """Who or what is booked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=_choices(ProviderKind))
    name = models.CharField(max_length=200)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()


class Plan(models.Model):
    """A provider's weekly hours for a service. Slots are made from it; a changed one is a new one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=100)
    hours = models.JSONField()  # [[weekday, "09:00", "14:00"], …]
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    kept = models.JSONField()  # channel → percent
    room = models.CharField(max_length=100)
    mode = models.CharField(max_length=12, choices=_choices(Mode))
    since = models.DateField()
    until = models.DateField(null=True)
    made_until = models.DateField(null=True)  # the last day that has its slots
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["service", "provider"], name="booking_plan_service")]


class Absence(models.Model):
    """A provider is not there: no slots from `begins` to `ends`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=_choices(Away))
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class Slot(models.Model):
    """A time of a provider. `opens`: from when everybody may book it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=100)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    opens = models.DateTimeField()
    room = models.CharField(max_length=100)
    mode = models.CharField(max_length=12, choices=_choices(Mode))
    capacity = models.PositiveSmallIntegerField()
    called_off = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "starts"], name="booking_slot_once")]
        indexes = [
            models.Index(fields=["service", "starts"], name="booking_slot_search"),
            models.Index(fields=["service", "location", "starts"], name="booking_slot_near"),
            models.Index(fields=["location", "starts"], name="booking_slot_day"),
        ]


class Seat(models.Model):
    """A place in a slot."""

    id = models.BigAutoField(primary_key=True)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=_choices(Channel))
    state = models.CharField(max_length=8, choices=_choices(SeatState), default=SeatState.FREE)
    appointment_id = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "number"], name="booking_seat_once"),
            models.CheckConstraint(
                condition=models.Q(state=SeatState.FREE, appointment_id=None, held_until=None)
                | models.Q(state=SeatState.HELD, appointment_id__isnull=False, held_until__isnull=False)
                | models.Q(state=SeatState.BOOKED, appointment_id__isnull=False, held_until=None),
                name="booking_seat_belongs",
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], name="booking_seat_held", condition=models.Q(state=SeatState.HELD))
        ]


class Referral(models.Model):
    """Somebody was sent to a service by who may do so. Used once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    service = models.CharField(max_length=100)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateField()
    appointment_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "service"], name="booking_referral_of")]


class Wish(models.Model):
    """Somebody waits for a place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    told_id = models.UUIDField()
    service = models.CharField(max_length=100)
    since = models.DateField()
    until = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    weekdays = models.JSONField()
    locations = models.JSONField()
    provider_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=_choices(WishState))
    unanswered = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "service"],
                name="booking_one_wish",
                condition=models.Q(state__in=[WishState.WAITING, WishState.OFFERED]),
            )
        ]
        indexes = [
            models.Index(
                fields=["service", "id"], name="booking_wish_turn", condition=models.Q(state=WishState.WAITING)
            )
        ]


class Appointment(models.Model):
    """A person's place in a slot."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    told_id = models.UUIDField()  # who is told: the parent who booked for a child
    service = models.CharField(max_length=100)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=_choices(Status))
    until = models.DateTimeField(null=True)  # of a hold or an offer
    moving_to = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+", null=True)
    moving_seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+", null=True)
    why = models.CharField(max_length=12, choices=_choices(Why), default="")
    first_choice_until = models.DateTimeField(null=True)
    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="+", null=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+", null=True)
    reminded = models.JSONField(default=list)  # hours before, already told
    excused = models.BooleanField(default=False)  # not coming does not count
    appeal = models.TextField(default="")
    appeal_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    answered_by = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "service"], name="booking_one_live", condition=models.Q(status__in=LIVE)
            )
        ]
        indexes = [
            models.Index(fields=["party_id", "id"], name="booking_appointment_of"),
            models.Index(fields=["slot"], name="booking_appointment_in"),
        ]


class Change(models.Model):
    """What was done with an appointment, by whom: shown to the person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField(max_length=12, choices=_choices(Status))
    why = models.CharField(max_length=12, default="")
    starts = models.DateTimeField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
