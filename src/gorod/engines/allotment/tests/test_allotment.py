"""Places dealt out, from the draft to the last seat that was passed on."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given

from gorod.engines.allotment import api
from gorod.engines.allotment.data import Held, State
from gorod.engines.allotment.logic import dealing
from gorod.engines.allotment.tests.factories import (
    PLACES,
    WINDOW,
    child,
    configure,
    deal,
    keep_ledger,
    mother,
    opened,
)
from gorod.engines.messages import api as messages
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel import clock
from gorod.records.ledger import api as ledger
from gorod.verify.allotment import matching, reasons
from gorod.verify.allotment.problem import Problem
from gorod.verify.allotment.tests.factories import SEED, problems
from gorod.verify.commands.allotment import check_allotment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AFTER = WINDOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _city(tmp_path: Path) -> None:
    configure(tmp_path)


def published(allotment_id: UUID, folder: Path) -> str:
    """The three files as anybody may fetch them."""
    folder.mkdir()
    for name, read in (("input", api.input_of), ("result", api.result_of), ("secret", api.secret_of)):
        (folder / f"{name}.json").write_bytes(read(allotment_id=allotment_id))
    return str(folder)


def test_thirty_children_and_four_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(1)
    allotment_id = opened()
    applied: list[tuple[UUID, UUID]] = []
    for at in range(28):
        parent = mother()
        known = {"home": chance.choice(["north", "south"]), "benefit": at % 9 == 0}
        wishes = chance.sample(PLACES, chance.randint(1, 4))
        about = child(parent, **known)
        applied.append((parent, api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=wishes)))
    parent = mother()
    twins = [
        api.apply(allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=[place])
        for place in ("sun", "moon")
    ]
    api.stay_together(application_id=twins[0], party_id=parent, other_id=twins[1])
    assert api.application(application_id=twins[1], party_id=parent).wishes == ("sun",)
    api.wish(application_id=twins[1], party_id=parent, wishes=["sun", "sea", "moon"])
    commitment = api.allotment(allotment_id=allotment_id).commitment
    with clock.moved_by(AFTER):
        deal(allotment_id)
        run_jobs()
        found = api.allotment(allotment_id=allotment_id)
        (one,), (other,) = (
            api.applications_of(party_id=parent, allotment_id=allotment_id)[at : at + 1] for at in range(2)
        )
        assert [seat.place for seat in one.seats] == [seat.place for seat in other.seats]
        assert one.told["en"] and one.told["ru"]
        for by, _application in applied:
            (told,) = messages.inbox(party_id=by)
            assert told.kind in ("allotment_got", "allotment_none")
        given = api.numbers(allotment_id=allotment_id).given
        assert sum(given.values()) <= 20 and max(given.values()) <= 5
        keep_ledger()
        kinds = [json.loads(entry.entry)["kind"] for entry in ledger.entries(about=allotment_id)]
    assert kinds == ["allotment.announced", "allotment.closed", "allotment.result"]
    check_allotment(published(allotment_id, tmp_path / "files"), commitment=commitment, language="en")
    said = capsys.readouterr().out
    assert "Everything adds up." in said and "applicants: 30" in said and found.input in said


def test_a_seat_that_is_declined_goes_to_whoever_is_next_and_one_without_an_answer_too() -> None:
    allotment_id = opened(None)
    people = []
    for _ in range(8):
        parent = mother()
        about = child(parent)
        people.append((parent, api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sea"])))
    with clock.moved_by(AFTER):
        deal(allotment_id)
        run_jobs()
        known = {application: api.application(application_id=application, party_id=by) for by, application in people}
        got = [(by, one) for by, one in people if known[one].seats]
        waits = api.numbers(allotment_id=allotment_id).waiting["sea"]
        assert len(got) == 5 and len(waits) == 3
        for by, application in got[:3]:
            (seat,) = known[application].seats
            api.answer(application_id=application, party_id=by, seat_id=seat.seat_id, accepts=True)
        by, application = got[3]
        api.answer(application_id=application, party_id=by, seat_id=known[application].seats[0].seat_id, accepts=False)
        api.go_on()
        offered = [one for by, one in people if not known[one].seats and _seats(one, by)]
        assert [known[one].number for one in offered] == [waits[0]]
        with clock.moved_by(timedelta(days=6)):
            api.go_on()
            by, application = got[4]
            assert _seats(application, by) == [Held.LAPSED]
            assert "allotment_lapsed" in [one.kind for one in messages.inbox(party_id=by)]
            offers = [
                (known[one].number, seats[-1])
                for by, one in people
                if not known[one].seats and (seats := _seats(one, by))
            ]
            assert sorted(offers) == sorted(
                [(waits[0], Held.LAPSED), (waits[1], Held.OFFERED), (waits[2], Held.OFFERED)]
            )
            keep_ledger()
            moves = [json.loads(entry.entry)["content"].get("is") for entry in ledger.entries(about=allotment_id)]
    assert Counter(move for move in moves if move) == {"accepted": 3, "declined": 1, "offered": 3, "lapsed": 2}


def test_whoever_declines_is_offered_what_else_they_wished_for_when_there_is_room_already() -> None:
    allotment_id, parent = opened(), mother()
    made = api.apply(allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=["sea", "star"])
    with clock.moved_by(AFTER):
        deal(allotment_id)
        (seat,) = api.application(application_id=made, party_id=parent).seats
        assert seat.place == "sea"
        api.answer(application_id=made, party_id=parent, seat_id=seat.seat_id, accepts=False)
        api.go_on()
        _declined, offer = api.application(application_id=made, party_id=parent).seats
        assert (offer.place, offer.held) == ("star", Held.OFFERED)
        api.answer(application_id=made, party_id=parent, seat_id=offer.seat_id, accepts=False)
        assert api.go_on() == 1 and api.go_on() == 0
        assert len(api.application(application_id=made, party_id=parent).seats) == 2


def test_of_a_child_only_what_their_wishes_ask_for_is_published() -> None:
    allotment_id, parent = opened(), mother()
    about = child(parent, home="north", sibling_at="star", benefit=True)
    api.apply(allotment_id=allotment_id, party_id=parent, about_id=about, wishes=["sea", "moon"])
    with clock.moved_by(AFTER):
        api.go_on()
    (applicant,) = json.loads(api.input_of(allotment_id=allotment_id))["applicants"]
    assert applicant["here"] == {"moon": ["near"]} and "criteria" not in applicant


@given(problems(groups=True))
def test_what_is_not_published_would_have_changed_nothing(problem: Problem) -> None:
    everything, less = (matching.deal(one, SEED) for one in (problem, dealing.needed(problem)))
    assert everything.seats == less.seats
    for number in everything.seats:
        assert reasons.explain(everything, number) == reasons.explain(less, number)


def _seats(application_id: UUID, by: UUID) -> list[Held]:
    return [seat.held for seat in api.application(application_id=application_id, party_id=by).seats]


def test_nothing_is_dealt_before_the_input_is_published() -> None:
    allotment_id = opened()
    parent = mother()
    api.apply(allotment_id=allotment_id, party_id=parent, about_id=child(parent), wishes=["sun"])
    with clock.moved_by(AFTER):
        api.go_on()
        assert api.allotment(allotment_id=allotment_id).state is State.FIXED
        api.go_on()
        assert api.allotment(allotment_id=allotment_id).state is State.FIXED
        keep_ledger()
        assert api.go_on() == 2  # dealt, and told
        assert api.allotment(allotment_id=allotment_id).state is State.DEALT
        assert api.go_on() == 0
