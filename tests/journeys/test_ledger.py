"""What the city decides can be proved: from a decision to the ledger's files on the web, and back by somebody who trusts nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from gorod.catalogue import api as catalogue
from gorod.catalogue.tests.factories import TINY
from gorod.engines.cases import api as cases
from gorod.engines.cases.tests.factories import configure, status, submit
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.records.ledger import api as ledger
from gorod.verify import log, receipt

pytestmark = pytest.mark.django_db
LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)


@pytest.fixture(autouse=True)
def city(tmp_path: Path) -> None:
    """The tiny city, with a case type for these tests and a ledger of its own."""
    catalogue.install(city=catalogue.load(folder=TINY))
    configure()
    ledger.configure(folder=tmp_path)


def fetched(path: str) -> bytes:
    answer = Client().get(f"/ledger/{path}")
    assert answer.status_code == 200, path
    return b"".join(answer)


def decided(code: str) -> cases.Case:
    case = submit()
    cases.apply_status(status=status(case.number, code, 60))
    return cases.case(case_id=case.case_id)


def test_a_decision_is_proved_by_the_files_that_anybody_can_fetch() -> None:
    approved, refused = decided("approved"), decided("refused")
    ledger.number()
    ledger.publish(signer=LOG)
    now = log.seen(note=fetched("checkpoint"), key=LOG.key)
    entries = [json.loads(entry) for _, entry in log.entries(read=fetched, now=now)]
    assert [entry["kind"] for entry in entries] == ["decision", "decision"]
    for case in (approved, refused):
        assert case.decision_id is not None
        (opening,) = ledger.openings(party_id=case.subject_id, about=case.decision_id)
        assert opening.content["approved"] is (case is approved)
        found = ledger.receipt(opening=opening)
        assert entries[found.index] == json.loads(
            receipt.hidden_entry(kind="decision", content=opening.content, salt=opening.salt)
        )
        receipt.check(found, checkpoint=now.checkpoint)


def test_a_decision_that_is_taken_back_stays_in_the_log() -> None:
    case = decided("approved")
    cases.apply_status(status=status(case.number, "refused", 120))
    ledger.number()
    ledger.publish(signer=LOG)
    now = log.seen(note=fetched("checkpoint"), key=LOG.key)
    kinds = [json.loads(entry)["kind"] for _, entry in log.entries(read=fetched, now=now)]
    assert sorted(kinds) == ["decision", "decision", "decision_revoked"]


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/../lock", "tile/entries/x001", "lock", "tile/0/000.p/1000", "tile/100/000"]
)
def test_what_is_no_file_of_the_log_is_not_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "lock").touch()
    assert Client().get(f"/ledger/{path}").status_code == 404
    assert Client().get("/ledger/checkpoint").status_code == 404, "nothing is published yet"
