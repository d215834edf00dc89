"""Keys of polls lie encrypted."""

from __future__ import annotations

from base64 import b64encode

import pytest

from gorod.engines.polls.logic import secrets
from gorod.engines.polls.logic.signing import new_key
from gorod.kernel.errors import BadInput, Refused

ONE, OTHER = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def test_what_is_hidden_is_shown_by_the_same_key_alone() -> None:
    secrets.configure(ONE)
    hidden, key = secrets.hidden(b"secret"), new_key()
    hidden_key = secrets.hidden_rsa(key)
    assert b"secret" not in hidden and secrets.shown(hidden) == b"secret"
    assert secrets.shown_rsa(hidden_key).private_numbers() == key.private_numbers()
    secrets.configure(OTHER)
    for kept in (hidden, hidden_key):
        with pytest.raises(Refused, match="another key"):
            secrets.shown(kept)


@pytest.mark.parametrize("wrong", ["", "x", b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_said(wrong: str) -> None:
    with pytest.raises(BadInput, match="GOROD_POLLS_KEY"):
        secrets.configure(wrong)
