"""A ballot: a token that the city signed without seeing it, the answers sealed to the poll's key, and a signature by the key that
the token is for. So nobody else can use the token or change the answers, and whose it is does not follow from anything."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nacl.bindings import crypto_box_seal, crypto_box_seal_open, sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from gorod.kernel import blindrsa
from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import BadInput
from gorod.verify.polls import answers
from gorod.verify.polls.answers import Answer
from gorod.verify.polls.settings import Settings

BALLOT = "poll.ballot"  # the kind of its entry
TOKEN_FOR = b"gorod-token/v1\n"
SIGNED_AS = b"gorod-ballot/v1\n"
KEY = 32  # bytes (Ed25519)
MOST_BALLOTS = 20  # of one voter, where one may vote again
SEAL = 48  # bytes that a sealed box adds


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """`poll`: the version's id. `key`: the voter's, made for this poll alone. `prefix`, `token`: what RFC 9474 put before the
    message, and the city's signature. `number`: which of this voter's ballots it is, from 1; of those that can be counted the last
    one counts. `sealed`: the answers."""

    poll: str
    key: bytes
    prefix: bytes
    token: bytes
    number: int
    sealed: bytes
    signature: bytes = b""


def token_message(poll: str, key: bytes) -> bytes:
    """What the city signs blind, before RFC 9474 puts its random prefix there: the poll and the voter's key."""
    return TOKEN_FOR + poll.encode() + b"\n" + key


def seal(settings: Settings, given: Mapping[str, Answer]) -> bytes:
    """The answers so that only the poll's key opens them (libsodium's sealed box), their length hidden."""
    padded = sodium_pad(canonical_json(given), settings.padded)
    return crypto_box_seal(padded, settings.ballot_key)


def is_padded(ballot: Ballot, settings: Settings) -> bool:
    """Whether the length of its sealed answers says nothing."""
    length = len(ballot.sealed) - SEAL
    return length > 0 and length % settings.padded == 0


def signed(ballot: Ballot, key: SigningKey) -> Ballot:
    """The ballot with the voter's signature."""
    return replace(ballot, signature=key.sign(_to_sign(ballot)).signature)


def _to_sign(ballot: Ballot) -> bytes:
    content = written(ballot)
    del content["signature"]
    return SIGNED_AS + canonical_json(content)


def written(ballot: Ballot) -> dict[str, Any]:
    """As it is sent, and as it stands on the ledger: JSON."""
    return {
        "poll": ballot.poll,
        "key": _text(ballot.key),
        "prefix": _text(ballot.prefix),
        "token": _text(ballot.token),
        "number": ballot.number,
        "sealed": _text(ballot.sealed),
        "signature": _text(ballot.signature),
    }


def read(content: object) -> Ballot:
    """From JSON. Raises BadInput when it is no ballot."""
    try:
        if not isinstance(content, dict) or content.keys() != Ballot.__dataclass_fields__.keys():
            raise ValueError("other members")
        found = Ballot(
            poll=str(content["poll"]),
            key=_raw(content["key"]),
            prefix=_raw(content["prefix"]),
            token=_raw(content["token"]),
            number=content["number"],
            sealed=_raw(content["sealed"]),
            signature=_raw(content["signature"]),
        )
        if len(found.key) != KEY or len(found.prefix) != blindrsa.PREFIX or type(found.number) is not int:
            raise ValueError("another size")
    except (ValueError, TypeError) as error:
        raise BadInput("this is no ballot", remedy="vote on the poll's page, or see docs/reference/polls.md") from error
    return found


def check(ballot: Ballot, settings: Settings) -> None:
    """See that a ballot is one of this poll, as far as anybody can before the answers are opened. Raises BadInput with what is
    wrong."""
    if ballot.poll != settings.poll:
        raise BadInput("it is a ballot of another poll", remedy="vote on this poll's page")
    most = MOST_BALLOTS if settings.again else 1
    if not 1 <= ballot.number <= most:
        raise BadInput(f"it is ballot {ballot.number} of a voter who may cast {most}", remedy="the last one counts")
    message = ballot.prefix + token_message(ballot.poll, ballot.key)
    if not blindrsa.holds(settings.signs_tokens, message, ballot.token):
        raise BadInput("its token is not one that was issued for this poll", remedy="get one on the poll's page")
    try:
        VerifyKey(ballot.key).verify(_to_sign(ballot), ballot.signature)
    except (CryptoError, ValueError, TypeError) as error:
        raise BadInput("it is not signed by the key of its token", remedy="vote again on the poll's page") from error


def opened(ballot: Ballot, settings: Settings, secret: bytes) -> Mapping[str, Answer]:
    """The answers, by the poll's secret key. Raises BadInput when nothing that this poll allows is in it."""
    try:
        padded = crypto_box_seal_open(ballot.sealed, settings.ballot_key, secret)
        found = json.loads(sodium_unpad(padded, settings.padded))
    except (CryptoError, ValueError, TypeError, RecursionError) as error:
        raise BadInput("its answers cannot be opened", remedy="they were not sealed to the poll's key") from error
    return answers.check(settings, found)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _raw(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError("no text")
    return b64decode(text, validate=True)
