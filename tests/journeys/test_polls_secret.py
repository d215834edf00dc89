"""Nobody can link a vote to a voter: all that the city stores, logs and answers is held against the votes cast, and nothing but the
token ties them, which fits every voter equally."""

from __future__ import annotations

import json
import logging
import random
import re
from base64 import b64decode, b64encode
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import MOSCOW
from gorod.engines.polls.logic import secrets
from gorod.engines.polls.models import Version
from gorod.engines.polls.tests.factories import MARKET, PARK, Device, configure, keep_ledger, opened
from gorod.faces.accounts.tests.factories import signed_in
from gorod.verify.polls import ballot
from tests.journeys.test_offers import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
VOTERS = 12
COMMON = 6  # letters: shorter texts are words like `poll`, numbers, dates


@pytest.fixture(autouse=True)
def _city(tmp_path: Path) -> None:
    catalogue.install(city=catalogue.load(folder=MOSCOW))
    configure(tmp_path, district=catalogue.current().lives_in)


def everything_stored() -> list[tuple[str, str]]:
    """Every row of every table, as text, with what PostgreSQL knows of when it was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text, t.xmin::text FROM {table} t")
            rows += [(table, f"{readable(text)} {xmin}") for text, xmin in cursor.fetchall()]
    return rows


def readable(text: str) -> str:
    """A row with its bytes also as what they say."""
    raw = [bytes.fromhex(found) for found in re.findall(r"\\\\x((?:[0-9a-f]{2})+)", text)]
    return " ".join([text, *(one.decode("utf-8", errors="ignore") for one in raw)])


def parts(text: str) -> set[str]:
    """What a row could be recognised by."""
    return {part for part in re.findall(r"[0-9A-Za-z+/=_-]+", text) if len(part) >= COMMON}


class Election:
    """Voters who get their tokens in one order, and vote in another."""

    def __init__(self) -> None:
        self.people = [person(f"Житель {number}") for number in range(VOTERS)]
        self.version_id = opened()
        self.devices = {one: Device(self.version_id) for one in self.people}
        self.answers = {one: random.Random(str(one)).choice([PARK, MARKET]) for one in self.people}
        for one, device in self.devices.items():
            self._get_token(one, device)
        self.order = random.Random(5).sample(self.people, VOTERS)
        self.leaves = {one: self._cast(self.devices[one], self.answers[one]) for one in self.order}

    def _get_token(self, one: UUID, device: Device) -> None:
        client = signed_in(one)
        page = client.open(f"/ru/polls/{self.version_id}/")
        token = page.soup.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]
        answer = client.browser.post(
            f"/polls/{self.version_id}/token",
            {"blinded": b64encode(device.blinded.message).decode()},
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        device.unblind(b64decode(answer.json()["signature"]))

    def _cast(self, device: Device, answers: dict[str, Any]) -> str:
        body = json.dumps(ballot.written(device.ballot(answers)))
        answer = Client(REMOTE_ADDR="10.9.8.7").post(
            "/api/polls/ballots", body, content_type="application/json", headers={"User-Agent": "SecretVoter/1.0"}
        )
        assert not answer.cookies
        return str(answer.json()["hash"])


def test_what_is_stored_and_logged_ties_no_vote_to_a_voter(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        election = Election()
        keep_ledger()
    rows = everything_stored()
    ballots = {
        one: next(text for table, text in rows if table == "ledger_entry" and leaf in text)
        for one, leaf in election.leaves.items()
    }
    known = {one: [text for _table, text in rows if str(one) in text] for one in election.people}
    assert all(len(found) > 3 for found in known.values()), "of each voter something is stored: that they took part"
    shared = Counter(part for text in ballots.values() for part in parts(text))
    for one in election.people:
        of_the_voter = set().union(*(parts(text) for text in known[one]))
        for whose, text in ballots.items():
            own = {part for part in parts(text) if shared[part] < VOTERS}
            assert not own & of_the_voter, (
                f"the ballot of {whose} shares {own & of_the_voter} with what is known of {one}"
            )
    logged = caplog.text + capsys.readouterr().out
    for text in (logged, *(text for _table, text in rows)):
        assert "SecretVoter" not in text and "10.9.8.7" not in text, "nothing is kept of where a ballot came from"
    for leaf in election.leaves.values():
        assert leaf not in logged


def test_the_order_of_the_log_says_nothing_of_the_order_of_voting() -> None:
    election = Election()
    keep_ledger()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(leaf, 'hex'), xmin::text FROM ledger_entry WHERE once LIKE 'poll.ballot%%' ORDER BY index"
        )
        found = cursor.fetchall()
    numbered = [leaf for leaf, _xmin in found]
    cast = list(election.leaves.values())
    assert sorted(numbered) == sorted(cast) and numbered != cast
    assert len({xmin for _leaf, xmin in found}) == 1, "one transaction wrote all that waited"


def test_every_ballot_fits_every_token_that_was_issued() -> None:
    """Had the city kept all that it signed: for each pair there is a blinding that leads from the one to the other."""
    election = Election()
    row = Version.objects.get(id=election.version_id)
    assert row.token_secret is not None
    numbers = secrets.shown_rsa(row.token_secret).private_numbers()
    modulus, public = numbers.public_numbers.n, numbers.public_numbers.e
    blinded = [int.from_bytes(device.blinded.message) for device in election.devices.values()]
    encoded = [pow(int.from_bytes(device.token), public, modulus) for device in election.devices.values()]
    for message in blinded:
        for known in encoded:
            factor = pow(message * pow(known, -1, modulus), numbers.d, modulus)
            assert known * pow(factor, public, modulus) % modulus == message
