"""The proof of a decision: a file for its owner, which holds without the city."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from gorod.faces.portal.tests.factories import Home
from gorod.records.ledger import api as ledger
from gorod.ui.pages.tests.client import PageClient
from gorod.verify import log, receipt
from gorod.verify.tests.factories import LOG

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Home:
    cache.clear()
    ledger.configure(folder=tmp_path)
    return Home()


def granted(home: Home) -> str:
    """The number of a case that was granted at once."""
    done = home.as_mother.send(home.as_mother.open("/en/"), "Parents' letter")
    return done.address.rstrip("/").rpartition("/")[2]


def test_whoever_a_decision_concerns_has_the_proof_of_it(home: Home) -> None:
    number = granted(home)
    page = home.as_mother.open(f"/en/mine/cases/{number}/")
    address = f"{page.address}ledger.json"
    assert "open ledger" in page.soup.find("a", href=address).text
    assert home.as_mother.status(address) == 404, "it is not published yet"
    ledger.number()
    ledger.publish(signer=LOG)
    answer = home.as_mother.browser.get(address)
    assert f"ledger-{number}.json" in answer["Content-Disposition"]
    found = receipt.read(answer.content)
    receipt.check(found, checkpoint=log.seen(note=found.checkpoint.encode(), key=LOG.key).checkpoint)
    assert found.content["approved"] is True and found.content["service"] == "parents_letter"
    for who in (home.as_stranger, home.as_other):
        assert who.status(address) == 404
    assert PageClient().browser.get(address).status_code == 302


def test_a_decision_from_before_the_ledger_has_none(home: Home) -> None:
    number = granted(home)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_opening")
    page = home.as_mother.open(f"/en/mine/cases/{number}/")
    assert "open ledger" not in page.text
    assert home.as_mother.status(f"{page.address}ledger.json") == 404


def test_whoever_was_looked_at_has_the_proof_of_it(home: Home) -> None:
    """And finds nobody else in it."""
    home.as_mother.open("/en/mine/facts/")
    page = home.as_mother.open("/en/mine/readings/")
    link = page.soup.find("a", string="Proof of it from the city's open ledger (file)")
    ledger.number()
    ledger.publish(signer=LOG)
    found = receipt.read(home.as_mother.browser.get(link["href"]).content)
    receipt.check(found, checkpoint=log.seen(note=found.checkpoint.encode(), key=LOG.key).checkpoint)
    assert found.content["names"] and found.content["reading"] in link["href"]
    mine = sha256(f"{found.content['reading']}{home.mother}".encode()).hexdigest()
    assert mine in found.content["people"]
    assert str(home.mother) not in json.dumps(found.content)
    assert home.as_stranger.status(link["href"]) == 404
