"""The city's half of a blind signature."""

from __future__ import annotations

import pytest

from gorod.engines.polls.logic.signing import BlindSigner, new_key
from gorod.kernel import blindrsa
from gorod.kernel.errors import BadInput
from gorod.kernel.tests import test_blindrsa as vector


def test_it_signs_as_the_vector_of_rfc_9474() -> None:
    signer = BlindSigner(vector.KEY)
    assert signer.sign(vector.RAW["blinded"]) == signer.sign(vector.RAW["blinded"]) == vector.RAW["signed_blind"]


def test_a_token_is_made_and_holds() -> None:
    key = new_key()
    message = blindrsa.prepared(b"whatever")
    blinded = blindrsa.blind(key.public_key(), message)
    token = blindrsa.finalize(key.public_key(), message, BlindSigner(key).sign(blinded.message), blinded)
    assert blindrsa.holds(key.public_key(), message, token)
    assert not blindrsa.holds(vector.PUBLIC, message, token)


@pytest.mark.parametrize("wrong", [b"", bytes(512), b"\xff" * 512, b"\x01" * 511, b"\x01" * 513])
def test_what_is_no_blinded_message_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadInput, match="no blinded message"):
        BlindSigner(vector.KEY).sign(wrong)
