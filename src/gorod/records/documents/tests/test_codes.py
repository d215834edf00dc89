"""The code on a document: it leads back to it, however it is typed, and nobody makes one up."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.kernel.identifiers import new_id
from gorod.records.documents import api


@given(st.uuids())
def test_a_code_leads_back_to_its_document(document_id: UUID) -> None:
    code = api.code(document_id=document_id)
    assert code.isascii() and code.isalnum() and code.isupper() and len(code) == 42
    assert api.document_of(code=code) == document_id


def test_a_code_may_be_typed_with_spaces_and_in_small_letters() -> None:
    document_id = new_id()
    code = api.code(document_id=document_id).lower()
    typed = " ".join(code[at : at + 6] for at in range(0, len(code), 6))
    assert api.document_of(code=typed) == document_id
    assert api.document_of(code=typed.replace(" ", "-")) == document_id


@pytest.mark.parametrize("code", ["", "1", "AAAA", "Ж" * 42, "A" * 42, "A" * 43, "A" * 5000, "0189!"])
def test_what_was_not_given_out_here_leads_nowhere(code: str) -> None:
    assert api.document_of(code=code) is None


@given(st.uuids(), st.integers(0, 41), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_other_letter_is_another_code(document_id: UUID, at: int, letter: str) -> None:
    code = api.code(document_id=document_id)
    other = code[:at] + letter + code[at + 1 :]
    if other != code:
        assert api.document_of(code=other) != document_id or at == 41  # the last letter has bits to spare
