"""Many want few places at the same moment, from many connections: never two in one place, and none lost."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from gorod.engines.booking import api, models
from gorod.engines.booking.data import Status
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR
from gorod.kernel.errors import Conflict, Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 8


def test_everybody_at_once_and_never_two_in_one_place() -> None:
    factories.plan(capacity=2)
    slots = [slot.slot_id for slot in api.free(service=DOCTOR, limit=5)]
    people = [factories.person() for _ in range(40)]
    together = Barrier(THREADS)

    def wants(mine: list[UUID], seed: int) -> int:
        chance, got = random.Random(seed), 0
        together.wait()
        try:
            for person in mine:
                for slot_id in chance.sample(slots, len(slots)):
                    try:
                        held = api.hold(slot_id=slot_id, party_id=person, by="test")
                    except Refused:
                        continue
                    api.confirm(appointment_id=held.appointment_id, by="test")
                    got += 1
                    break
            return got
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        got = sum(pool.map(wants, [people[i::THREADS] for i in range(THREADS)], range(THREADS)))
    assert got == 10
    assert models.Seat.objects.filter(slot__in=slots, state="booked").count() == 10
    assert models.Appointment.objects.filter(status=Status.BOOKED).count() == 10
    factories.whole()


def test_one_person_on_many_devices_gets_one_place() -> None:
    factories.plan()
    slots = [slot.slot_id for slot in api.free(service=DOCTOR, limit=THREADS)]
    me = factories.person()
    together = Barrier(THREADS)

    def wants(slot_id: UUID) -> None:
        together.wait()
        try:
            held = api.hold(slot_id=slot_id, party_id=me, by="test")
            api.confirm(appointment_id=held.appointment_id, by="test")
        except (Conflict, Refused):
            pass  # another device was faster, or has let this place go
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(wants, slots))
    live = models.Appointment.objects.filter(party_id=me, status__in=["pending", "booked"])
    assert live.count() <= 1
    assert models.Seat.objects.exclude(state="free").count() == live.count()
    factories.whole()


def test_movers_cancellers_and_those_who_wait_leave_everything_whole() -> None:
    """Each does what people do, at random, for a while; afterwards seats and appointments agree and nobody has two."""
    factories.plan()
    slots = [slot.slot_id for slot in api.free(service=DOCTOR, limit=6)]
    people = [factories.person() for _ in range(THREADS * 2)]

    def lives(mine: list[UUID], seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(25):
                person, slot_id = chance.choice(mine), chance.choice(slots)
                there = api.appointments(party_ids=[person])
                try:
                    if not there:
                        api.hold(slot_id=slot_id, party_id=person, by="test")
                    elif there[0].status in (Status.PENDING, Status.PROPOSED):
                        api.confirm(appointment_id=there[0].appointment_id, by="test")
                    elif chance.random() < 0.5:
                        api.hold_other(appointment_id=there[0].appointment_id, slot_id=slot_id)
                        api.confirm(appointment_id=there[0].appointment_id, by="test")
                    else:
                        api.cancel(appointment_id=there[0].appointment_id, by="test")
                except (Conflict, Refused):
                    pass  # somebody was faster
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lives, [people[i::THREADS] for i in range(THREADS)], range(THREADS)))
    factories.whole()
    held = models.Seat.objects.exclude(state="free").count()
    live = models.Appointment.objects.filter(status__in=["pending", "proposed", "booked"])
    assert held == live.count() + live.exclude(moving_seat=None).count()
