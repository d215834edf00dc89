"""An agency's feed: in order, numbered after the commit, nothing lost and nothing doubled however many write and read."""

from __future__ import annotations

import random
from functools import partial
from threading import Event

import pytest
from django.db import transaction

from gorod.engines.outbox import api
from gorod.engines.outbox.data import Item
from gorod.engines.outbox.tests.factories import AGENCY, Elsewhere, at_once, emit, meanwhile

one_process = pytest.mark.django_db
several_connections = pytest.mark.django_db(transaction=True)


def subjects(items: list[Item]) -> list[str]:
    return [item.subject for item in items]


@one_process
def test_an_agency_reads_its_own_feed_in_order_and_goes_on_from_its_number() -> None:
    for subject in ("third letter", "first letter", "second letter"):
        emit(subject)
    emit("another's", owner="other")
    first = api.pull(owner=AGENCY, limit=2)
    assert (subjects(first), [item.seq for item in first]) == (["third letter", "first letter"], [1, 2])
    rest = api.pull(owner=AGENCY, after=first[-1].seq)
    assert (subjects(rest), [item.seq for item in rest]) == (["second letter"], [3])
    assert api.pull(owner=AGENCY, after=3) == []
    assert [(i.subject, i.seq) for i in api.pull(owner="other")] == [("another's", 1)]


@one_process
def test_what_was_read_can_be_read_again_and_is_the_same() -> None:
    emit("1")
    first = api.pull(owner=AGENCY)
    emit("2")
    assert api.pull(owner=AGENCY)[:1] == first
    assert first[0].data == {"number": "1"}
    assert first[0].type == "case.submitted"


@one_process
def test_nobody_pulls_more_than_the_platform_gives_at_once() -> None:
    for i in range(api.LARGEST_PULL + 1):
        emit(str(i))
    assert len(api.pull(owner=AGENCY, limit=10**6)) == api.LARGEST_PULL
    assert len(api.pull(owner=AGENCY)) == 100


@several_connections
def test_what_was_rolled_back_was_never_said_and_leaves_no_hole() -> None:
    emit("1")
    with Elsewhere(partial(emit, "never")) as undone:
        emit("2")
        assert [item.seq for item in api.pull(owner=AGENCY)] == [1, 2]
        undone.end(commit=False)
    emit("3")
    assert [(item.subject, item.seq) for item in api.pull(owner=AGENCY)] == [("1", 1), ("2", 2), ("3", 3)]


@several_connections
def test_a_slow_transaction_never_appears_behind_a_number_already_read() -> None:
    with Elsewhere(partial(emit, "written first, committed last")) as slow:
        emit("quick")
        read = api.pull(owner=AGENCY)
        assert subjects(read) == ["quick"]
        slow.end()
    assert subjects(api.pull(owner=AGENCY, after=read[-1].seq)) == ["written first, committed last"]
    assert [item.seq for item in api.pull(owner=AGENCY)] == [1, 2]


@several_connections
@pytest.mark.parametrize("commit", [True, False])
def test_a_reader_inside_a_transaction_makes_others_wait_for_their_numbers(commit: bool) -> None:
    """It numbers a row that nobody else sees yet; should it be undone, its number is free again."""

    def emit_and_read() -> None:
        emit("inside")
        assert [(item.subject, item.seq) for item in api.pull(owner=AGENCY)] == [("inside", 1)]

    with Elsewhere(emit_and_read) as slow:
        emit("outside")
        reading = meanwhile(partial(api.pull, owner=AGENCY))
        assert not reading.done()
        slow.end(commit=commit)
        said = ["inside", "outside"] if commit else ["outside"]
        assert [(item.subject, item.seq) for item in reading.result()] == list(zip(said, (1, 2), strict=False))


@several_connections
def test_many_writers_and_readers_at_once() -> None:
    """Each reader goes on from its last number, as an agency does, while others write, commit late and roll back."""
    writing = [Event() for _ in range(3)]

    def write(me: int) -> list[str]:
        chance, said = random.Random(me), []
        try:
            for i in range(30):
                several = [f"{me}.{i}.{n}" for n in range(chance.randint(1, 3))]
                with transaction.atomic():
                    for subject in several:
                        emit(subject)
                    if chance.random() < 0.25:
                        transaction.set_rollback(True)
                        several = []
                said += several
        finally:
            writing[me].set()
        return said

    def read() -> list[Item]:
        mine: list[Item] = []
        while True:
            over = all(event.is_set() for event in writing)
            new = api.pull(owner=AGENCY, after=mine[-1].seq if mine else 0, limit=7)
            mine += new
            if over and not new:
                return mine

    *written, one, other = at_once(*(partial(write, i) for i in range(3)), read, read)
    assert [item.seq for item in one] == list(range(1, len(one) + 1))
    assert sorted(subjects(one)) == sorted(subject for said in written for subject in said)
    assert other == one
    for me, said in enumerate(written):
        assert [s for s in subjects(one) if s.startswith(f"{me}.")] == said, "each writer's own order is kept"
