"""A receipt proves what it says, and nothing that was changed in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.errors import BadInput
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, MerkleError
from gorod.kernel.merkle.tests.factories import Stored, entries
from gorod.verify import log, receipt
from gorod.verify.tests.factories import LOG

CONTENT: dict[str, Any] = {"service": "gift_set", "approved": True, "amount": None, "name": "Анна"}
SALT = b"s" * 32
ENTRY = receipt.hidden_entry(kind="decision", content=CONTENT, salt=SALT)
STORED = Stored([*entries(7), ENTRY, *entries(5)])
TEXT = merkle.written_checkpoint(Checkpoint(origin=LOG.key.name, size=13, root=STORED.tree.root))
WHOLE = receipt.Receipt(
    kind="decision",
    content=CONTENT,
    salt=SALT,
    index=7,
    proof=tuple(merkle.inclusion_proof(STORED.hash_at, 7, 13)),
    checkpoint=merkle.signed(TEXT, LOG.line(TEXT)),
)


def check(found: receipt.Receipt) -> None:
    now = log.seen(note=found.checkpoint.encode(), key=LOG.key)
    receipt.check(found, checkpoint=now.checkpoint)


def test_it_is_written_read_and_holds() -> None:
    text = receipt.written(WHOLE)
    assert "Анна" in text, "its owner can read it"
    found = receipt.read(text.encode())
    assert found == WHOLE
    check(found)


@pytest.mark.parametrize(
    "changed",
    [
        replace(WHOLE, content={**CONTENT, "approved": False}),
        replace(WHOLE, content={**CONTENT, "more": 1}),
        replace(WHOLE, kind="decision_revoked"),
        replace(WHOLE, salt=b"t" * 32),
        replace(WHOLE, index=6),
        replace(WHOLE, proof=WHOLE.proof[::-1]),
        replace(WHOLE, checkpoint=WHOLE.checkpoint.replace("\n13\n", "\n14\n")),
    ],
)
def test_what_was_changed_proves_nothing(changed: receipt.Receipt) -> None:
    with pytest.raises(MerkleError):
        check(changed)


@given(
    content=st.binary(max_size=200)
    | st.dictionaries(st.text(), st.integers()).map(lambda one: json.dumps(one).encode())
)
def test_anything_else_is_no_receipt(content: bytes) -> None:
    with pytest.raises(BadInput, match="no receipt"):
        receipt.read(content)
