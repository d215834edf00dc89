"""A poll, its voters and what it writes into the log, without a city."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from gorod.kernel import blindrsa
from gorod.kernel.canonical import canonical_json
from gorod.verify.polls import ballot, entries, settings
from gorod.verify.polls.audit import Audit, Count
from gorod.verify.polls.ballot import BALLOT, Ballot
from gorod.verify.polls.settings import Kind, Question, Settings

POLL = "01990000-0000-7000-8000-000000000001"
PARK = Question(
    id="q1",
    kind=Kind.SINGLE,
    words={"en": "What shall the square become?"},
    options={"park": {"en": "a park"}, "market": {"en": "a market"}},
    least=1,
    most=1,
)


@lru_cache
def rsa_key(number: int = 0) -> RSAPrivateKey:
    """A key for tokens: making one takes a moment, so tests share it. `number`: another one."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def signed_blind(key: RSAPrivateKey, blinded: bytes) -> bytes:
    """What the city does, without care."""
    numbers = key.private_numbers()
    return pow(int.from_bytes(blinded), numbers.d, numbers.public_numbers.n).to_bytes(256)


BOX = PrivateKey(bytes(range(32)))


def poll(*questions: Question, **otherwise: Any) -> Settings:
    """A poll's settings; a single question by default."""
    made = Settings(
        poll=POLL,
        topic="01990000-0000-7000-8000-000000000000",
        version=1,
        title={"en": "The square"},
        questions=questions or (PARK,),
        who={"en": "all adults"},
        rule="age_years >= 18",
        eligible=100,
        districts={"arbat": 60, "others": 40},
        opens=datetime(2026, 11, 1, tzinfo=UTC),
        closes=datetime(2026, 11, 8, tzinfo=UTC),
        again=True,
        token_key=rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ballot_key=bytes(BOX.public_key),
        padded=64,
    )
    return replace(made, **otherwise)


class Voter:
    """Somebody with a token."""

    def __init__(self, of: Settings, *, key: RSAPrivateKey | None = None, poll: str = "") -> None:
        """`key`: who signs the token; `poll`: for which it is, if it is for another one."""
        self.of, self.signing = of, SigningKey.generate()
        public = of.signs_tokens if key is None else key.public_key()
        self.message = blindrsa.prepared(ballot.token_message(poll or of.poll, bytes(self.signing.verify_key)))
        blinded = blindrsa.blind(public, self.message)
        signature = signed_blind(key or rsa_key(), blinded.message)
        self.token = blindrsa.finalize(public, self.message, signature, blinded)

    def ballot(self, answers: Mapping[str, Any], *, number: int = 1, sealed: bytes | None = None) -> Ballot:
        """A ballot of this voter."""
        made = Ballot(
            poll=self.of.poll,
            key=bytes(self.signing.verify_key),
            prefix=self.message[: blindrsa.PREFIX],
            token=self.token,
            number=number,
            sealed=ballot.seal(self.of, answers) if sealed is None else sealed,
        )
        return ballot.signed(made, self.signing)


@dataclass
class Log:
    """What a poll writes, entry by entry."""

    entries: list[bytes] = field(default_factory=list)

    def add(self, kind: str, content: Mapping[str, Any]) -> Log:
        """One more entry."""
        self.entries.append(canonical_json({"kind": kind, "content": content}))
        return self

    def opened(self, of: Settings) -> Log:
        """The poll is opened."""
        return self.add(entries.OPENED, settings.written(of))

    def cast(self, *ballots: Ballot, tokens: int | None = None) -> Log:
        """Tokens (as many as ballots by default), then ballots."""
        for number in range(len(ballots) if tokens is None else tokens):
            self.add(entries.TOKEN, {"poll": POLL, "blinded": f"{number:064}", "holder": "0" * 64})
        for one in ballots:
            self.add(BALLOT, ballot.written(one))
        return self

    def closed(self, key: PrivateKey | None = BOX) -> Log:
        """The poll is closed, with its key."""
        return self.add(entries.CLOSED, {"poll": POLL, "key": b64encode(bytes(key)).decode() if key else None})

    def audit(self, **how: Any) -> Audit:
        """As anybody counts it."""
        count = Count(poll=POLL)
        for index, raw in enumerate(self.entries):
            entry = entries.read(index, raw)
            if entry is not None:
                count.see(entry)
        return count.audit(**how)
