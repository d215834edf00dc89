"""Papers from the boxes of offices: entered by clerks after the closing, counted apart."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from gorod.engines.polls import models
from gorod.engines.polls.data import Channel, State
from gorod.engines.polls.logic import casting
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.records.ledger import api as ledger
from gorod.verify.polls import answers as given
from gorod.verify.polls import entries


def enter(version_id: UUID, *, office: str, number: int, answers: Mapping[str, object]) -> None:
    """Put a paper on the ledger."""
    said = given.check(casting.settings_of(version_id), dict(answers))
    with transaction.atomic():
        row = models.Version.objects.select_for_update(no_key=True).filter(id=version_id).first()
        if row is None:
            raise NotFound(f"no poll {version_id}", remedy="see the list of polls")
        if row.state != State.CLOSED or row.papers_done:
            raise Conflict("papers are entered between the closing and the count", remedy="see on the poll's page")
        out = models.Issued.objects.filter(version_id=version_id, channel=Channel.PAPER, office=office).count()
        if not 1 <= number <= out:
            raise Refused(
                f"{office} has given out {out} papers, and this is number {number}", remedy="count the papers again"
            )
        ledger.declare(
            kind=entries.PAPER,
            content={"poll": str(version_id), "office": office, "number": number, "answers": said},
            about=version_id,
            once=f"{entries.PAPER}:{version_id}:{office}:{number}"[:200],
        )
