"""Taking a ballot: whose it is, nobody here knows."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from gorod.engines.polls import models
from gorod.engines.polls.logic import lifecycle
from gorod.kernel.errors import BadInput, Conflict, NotFound
from gorod.kernel.merkle import api as merkle
from gorod.records.ledger import api as ledger
from gorod.verify.polls import ballot, settings
from gorod.verify.polls.ballot import BALLOT, Ballot
from gorod.verify.polls.settings import Settings
from gorod.verify.receipt import clear_entry


def cast(content: object) -> bytes:
    """Take a ballot into the ledger. Returns its hash there; of the same ballot again the same."""
    found = ballot.read(content)
    version_id = _number(found.poll)
    fixed = settings_of(version_id)
    ballot.check(found, fixed)
    if not ballot.is_padded(found, fixed):
        raise BadInput("its answers are not padded as the poll says", remedy="vote on the poll's page")
    said = ballot.written(found)
    leaf = merkle.leaf_hash(clear_entry(kind=BALLOT, content=said))
    try:
        with transaction.atomic():
            lifecycle.take_part(version_id)
            ledger.declare(kind=BALLOT, content=said, about=lifecycle.ballots_of(version_id), once=_once(found))
    except Conflict:
        if not ledger.has(once=_once(found), leaf=leaf):
            raise Conflict(
                f"ballot {found.number} of this token was cast before, with other answers",
                remedy="cast the next one, if the poll allows it",
            ) from None
    return leaf


def _once(found: Ballot) -> str:
    return f"{BALLOT}:{found.poll}:{sha256(found.key).hexdigest()}:{found.number}"


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("this is no ballot of a poll here", remedy="vote on the poll's page") from None


@lru_cache(maxsize=200)
def settings_of(version_id: UUID) -> Settings:
    """What is fixed of a version; it never changes. Raises NotFound before it is announced."""
    row = models.Version.objects.filter(id=version_id).first()
    if row is None or row.settings is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    return settings.read(row.settings)
