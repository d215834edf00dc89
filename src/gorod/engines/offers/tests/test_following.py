"""What follows from a sweep is deferred once, compared with what was followed last, and done once although it is done again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from gorod.engines.journeys.tests.factories import inbox
from gorod.engines.offers import api, models
from gorod.engines.offers.logic import following, people, telling
from gorod.engines.offers.tests.factories import Nights, install
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.engines.sweeps import api as sweeps
from gorod.kernel.errors import Conflict, Refused
from gorod.records.facts.tests.factories import state
from gorod.records.parties import api as parties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    install()


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


def grown_ups(number: int) -> list[UUID]:
    """So many, each too rich for the aid."""
    made = [parties.create() for _ in range(number)]
    for person in made:
        state(person, "birth_date", date(1990, 1, 1))
    earn(made, 9000)
    return made


def earn(everybody: list[UUID], income: int) -> None:
    for person in everybody:
        state(person, "income", income)


def offered(everybody: list[UUID]) -> list[int]:
    """How many offers, and how many messages, each has."""
    found = [(len(api.offers_of(party_id=person)), len(inbox(person))) for person in everybody]
    assert all(offers == told for offers, told in found)
    return [offers for offers, _ in found]


def batches() -> list[UUID]:
    return list(models.Batch.objects.order_by("id").values_list("id", flat=True))


def test_a_sweep_that_nobody_followed_loses_nothing(nights: Nights) -> None:
    """Killed after the sweep was published and before anything was deferred: the next is compared with the last one followed."""
    crowd = grown_ups(2)
    nights.pass_by(*crowd)
    earn(crowd[:1], 100)
    nights.sweep(crowd)
    earn(crowd, 100)
    last = nights.pass_by(*crowd)
    assert (last.began, last.people) == (2, 2) and offered(crowd) == [1, 1]


def test_following_again_changes_nothing_and_an_earlier_one_is_refused(nights: Nights) -> None:
    crowd = grown_ups(3)
    first = nights.sweep(crowd)
    nights.follow(first)
    skipped = nights.sweep(crowd)
    earn(crowd, 100)
    last = nights.sweep(crowd)
    assert nights.follow(last) == nights.follow(last)
    assert len(batches()) == ProcrastinateJob.objects.filter(task_name="offers.batch").count() == 1
    with pytest.raises(Refused, match="later sweep"):
        api.follow(sweep=skipped, earlier=[first])


def test_when_the_files_compared_with_are_gone_this_one_is_where_comparing_begins(nights: Nights) -> None:
    crowd = grown_ups(1)
    first = nights.pass_by(*crowd)
    assert api.needed() == {first.sweep}
    assert sweeps.remove_old(folder=nights.folder, keep=1, spare=api.needed()) == 0
    shutil.rmtree(nights.folder / first.sweep)
    earn(crowd, 100)
    second = nights.pass_by(*crowd)
    assert second.before == () and offered(crowd) == [0] and api.needed() == {second.sweep}


def test_a_service_that_was_held_back_is_compared_with_the_night_before(nights: Nights) -> None:
    crowd = grown_ups(1)
    first = nights.pass_by(*crowd)
    earn(crowd, 100)
    held = nights.follow(nights.sweep(crowd, held=["aid"]))
    assert (held.before, held.people) == ((first.sweep,), 0)
    assert api.needed() == {first.sweep, held.sweep}
    third = nights.pass_by(*crowd)
    assert third.before == (first.sweep, held.sweep) and offered(crowd) == [1]
    assert api.needed() == {third.sweep}


def test_nothing_follows_from_made_up_people(nights: Nights) -> None:
    crowd = grown_ups(1)
    nights.pass_by(*crowd)
    earn(crowd, 100)
    made_up = nights.sweep(crowd, made_up=True)
    with pytest.raises(Refused, match="made-up"):
        nights.follow(made_up)
    assert made_up.name not in api.needed()


def test_a_key_that_nobody_has_is_passed_over(nights: Nights) -> None:
    row = models.Following.objects.create(sweep="20260101T1", as_of=date(2026, 1, 1))
    batch = models.Batch.objects.create(
        following_id=row.id, changes=[[12345, "aid", "began"], [12345, "gone", "began"]]
    )
    api.do_batch(batch_id=batch.id)
    assert models.Batch.objects.get(id=batch.id).changes == [] and models.Offer.objects.count() == 0


def test_a_duplicate_found_since_is_the_person_it_belongs_to(nights: Nights) -> None:
    kept, duplicate = crowd = grown_ups(2)
    nights.pass_by(*crowd)
    earn(crowd, 100)
    nights.follow(nights.sweep(crowd))
    parties.merge(party_id=kept, duplicate_id=duplicate, by="test", reason="the same person")
    run_jobs()
    assert offered([kept]) == [1] and api.offers_of(party_id=duplicate) == []


class Killed(BaseException):
    """What no part of the platform catches."""


@pytest.mark.parametrize("after", [0, 1, 4, 6])
def test_a_batch_that_was_cut_off_is_done_again_and_nothing_twice(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(following, "PEOPLE", 4)
    crowd = grown_ups(7)
    nights.pass_by(*crowd)
    earn(crowd, 100)
    nights.follow(nights.sweep(crowd))
    assert len(batches()) == 2
    told = _counting(monkeypatch, lambda number: number == after, Killed())
    with pytest.raises(Killed):
        run_jobs()
    assert len(told) == after + 1 and sum(offered(crowd)) == after, "what was cut off has left nothing behind"
    monkeypatch.undo()
    for batch in batches() * 2:
        api.do_batch(batch_id=batch)
    assert offered(crowd) == [1] * 7
    last = api.last_following()
    assert last is not None and (last.batches, last.done, last.made) == (2, 2, 7)


def test_what_fails_for_one_person_is_said_when_all_others_are_done(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = grown_ups(5)
    nights.pass_by(*crowd)
    earn(crowd, 100)
    nights.follow(nights.sweep(crowd))
    _counting(monkeypatch, lambda number: number == 2, Conflict("broken", remedy="mend it"))
    (batch,) = batches()
    with pytest.raises(ExceptionGroup, match="1 people"):
        api.do_batch(batch_id=batch)
    assert sum(offered(crowd)) == 4 and models.Batch.objects.get(id=batch).done_at is None
    monkeypatch.undo()
    api.do_batch(batch_id=batch)
    assert offered(crowd) == [1] * 5


def _counting(monkeypatch: pytest.MonkeyPatch, breaks: Callable[[int], bool], error: BaseException) -> list[int]:
    """Telling somebody breaks at one of them. Returns what was begun."""
    told: list[int] = []
    real = telling.offered

    def broken(row: models.Offer) -> None:
        told.append(len(told))
        real(row)
        if breaks(told[-1]):
            raise error

    monkeypatch.setattr(people.telling, "offered", broken)
    return told


def test_a_sweep_offers_once_whatever_happened_to_the_offer_since(nights: Nights) -> None:
    """Declined between a kill and the second try: the second try leaves it at that, also when the law reads otherwise by then."""
    (person,) = crowd = grown_ups(1)
    nights.pass_by(person)
    earn(crowd, 100)
    nights.follow(nights.sweep(crowd))
    (batch,) = batches()
    changes = models.Batch.objects.get(id=batch).changes
    api.do_batch(batch_id=batch)
    (offer,) = api.offers_of(party_id=person)
    api.decline(offer_id=offer.offer_id, by=person)
    models.Offer.objects.update(rule_version="of before")
    models.Batch.objects.update(done_at=None, changes=changes)
    api.do_batch(batch_id=batch)
    assert len(api.offers_of(party_id=person)) == 1
