"""Counting from the log alone, and what an attacker cannot hide from whoever counts."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from gorod.kernel.errors import BadInput, NotFound
from gorod.verify.polls import audit, ballot, entries, sharing
from gorod.verify.polls.answers import GIVEN
from gorod.verify.polls.ballot import BALLOT
from gorod.verify.polls.tests.factories import BOX, POLL, Log, Voter, poll, rsa_key

SQUARE = poll()
PARK, MARKET = {"q1": "park"}, {"q1": "market"}


def reasons(log: Log) -> list[str]:
    return [one.reason for one in log.audit().invalid]


def test_votes_are_counted_and_everything_adds_up() -> None:
    votes = [Voter(SQUARE).ballot(answers) for answers in (PARK, MARKET, PARK)]
    found = Log().opened(SQUARE).cast(*votes).closed().audit()
    assert found.online == {"q1": {GIVEN: 3, "park": 2, "market": 1}}
    assert (found.issued, found.stored, found.counted, found.replaced) == (3, 3, 3, 0)
    assert found.invalid == () and found.alarms == ()


def test_several_processes_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    log = Log().opened(SQUARE).cast(*(Voter(SQUARE).ballot(PARK) for _ in range(5))).closed()
    assert log.audit(processes=2) == log.audit()


def test_the_last_ballot_of_a_voter_counts() -> None:
    voter = Voter(SQUARE)
    votes = [voter.ballot(PARK, number=2), voter.ballot(MARKET, number=1), voter.ballot(MARKET, number=3)]
    found = Log().opened(SQUARE).cast(*votes, tokens=1).closed().audit()
    assert found.online["q1"] == {GIVEN: 1, "park": 0, "market": 1} and found.replaced == 2 and found.alarms == ()


def test_where_one_may_not_vote_again_only_the_first_ballot_counts() -> None:
    once = poll(again=False)
    voter = Voter(once)
    log = Log().opened(once).cast(voter.ballot(PARK), voter.ballot(MARKET, number=2), tokens=1).closed()
    assert log.audit().online["q1"]["park"] == 1 and log.audit().counted == 1
    assert reasons(log) == ["it is ballot 2 of a voter who may cast 1"]


def test_a_voter_sees_what_became_of_each_ballot() -> None:
    voter = Voter(SQUARE)
    votes = [voter.ballot(PARK), voter.ballot(MARKET, number=2), Voter(SQUARE, key=rsa_key(1)).ballot(PARK)]
    log = Log().opened(SQUARE).cast(*votes, tokens=2).closed()
    fates = [log.audit(follow=index).followed for index in (3, 4, 5, 0)]
    assert fates == [audit.REPLACED, MARKET, "its token is not one that was issued for this poll", None]


def test_before_the_closing_nothing_is_counted() -> None:
    found = Log().opened(SQUARE).cast(Voter(SQUARE).ballot(PARK)).audit()
    assert not found.closed and found.online == {} and found.stored == 1 and found.alarms == ()


def test_a_forged_token_does_not_count() -> None:
    log = Log().opened(SQUARE).cast(Voter(SQUARE, key=rsa_key(1)).ballot(PARK)).closed()
    assert reasons(log) == ["its token is not one that was issued for this poll"] and log.audit().counted == 0


def test_a_token_of_another_poll_does_not_count() -> None:
    other = Voter(SQUARE, poll="01990000-0000-7000-8000-00000000ffff")
    assert reasons(Log().opened(SQUARE).cast(other.ballot(PARK)).closed()) == [
        "its token is not one that was issued for this poll"
    ]


def test_a_ballot_that_was_altered_does_not_count() -> None:
    cast = Voter(SQUARE).ballot(PARK)
    altered = replace(cast, sealed=ballot.seal(SQUARE, MARKET))
    assert reasons(Log().opened(SQUARE).cast(altered).closed()) == ["it is not signed by the key of its token"]


def test_an_altered_copy_before_the_true_ballot_does_not_keep_it_from_counting() -> None:
    cast = Voter(SQUARE).ballot(PARK)
    altered = replace(cast, sealed=ballot.seal(SQUARE, MARKET))
    found = Log().opened(SQUARE).cast(altered, cast, tokens=1).closed().audit()
    assert found.online["q1"]["park"] == 1 and found.counted == 1


def test_the_same_ballot_twice_counts_once() -> None:
    cast = Voter(SQUARE).ballot(PARK)
    log = Log().opened(SQUARE).cast(cast, cast, tokens=1).closed()
    assert log.audit().counted == 1 and reasons(log) == [audit.TWICE]


def test_what_comes_after_the_closing_or_before_the_opening_does_not_count() -> None:
    early, late = Voter(SQUARE).ballot(PARK), Voter(SQUARE).ballot(PARK)
    log = Log().add(BALLOT, ballot.written(early)).opened(SQUARE).cast(tokens=2).closed()
    log.add(BALLOT, ballot.written(late))
    assert reasons(log) == [audit.EARLY, audit.LATE] and log.audit().counted == 0


def test_answers_that_the_poll_does_not_allow_do_not_count() -> None:
    spoilt = [
        Voter(SQUARE).ballot({"q1": "palace"}),
        Voter(SQUARE).ballot({}),
        Voter(SQUARE).ballot(PARK, sealed=b"x" * 112),
    ]
    assert Log().opened(SQUARE).cast(*spoilt).closed().audit().counted == 0
    assert reasons(Log().opened(SQUARE).cast(*spoilt).closed()) == [
        "it answers q1 as nobody may",
        "it leaves out q1",
        "its answers cannot be opened",
    ]


def test_a_thousand_ballots_that_the_city_adds_are_more_than_tokens() -> None:
    """The city can sign what it likes; what it cannot do is to have issued it."""
    votes = [Voter(SQUARE).ballot(PARK) for _ in range(20)]
    (alarm,) = Log().opened(SQUARE).cast(*votes, tokens=5).closed().audit().alarms
    assert alarm == "20 have voted with tokens, and 5 tokens were issued"


def test_tokens_for_more_than_may_take_part_show() -> None:
    few = poll(eligible=3, districts={"others": 3})
    (alarm,) = Log().opened(few).cast(tokens=4).closed().audit().alarms
    assert alarm == "4 have taken part, and 3 may"


def test_tokens_out_of_time_show() -> None:
    early = Log().cast(tokens=1).opened(SQUARE).audit().alarms
    late = Log().opened(SQUARE).closed().cast(tokens=1).audit().alarms
    assert early == ("entry 0: a token was issued before the poll was opened",)
    assert late == ("entry 2: a token was issued after the poll was closed",)


def test_another_key_than_the_ballots_were_sealed_to_shows() -> None:
    found = Log().opened(SQUARE).cast(Voter(SQUARE).ballot(PARK)).closed(PrivateKey.generate()).audit()
    assert found.alarms == ("entry 3: the key that was published is not the one that ballots were sealed to",)
    assert found.online == {}


def test_settings_that_are_changed_after_the_opening_do_not_count() -> None:
    found = Log().opened(SQUARE).opened(poll(eligible=10**6)).closed().audit()
    assert found.settings.eligible == 100
    assert found.alarms == ("entry 1: the poll was opened a second time; what it said first counts",)


def test_another_result_than_the_ledger_has_shows() -> None:
    log = Log().opened(SQUARE).cast(Voter(SQUARE).ballot(PARK)).closed()
    true = log.audit().result
    assert log.add(entries.RESULT, {"poll": POLL, "result": true}).audit().alarms == ()
    lie = {**true, "online": {"q1": {GIVEN: 1, "park": 0, "market": 1}}}
    changed = Log([*log.entries[:-1]]).add(entries.RESULT, {"poll": POLL, "result": lie})
    assert changed.audit().alarms == ("the city declares another result than the ledger has",)


def test_papers_are_counted_apart_and_no_more_than_were_given_out() -> None:
    log = Log().opened(SQUARE)
    for _ in range(2):
        log.add(entries.RIGHT, {"poll": POLL, "office": "arbat", "holder": "0" * 64})
    log.closed()
    for number in (1, 2, 2):
        log.add(entries.PAPER, {"poll": POLL, "office": "arbat", "number": number, "answers": MARKET})
    found = log.audit()
    assert found.papers == 2 and found.paper["q1"]["market"] == 2 and found.online["q1"][GIVEN] == 0
    assert [one.reason for one in found.invalid] == ["this paper was counted before, or has no number"]
    log.add(entries.PAPER, {"poll": POLL, "office": "arbat", "number": 3, "answers": MARKET})
    assert log.audit().alarms == ("3 papers were counted in arbat, and 2 were given out",)


def test_the_key_of_trustees_comes_later() -> None:
    log = Log().opened(SQUARE).cast(Voter(SQUARE).ballot(PARK)).closed(None)
    assert log.audit().online == {}
    shares = sharing.split(bytes(BOX), among=3, needed=2)
    key = b64encode(sharing.joined(shares[1:])).decode()
    assert log.add(entries.KEY, {"poll": POLL, "key": key}).audit().online["q1"]["park"] == 1


def test_fewer_shares_than_needed_are_another_key() -> None:
    """It is a number of 521 bits, and hardly ever one that could be a key."""
    shares = sharing.split(bytes(BOX), among=3, needed=3)
    with pytest.raises(BadInput, match="no shares"):
        sharing.joined(shares[:2])


def test_a_log_without_the_poll_is_said() -> None:
    with pytest.raises(NotFound, match="has no poll"):
        Log().closed().audit()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda of: st.lists(of) | st.dictionaries(st.text(), of),
    )
)
def test_whatever_is_in_the_log_counting_does_not_stop(content: object) -> None:
    log = Log().opened(SQUARE)
    for kind in sorted(entries.KINDS - {entries.OPENED}):
        log.add(kind, {"poll": POLL, "answers": content, "key": content, "number": content, "office": content})
    assert log.audit().counted == 0
