"""Voters by the thousand. Whoever has a poll's key can make a token without blinding anything; it is the same token."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from nacl.signing import SigningKey

from gorod.kernel.blindrsa import PADDING, PREFIX, prepared
from gorod.verify.polls import ballot, settings
from gorod.verify.polls.ballot import Ballot
from gorod.verify.polls.settings import Settings

AT_ONCE = 500
OPENS_S = 60.0


def open_poll() -> tuple[UUID, RSAPrivateKey]:
    """A poll of the running city that takes votes, and the key that signs its tokens. Its ledger must be kept meanwhile."""
    from gorod.engines.polls import api as polls
    from gorod.engines.polls.data import State
    from gorod.engines.polls.logic.secrets import shown_rsa
    from gorod.engines.polls.models import Version
    from gorod.engines.polls.tests.factories import announced, draft

    version_id = announced(draft(rule="age_years >= 18"))
    end = time.monotonic() + OPENS_S
    while polls.version(version_id=version_id).state is not State.OPEN:
        if time.monotonic() > end:
            raise TimeoutError("the poll did not open; see the ledger's log")
        time.sleep(0.1)
        polls.go_on()
    secret = Version.objects.get(id=version_id).token_secret
    assert secret is not None
    return version_id, shown_rsa(secret)


def residents(count: int) -> list[UUID]:
    """Adults of the running city."""
    from gorod.engines.dues import api as dues
    from gorod.records.facts import api as facts
    from gorod.records.parties import api as parties

    found: list[UUID] = []
    after = None
    while len(found) < count:
        some = parties.residents_after(party_id=after, limit=5_000)
        after = some[-1]
        known = facts.values(people=some, names=["age_years", "deceased"], purpose="benchmark", reader=dues.PLATFORM)
        found += [one for one in some if (known[one]["age_years"] or 0) >= 18 and known[one]["deceased"] is False]
    return found[:count]


def ballots(version_id: UUID, key: RSAPrivateKey, count: int) -> list[dict[str, Any]]:
    """Ballots of so many voters of a poll in the running city."""
    from gorod.engines.polls import api as polls

    return list(made(polls.settings_of(version_id=version_id), key, count))


def made(of: Settings, key: RSAPrivateKey, count: int) -> Iterator[dict[str, Any]]:
    """Ballots of so many voters, as JSON, made by all processors."""
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sizes = [min(AT_ONCE, count - start) for start in range(0, count, AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        yield from chain.from_iterable(pool.map(partial(_some, settings.written(of), secret), sizes))


def _some(content: dict[str, Any], secret: bytes, count: int) -> list[dict[str, Any]]:
    of, key = settings.read(content), load_der_private_key(secret, password=None)
    assert isinstance(key, RSAPrivateKey)
    return [ballot.written(_one(of, key, number)) for number in range(count)]


def _one(of: Settings, key: RSAPrivateKey, number: int) -> Ballot:
    signing = SigningKey.generate()
    public = bytes(signing.verify_key)
    message = prepared(ballot.token_message(of.poll, public))
    cast = Ballot(
        poll=of.poll,
        key=public,
        prefix=message[:PREFIX],
        token=key.sign(message, PADDING, SHA384()),
        number=1,
        sealed=ballot.seal(of, {"q1": ("park", "market")[number % 2]}),
    )
    return ballot.signed(cast, signing)
