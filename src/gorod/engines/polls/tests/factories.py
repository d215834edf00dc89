"""A poll in a city, and devices that vote in it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from nacl.signing import SigningKey

from gorod.engines.polls import api
from gorod.engines.polls.data import Draft, State
from gorod.kernel import blindrsa, clock
from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import SignatureType
from gorod.records.ledger import api as ledger
from gorod.verify.polls import ballot
from gorod.verify.polls.ballot import Ballot
from gorod.verify.polls.settings import Kind, Question, Settings

LOG = merkle.Signer(name="city.example/ledger", type=SignatureType.ED25519, seed=b"l" * 32)
KEY = b64encode(bytes(32)).decode()
OFFICIAL = uuid4()
WORDS = {"ru": "Что будет на площади?", "en": "What shall the square become?"}
OPTIONS = {"park": {"ru": "сквер", "en": "a park"}, "market": {"ru": "рынок", "en": "a market"}}
SQUARE = Question(id="q1", kind=Kind.SINGLE, words=WORDS, options=OPTIONS, least=1, most=1)
PARK, MARKET = {"q1": "park"}, {"q1": "market"}


def configure(folder: Path, *, district: str = "") -> None:
    """A ledger and a place to count of its own."""
    ledger.configure(folder=folder / "ledger")
    api.configure(folder=folder / "polls", district=district, key=KEY)


def draft(*questions: Question, **otherwise: Any) -> Draft:
    """What is asked: opens now, a week long, adults."""
    made = Draft(
        title={"ru": "Площадь", "en": "The square"},
        about={"ru": "Площадь перестраивают.", "en": "The square is rebuilt."},
        questions=questions or (SQUARE,),
        who={"ru": "все взрослые", "en": "all adults"},
        rule="age_years >= 18",
        opens=clock.now(),
        closes=clock.now() + timedelta(days=7),
        points=50,
    )
    return replace(made, **otherwise)


def keep_ledger() -> None:
    """What the ledger's process does, once."""
    while ledger.number():
        pass
    ledger.publish(signer=LOG)


def announced(asked: Draft | None = None) -> UUID:
    """A poll that everybody can see."""
    version_id = api.draft(draft=asked or draft(), official_id=OFFICIAL)
    api.announce(version_id=version_id)
    api.do_announce(version_id=version_id)
    return version_id


def opened(asked: Draft | None = None) -> UUID:
    """A poll that takes votes."""
    version_id = announced(asked)
    keep_ledger()
    api.go_on()
    assert api.version(version_id=version_id).state is State.OPEN
    return version_id


def counted(version_id: UUID) -> None:
    """A poll whose end has come, closed and counted."""
    with clock.moved_by(timedelta(days=8)):
        for _ in range(4):
            keep_ledger()
            api.go_on()
    keep_ledger()


class Device:
    """What somebody votes with: the same steps as faces/polls/bundles."""

    def __init__(self, version_id: UUID) -> None:
        self.version_id = version_id
        self.of: Settings = api.settings_of(version_id=version_id)
        self.signing = SigningKey.generate()
        self.message = blindrsa.prepared(ballot.token_message(self.of.poll, bytes(self.signing.verify_key)))
        self.blinded = blindrsa.blind(self.of.signs_tokens, self.message)
        self.token = b""

    def unblind(self, signature: bytes) -> None:
        """Make the token of what the city signed blind."""
        self.token = blindrsa.finalize(self.of.signs_tokens, self.message, signature, self.blinded)

    def get_token(self, party_id: UUID) -> None:
        """Ask the door for the token."""
        self.unblind(api.token(version_id=self.version_id, party_id=party_id, blinded=self.blinded.message))

    def ballot(self, answers: Mapping[str, Any], *, number: int = 1) -> Ballot:
        """A ballot."""
        made = Ballot(
            poll=self.of.poll,
            key=bytes(self.signing.verify_key),
            prefix=self.message[: blindrsa.PREFIX],
            token=self.token,
            number=number,
            sealed=ballot.seal(self.of, answers),
        )
        return ballot.signed(made, self.signing)

    def cast(self, answers: Mapping[str, Any], *, number: int = 1) -> bytes:
        """Cast a ballot at the door. Returns its hash."""
        return api.cast(content=ballot.written(self.ballot(answers, number=number)))


def voted(version_id: UUID, party_id: UUID, answers: Mapping[str, Any]) -> Device:
    """Somebody who got a token and voted."""
    device = Device(version_id)
    device.get_token(party_id)
    device.cast(answers)
    return device
