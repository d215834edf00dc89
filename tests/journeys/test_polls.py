"""A poll from the desk to the count, and what an attacker can and cannot do: each is refused, or seen by whoever counts it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from nacl.public import PrivateKey

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.messages import api as messages
from gorod.engines.polls import api as polls
from gorod.engines.polls.data import State, TrusteesKey
from gorod.engines.polls.logic import lifecycle, tokens
from gorod.engines.polls.tests.factories import (
    LOG,
    MARKET,
    OFFICIAL,
    PARK,
    SQUARE,
    Device,
    announced,
    configure,
    counted,
    draft,
    keep_ledger,
    opened,
    voted,
)
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Forbidden, GorodError, Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import MerkleError
from gorod.records.consents import api as consents
from gorod.records.ledger import api as ledger
from gorod.verify import log
from gorod.verify.polls import ballot, entries, sharing
from gorod.verify.polls.audit import Audit, Count
from gorod.verify.polls.settings import Trustees
from gorod.verify.source import reading
from tests.journeys.test_offers import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ARBAT = "45301000"


@pytest.fixture(autouse=True)
def _city(tmp_path: Path) -> None:
    catalogue.install(city=catalogue.load(folder=MOSCOW))
    configure(tmp_path, district=catalogue.current().lives_in)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def people() -> list[UUID]:
    """Four adults and a child."""
    return [*(person(name) for name in ("Анна", "Борис", "Вера", "Глеб")), person("Даша", born=date(2020, 5, 1))]


def recounted(folder: Path, version_id: UUID) -> Audit:
    """Counted from the files alone, by somebody who trusts nobody."""
    read = reading(str(folder))
    now = log.seen(note=read(merkle.CHECKPOINT), key=LOG.key)
    count = Count(poll=str(version_id))
    for index, raw in log.entries(read=read, now=now):
        if (entry := entries.read(index, raw)) is not None:
            count.see(entry)
    return count.audit()


def sql(text: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def test_a_poll_is_announced_voted_on_closed_and_counted_by_anybody(folder: Path, people: list[UUID]) -> None:
    version_id = announced()
    assert polls.version(version_id=version_id).state is State.ANNOUNCED
    polls.go_on()
    assert polls.version(version_id=version_id).state is State.ANNOUNCED, "nobody has seen yet what is fixed"
    keep_ledger()
    polls.go_on()
    fixed = polls.settings_of(version_id=version_id)
    assert fixed.eligible == 4 and fixed.districts == {"others": 4} and "not deceased" in fixed.rule
    devices = [voted(version_id, one, answers) for one, answers in zip(people, (PARK, PARK, MARKET), strict=False)]
    devices[0].cast(MARKET, number=2)
    counted(version_id)
    found = polls.version(version_id=version_id)
    assert found.state is State.COUNTED and found.result is not None
    assert found.result["online"] == {"q1": {"given": 3, "park": 1, "market": 2}} and found.result["alarms"] == []
    assert found.turnout == {"others": 3}
    mine = recounted(folder, version_id)
    assert mine.result == {name: found.result[name] for name in mine.result} and mine.alarms == () == mine.invalid
    assert [one.points for one in polls.parts_of(party_id=people[0])] == [50]


def test_observers_are_told_everything_and_a_receipt_proves_a_ballot(people: list[UUID]) -> None:
    version_id = opened()
    device = Device(version_id)
    device.get_token(people[0])
    leaf = device.cast(PARK)
    web = Client()
    assert web.get(f"/api/polls/ballots/{leaf.hex()}").status_code == 404
    keep_ledger()
    receipt = web.get(f"/api/polls/ballots/{leaf.hex()}").json()
    assert receipt["content"] == ballot.written(ballot.read(receipt["content"])) and receipt["salt"] is None
    seen = web.get(f"/api/polls/{version_id}").json()
    assert (seen["state"], seen["registered"], seen["issued"], seen["stored"]) == ("open", 4, 1, 1)
    assert seen["key"] is None is seen["result"]
    (one,) = web.get(f"/api/polls/{version_id}/ballots").json()["ballots"]
    assert one["hash"] == leaf.hex() and one["index"] == receipt["index"]
    assert web.get(f"/api/polls/{version_id}/ballots", {"after": one["index"]}).json()["ballots"] == []
    assert web.get(f"/api/polls/{version_id}/invalid").status_code == 404
    counted(version_id)
    seen = web.get(f"/api/polls/{version_id}").json()
    assert seen["state"] == "counted" and seen["key"] and seen["result"]["online"]["q1"]["park"] == 1
    assert web.get(f"/api/polls/{version_id}/invalid").json() == {"invalid": [], "alarms": []}
    assert [poll["poll"] for poll in web.get("/api/polls").json()["polls"]] == [str(version_id)]


def test_a_ballot_comes_in_over_the_web_twice_and_is_one(people: list[UUID]) -> None:
    version_id = opened()
    device = Device(version_id)
    device.get_token(people[0])
    body = json.dumps(ballot.written(device.ballot(PARK)))
    answers = [Client().post("/api/polls/ballots", body, content_type="application/json") for _ in range(2)]
    keep_ledger()
    answers.append(Client().post("/api/polls/ballots", body, content_type="application/json"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["hash"] for answer in answers}) == 1 == polls.stored(version_id=version_id)
    assert all(not answer.cookies for answer in answers)


def test_a_right_is_used_once_and_a_lost_answer_can_be_asked_for_again(people: list[UUID]) -> None:
    version_id = opened()
    device = Device(version_id)
    device.get_token(people[0])
    device.get_token(people[0])
    with pytest.raises(Conflict, match="used your right"):
        Device(version_id).get_token(people[0])
    with pytest.raises(Conflict, match="used your right"):
        polls.give_paper(version_id=version_id, party_id=people[0], office="arbat", by="a clerk")
    keep_ledger()
    assert polls.issued(version_id=version_id) == 1


def test_a_child_is_not_asked_and_who_came_later_was_not_counted(people: list[UUID]) -> None:
    version_id = opened()
    newcomer = person("Егор")
    for one in (people[4], newcomer):
        with pytest.raises(Forbidden, match="for others"):
            Device(version_id).get_token(one)


def test_papers_are_given_entered_and_counted_apart(folder: Path, people: list[UUID]) -> None:
    version_id = opened()
    polls.give_paper(version_id=version_id, party_id=people[0], office="arbat", by="a clerk")
    with pytest.raises(Conflict, match="used your right"):
        Device(version_id).get_token(people[0])
    voted(version_id, people[1], PARK)
    with pytest.raises(Conflict, match="between the closing and the count"):
        polls.enter_paper(version_id=version_id, office="arbat", number=1, answers=MARKET)
    counted(version_id)
    assert polls.version(version_id=version_id).state is State.CLOSED, "the papers are waited for"
    with pytest.raises(Refused, match="given out 1 papers"):
        polls.enter_paper(version_id=version_id, office="arbat", number=2, answers=MARKET)
    with pytest.raises(BadInput):
        polls.enter_paper(version_id=version_id, office="arbat", number=1, answers={"q1": "palace"})
    polls.enter_paper(version_id=version_id, office="arbat", number=1, answers=MARKET)
    with pytest.raises(Conflict):
        polls.enter_paper(version_id=version_id, office="arbat", number=1, answers=PARK)
    polls.papers_done(version_id=version_id)
    counted(version_id)
    found = recounted(folder, version_id)
    assert (found.paper["q1"]["market"], found.online["q1"]["park"], found.alarms) == (1, 1, ())


def test_trustees_open_the_votes_and_the_city_cannot(folder: Path, people: list[UUID]) -> None:
    secret = PrivateKey.generate()
    shares = dict(zip("АБВ", sharing.split(bytes(secret), among=3, needed=2), strict=True))
    digests = {name: sharing.digest(share) for name, share in shares.items()}
    key = TrusteesKey(public=bytes(secret.public_key), trustees=Trustees(needed=2, shares=digests))
    version_id = opened(draft(trustees=key))
    voted(version_id, people[0], PARK)
    with pytest.raises(Conflict):
        polls.bring_share(version_id=version_id, name="А", share=shares["А"])
    counted(version_id)
    assert polls.version(version_id=version_id).state is State.CLOSED
    assert recounted(folder, version_id).online == {}
    with pytest.raises(BadInput, match="not the share of Б"):
        polls.bring_share(version_id=version_id, name="Б", share=shares["А"])
    polls.bring_share(version_id=version_id, name="А", share=shares["А"])
    counted(version_id)
    assert polls.version(version_id=version_id).state is State.CLOSED, "one of two is not enough"
    polls.bring_share(version_id=version_id, name="В", share=shares["В"])
    counted(version_id)
    assert recounted(folder, version_id).online["q1"]["park"] == 1


def test_another_question_is_another_version_and_its_votes_are_apart(folder: Path, people: list[UUID]) -> None:
    first = opened()
    voted(first, people[0], PARK)
    poll_id = polls.version(version_id=first).poll_id
    second = polls.ask_otherwise(poll_id=poll_id, draft=draft())
    polls.announce(version_id=second)
    polls.do_announce(version_id=second)
    for _ in range(4):
        keep_ledger()
        polls.go_on()
    assert polls.version(version_id=first).state is State.COUNTED
    assert polls.version(version_id=second).state is State.OPEN
    voted(second, people[0], MARKET)
    counted(second)
    assert recounted(folder, first).online["q1"]["park"] == 1 == recounted(folder, second).online["q1"]["market"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rule": "age_years >="}, "expression"),
        ({"rule": "nothing_known > 1"}, "nothing_known"),
        ({"closes": clock.now() - timedelta(days=1)}, "ends after it begins"),
        ({"questions": ()}, "1 to 20 questions"),
        ({"questions": (SQUARE, SQUARE)}, "same id"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(GorodError) as refused:
        polls.draft(draft=draft(**wrong), official_id=OFFICIAL)
    assert words in f"{refused.value.detail} {refused.value.remedy}"


def test_who_wants_to_hear_of_polls_is_told_once_and_who_took_part_hears_what_came_of_it(people: list[UUID]) -> None:
    for one, allowed in zip(people, (True, True, False), strict=False):
        consents.say(party_id=one, scope="polls", allowed=allowed, by="the resident")
    consents.say(party_id=people[1], scope="polls", allowed=False, by="the resident")
    version_id = opened()
    voted(version_id, people[3], PARK)
    run_jobs()
    polls.tell_some(kind="poll_opened", version_id=version_id, after=None)
    counted(version_id)
    run_jobs()
    told = {one: [message.kind for message in messages.inbox(party_id=one)] for one in people}
    assert told[people[0]] == ["poll_opened"] and told[people[3]] == ["poll_counted"]
    assert told[people[1]] == told[people[2]] == []


# --- attacks


@pytest.fixture
def voters(people: list[UUID]) -> tuple[UUID, list[Device]]:
    version_id = opened()
    return version_id, [voted(version_id, one, PARK) for one in people[:3]]


def test_attack_double_vote(voters: tuple[UUID, list[Device]]) -> None:
    version_id, (device, *_) = voters
    with pytest.raises(Conflict, match="with other answers"):
        device.cast(MARKET)
    keep_ledger()
    with pytest.raises(Conflict, match="with other answers"):
        device.cast(MARKET)
    keep_ledger()
    assert polls.stored(version_id=version_id) == 3


def test_attack_forged_token(voters: tuple[UUID, list[Device]]) -> None:
    device = Device(voters[0])
    device.token = bytes(255) + b"\x01"
    with pytest.raises(BadInput, match="not one that was issued"):
        device.cast(PARK)


def test_attack_token_of_another_poll(voters: tuple[UUID, list[Device]], people: list[UUID]) -> None:
    other = opened()
    stranger = Device(other)
    stranger.get_token(people[0])
    for poll in (str(other), str(voters[0])):
        stranger.of = polls.settings_of(version_id=UUID(poll))
        if poll == str(other):
            stranger.cast(PARK)
        else:
            with pytest.raises(BadInput, match="not one that was issued for this poll"):
                stranger.cast(PARK)


def test_attack_vote_after_closing(voters: tuple[UUID, list[Device]], people: list[UUID]) -> None:
    version_id, (device, *_) = voters
    with clock.moved_by(timedelta(days=8)), pytest.raises(Refused, match="takes no votes"):
        device.cast(MARKET, number=2)
    counted(version_id)
    with pytest.raises(Refused, match="takes no votes"):
        device.cast(MARKET, number=2)
    with pytest.raises(Refused, match="takes no votes"):
        Device(version_id).get_token(people[3])


def test_attack_altered_ballot_in_the_database(voters: tuple[UUID, list[Device]], folder: Path) -> None:
    """Before it is numbered it is not signed any more; after it the database is not what was published."""
    version_id, _devices = voters
    numbers = """replace(convert_from(entry, 'UTF8'), '"number":1', '"number":2')"""
    sql(f"UPDATE ledger_waiting SET entry = convert_to({numbers}, 'UTF8') WHERE once LIKE 'poll.ballot%%'")
    counted(version_id)
    found = recounted(folder, version_id)
    assert found.counted == 0 and {one.reason for one in found.invalid} == {"it is not signed by the key of its token"}
    sql("UPDATE ledger_entry SET entry = 'x' WHERE once LIKE 'poll.ballot%%'")
    ledger.declare(kind="test", content={})
    ledger.number()
    with pytest.raises(Conflict, match="not those that were published"):
        ledger.publish(signer=LOG)


def test_attack_removed_ballot(voters: tuple[UUID, list[Device]], folder: Path) -> None:
    """Once acknowledged and published it is missed by the log itself; before that by whoever holds its hash."""
    version_id, (device, *_) = voters
    keep_ledger()
    sql("DELETE FROM ledger_entry WHERE index = (SELECT min(index) FROM ledger_entry WHERE once LIKE 'poll.ballot%%')")
    device.cast(MARKET, number=2)
    ledger.number()
    with pytest.raises(Conflict, match="missing in the database"):
        ledger.publish(signer=LOG)
    (bundle,) = (
        path
        for path in (folder / "tile" / "entries").rglob("*")
        if path.is_file() and b"poll.ballot" in path.read_bytes()
    )
    kept = bundle.read_bytes()
    bundle.write_bytes(kept.replace(b"poll.ballot", b"poll.gallot", 1))
    with pytest.raises(MerkleError, match="do not lead to the root"):
        recounted(folder, version_id)


def test_attack_the_city_adds_a_thousand_ballots(voters: tuple[UUID, list[Device]], folder: Path) -> None:
    """It has the key that signs tokens, so it needs to ask nobody; what it does not have is people."""
    version_id, _devices = voters
    for _ in range(20):
        invented = Device(version_id)
        invented.unblind(tokens._signer(version_id).sign(invented.blinded.message))
        invented.cast(MARKET)
    counted(version_id)
    assert recounted(folder, version_id).alarms == ("23 have voted with tokens, and 3 tokens were issued",)
    version = polls.version(version_id=version_id)
    assert version.result is not None and version.result["alarms"], "the city's own count says so too"


def test_attack_the_city_adds_tokens_too(voters: tuple[UUID, list[Device]], folder: Path) -> None:
    version_id, _devices = voters
    said = {"poll": str(version_id), "blinded": "0", "holder": "0"}
    for _ in range(5):
        ledger.declare(kind=entries.TOKEN, content=said, about=lifecycle.tokens_of(version_id))
    counted(version_id)
    assert recounted(folder, version_id).alarms == ("8 have taken part, and 4 may",)
