"""What there is to book: locations, providers, their plans, and the slots and seats made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction

from gorod.engines.booking import models
from gorod.engines.booking.data import Bookable, Channel, Hours, Mode, Plan, Portion
from gorod.engines.booking.logic import known
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound

MINUTES = range(5, 12 * 60 + 1)
CAPACITY = range(1, 1001)
SPREAD = 61  # coprime with 100: percents are spread evenly over a day instead of taking its morning
KEPT_SPREAD = 37
KEPT = (Channel.EMERGENCY, Channel.COUNTER, Channel.REFERRAL)


def check(plan: Plan) -> None:
    """Raises BadInput for hours that cannot be."""
    if not plan.hours:
        raise BadInput("a plan without hours makes no slots", remedy="give weekdays and hours", field="hours")
    if plan.minutes not in MINUTES:
        raise BadInput(f"a slot of {plan.minutes} minutes", remedy="from 5 minutes to 12 hours", field="minutes")
    if plan.capacity not in CAPACITY:
        raise BadInput(f"a slot for {plan.capacity} people", remedy="from 1 to 1,000", field="capacity")
    if plan.until is not None and plan.until < plan.since:
        raise BadInput("it ends before it begins", remedy="give a later last day", field="until")
    if any(percent < 0 for percent in plan.kept.values()) or sum(plan.kept.values()) > 100:
        raise BadInput("more is kept than there is", remedy="percents from 0, together 100 at the most", field="kept")
    if Channel.PUBLIC in plan.kept:
        raise BadInput("what is not kept is everybody's", remedy="leave `public` out", field="kept")
    for one in plan.hours:
        if not 1 <= one.weekday <= 7 or one.ends <= one.begins:
            raise BadInput(
                f"weekday {one.weekday} from {one.begins} to {one.ends}",
                remedy="weekdays are 1 (Monday) to 7; the end is later than the beginning",
                field="hours",
            )
    ordered = sorted(plan.hours, key=lambda one: (one.weekday, one.begins))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.begins < before.ends:
            raise BadInput(f"hours of weekday {after.weekday} overlap", remedy="make them one", field="hours")


@dataclass(frozen=True, kw_only=True)
class Made:
    """A slot to be."""

    starts: datetime
    ends: datetime
    opens: datetime


def opens(portions: tuple[Portion, ...], day: date, index: int) -> datetime:
    """When the `index`-th slot of a day becomes bookable: its portion's time, by the city's clock of that day. A time that the
    change to summer time leaves out is the moment of the change; one that comes twice is the first."""
    rank, upto = index * SPREAD % 100, 0
    for portion in portions:
        upto += portion.percent
        if rank < upto:
            break
    return at(day - timedelta(days=portion.days), portion.at)


def at(day: date, moment: time) -> datetime:
    """A time of day in the city as an instant (UTC)."""
    return datetime.combine(day, moment, tzinfo=clock.time_zone()).astimezone(UTC)


def slots_of(hours: tuple[Hours, ...], minutes: int, portions: tuple[Portion, ...], day: date) -> Iterator[Made]:
    """The slots of a day. Counted in real minutes between the first and the last instant: where summer time begins or ends within
    the hours, there are fewer or more of them, and none twice."""
    index, step = 0, timedelta(minutes=minutes)
    for one in sorted(hours, key=lambda one: one.begins):
        if one.weekday != day.isoweekday():
            continue
        starts, last = at(day, one.begins), at(day, one.ends)
        while starts + step <= last:
            yield Made(starts=starts, ends=starts + step, opens=opens(portions, day, index))
            starts, index = starts + step, index + 1


def channel(kept: Mapping[str, int], index: int) -> Channel:
    """For whom the `index`-th seat of a plan's day is kept."""
    rank, upto = index * KEPT_SPREAD % 100, 0
    for one in KEPT:
        upto += kept.get(one.value, 0)
        if rank < upto:
            return one
    return Channel.PUBLIC


def hours_of(row: models.Plan) -> tuple[Hours, ...]:
    """A plan's hours."""
    return tuple(
        Hours(weekday=weekday, begins=time.fromisoformat(begins), ends=time.fromisoformat(ends))
        for weekday, begins, ends in row.hours
    )


def make_slots(plan_id: UUID) -> int:
    """Make the slots of a plan up to the horizon, none on the city's holidays and while the provider is away. Returns how many.

    Idempotent; a provider has one slot at a time, whatever plans say: none overlaps with one that is there.
    """
    with transaction.atomic():
        row = models.Plan.objects.select_for_update().select_related("provider").get(id=plan_id)
        bookable, today = known.bookable(row.service), clock.today()
        first = max(row.since, today, row.made_until + timedelta(days=1) if row.made_until else today)
        last = today + timedelta(days=bookable.horizon_days)
        if row.until is not None:
            last = min(last, row.until)
        if first > last:
            return 0
        absent = models.Absence.objects.filter(provider=row.provider, ends__gt=at(first, time()))
        # times of an ended plan that somebody has a place in: nobody is to be seen in two of them at once
        there = models.Slot.objects.filter(provider=row.provider, ends__gt=at(first, time()))
        away = [*absent.values_list("begins", "ends"), *there.values_list("starts", "ends")]
        made, now = 0, clock.now()
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            if day not in known.calendar().holidays:
                made += _make_day(row, bookable, day, away, now)
        models.Plan.objects.filter(id=row.id).update(made_until=last)
        return made


def _make_day(
    row: models.Plan, bookable: Bookable, day: date, away: list[tuple[datetime, datetime]], now: datetime
) -> int:
    there = [
        one
        for one in slots_of(hours_of(row), row.minutes, bookable.portions, day)
        if one.starts > now and not any(begins < one.ends and one.starts < ends for begins, ends in away)
    ]
    slots = [
        models.Slot(
            plan=row,
            provider_id=row.provider_id,
            location_id=row.provider.location_id,
            service=row.service,
            starts=one.starts,
            ends=one.ends,
            opens=one.opens,
            room=row.room,
            mode=row.mode,
            capacity=row.capacity,
            changed_at=now,
        )
        for one in there
    ]
    models.Slot.objects.bulk_create(slots, ignore_conflicts=True)
    new = set(models.Slot.objects.filter(id__in=[slot.id for slot in slots]).values_list("id", flat=True))
    models.Seat.objects.bulk_create(
        models.Seat(slot=slot, number=number + 1, channel=channel(row.kept, index * row.capacity + number))
        for index, slot in enumerate(slots)
        if slot.id in new
        for number in range(row.capacity)
    )
    return len(new)


def make_all() -> int:
    """Make what the passing of days has brought into sight. Returns how many."""
    made = 0
    for bookable in known.bookables().values():
        last = clock.today() + timedelta(days=bookable.horizon_days)
        goes_on = models.Plan.objects.filter(service=bookable.service).exclude(until__lt=clock.today())
        for plan_id in goes_on.exclude(made_until__gte=last).values_list("id", flat=True):
            made += make_slots(plan_id)
    return made


def location(location_id: UUID) -> models.Location:
    """A location. Raises NotFound."""
    found = models.Location.objects.filter(id=location_id).first()
    if found is None:
        raise NotFound(f"no location {location_id}", remedy="see the list of locations")
    return found


def put(model: type[models.Location] | type[models.Provider], code: str, values: Mapping[str, object]) -> UUID:
    """Enter what has this code, or change it where it differs. Returns its id."""
    with transaction.atomic():
        now = clock.now()
        row, new = model.objects.select_for_update().get_or_create(code=code, defaults={**values, "changed_at": now})
        if not new and any(getattr(row, name) != value for name, value in values.items()):
            model.objects.filter(id=row.id).update(**values, version=row.version + 1, changed_at=now)
        return row.id


def add_plan(plan: Plan) -> UUID:
    """Keep a plan and make its slots. Raises BadInput, Conflict, NotFound."""
    known.bookable(plan.service)
    check(plan)
    with transaction.atomic():
        provider = models.Provider.objects.select_for_update().filter(id=plan.provider_id).first()
        if provider is None:
            raise NotFound(f"no provider {plan.provider_id}", remedy="see the list of providers")
        must_not_overlap(plan)
        row = models.Plan.objects.create(
            provider=provider,
            service=plan.service,
            hours=[[one.weekday, f"{one.begins:%H:%M}", f"{one.ends:%H:%M}"] for one in plan.hours],
            minutes=plan.minutes,
            capacity=plan.capacity,
            kept={channel.value: percent for channel, percent in plan.kept.items()},
            room=plan.room,
            mode=plan.mode,
            since=plan.since,
            until=plan.until,
            changed_at=clock.now(),
        )
        make_slots(row.id)
    return row.id


def end_plan(plan_id: UUID, *, after: date) -> None:
    """No slots after a day; those made already go, unless somebody has or had a place in one. Raises NotFound."""
    with transaction.atomic():
        row = models.Plan.objects.select_for_update().filter(id=plan_id).first()
        if row is None:
            raise NotFound(f"no plan {plan_id}", remedy="see the provider's plans")
        models.Plan.objects.filter(id=row.id).update(until=after, version=row.version + 1, changed_at=clock.now())
        later = models.Slot.objects.filter(plan=row, starts__gte=at(after + timedelta(days=1), time()))
        used = models.Appointment.objects.filter(slot__in=later).values_list("slot_id", flat=True)
        moving = models.Appointment.objects.filter(moving_to__in=later).values_list("moving_to_id", flat=True)
        later.exclude(id__in=[*used, *moving]).delete()


def plan_of(row: models.Plan) -> Plan:
    """A plan as the door gives it."""
    return Plan(
        provider_id=row.provider_id,
        service=row.service,
        hours=hours_of(row),
        minutes=row.minutes,
        since=row.since,
        until=row.until,
        capacity=row.capacity,
        room=row.room,
        mode=Mode(row.mode),
        kept={Channel(channel): percent for channel, percent in row.kept.items()},
    )


def must_not_overlap(plan: Plan) -> None:
    """Raises Conflict when the provider has other hours at the same time."""
    there = models.Plan.objects.filter(provider_id=plan.provider_id).exclude(until__lt=plan.since)
    if plan.until is not None:
        there = there.filter(since__lte=plan.until)
    for row in there:
        for one in hours_of(row):
            for new in plan.hours:
                if one.weekday == new.weekday and one.begins < new.ends and new.begins < one.ends:
                    raise Conflict(
                        f"on weekday {new.weekday} they have hours from {one.begins:%H:%M} already",
                        remedy="end the other plan first",
                        plan=str(row.id),
                    )
