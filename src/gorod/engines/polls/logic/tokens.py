"""The right to vote, used once: for a token that is signed without being seen, or for a paper."""

from __future__ import annotations

import secrets as random
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction

from gorod.engines.polls import models
from gorod.engines.polls.data import Channel
from gorod.engines.polls.logic import eligibility, lifecycle, secrets
from gorod.engines.polls.logic.signing import BlindSigner
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, Forbidden, NotFound
from gorod.records.ledger import api as ledger
from gorod.verify.polls import entries
from gorod.verify.receipt import commitment

SALT = 32  # bytes


def issue(version_id: UUID, *, party_id: UUID, blinded: bytes, district: str) -> bytes:
    """The blind signature of what a person's device has blinded; of the same again the same, of anything else none."""
    signature = _signer(version_id).sign(blinded)
    digest = sha256(blinded).digest()
    try:
        _use(version_id, party_id, Channel.DEVICE, digest, district)
    except Conflict:
        known = models.Issued.objects.get(version_id=version_id, party_id=party_id)
        if known.blinded is None or bytes(known.blinded) != digest:
            raise
    return signature


def give_paper(version_id: UUID, *, party_id: UUID, district: str, office: str, by: str) -> None:
    """Use a person's right for a paper that a clerk hands out."""
    _use(version_id, party_id, Channel.PAPER, None, district, office=office, by=by)


def _use(
    version_id: UUID,
    party_id: UUID,
    channel: Channel,
    blinded: bytes | None,
    district: str,
    *,
    office: str = "",
    by: str = "",
) -> None:
    if models.Issued.objects.filter(version_id=version_id, party_id=party_id).exists():
        raise _used()
    row = models.Version.objects.select_related("poll").filter(id=version_id).first()
    if row is None or row.as_of is None or row.known_at is None or row.settings is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    allowed, home = eligibility.may_take_part(
        row.rule,
        party_id=party_id,
        district=district,
        as_of=row.as_of,
        known_at=row.known_at,
        title=next(iter(row.poll.title.values())),
    )
    if not allowed:
        raise Forbidden(
            "this poll is for others, by what the registers knew when it was announced",
            remedy="the rule is on the poll's page; a wrong fact can be disputed on the page of what is known of you",
        )
    salt = random.token_bytes(SALT)
    holder = commitment(kind="poll.holder", content={"poll": str(version_id), "party": str(party_id)}, salt=salt)
    kind = entries.TOKEN if channel is Channel.DEVICE else entries.RIGHT
    said = {"blinded": blinded.hex()} if blinded else {"office": office}
    try:
        with transaction.atomic():
            lifecycle.take_part(version_id)
            entry_id = ledger.declare(
                kind=kind,
                content={"poll": str(version_id), **said, "holder": holder.hex()},
                about=lifecycle.tokens_of(version_id),
            )
            models.Issued.objects.create(
                version_id=version_id,
                party_id=party_id,
                channel=channel,
                blinded=blinded,
                salt=salt,
                entry_id=entry_id,
                district=home,
                office=office,
                by=by,
                day=clock.today(),
            )
    except IntegrityError:
        raise _used() from None


def _used() -> Conflict:
    return Conflict(
        "you have used your right to vote in this poll",
        remedy="vote with the token on the device that got it, or from its backup; it is never issued again",
    )


@lru_cache(maxsize=200)
def _signer(version_id: UUID) -> BlindSigner:
    row = models.Version.objects.filter(id=version_id).first()
    if row is None or row.token_secret is None:
        raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
    return BlindSigner(secrets.shown_rsa(row.token_secret))
