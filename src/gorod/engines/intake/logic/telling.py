"""Telling residents what became of what they said."""

from __future__ import annotations

import re
from uuid import UUID

from gorod.engines.messages import api as messages
from gorod.records.facts import api as facts
from gorod.records.registers.data import Dispute


def dispute_answered(dispute: Dispute) -> None:
    """Whoever said that a fact is wrong reads the owner's answer; when it was said for them, the person it is about."""
    signed = re.fullmatch(r"resident ([0-9a-f-]{36})", dispute.by)
    told = UUID(signed[1]) if signed else dispute.party_id
    words = facts.describe(names=[dispute.fact], language=messages.language_of(party_id=told))
    messages.tell(
        party_id=told,
        key=f"dispute:{dispute.dispute_id}",
        kind="dispute_answered",
        service="",
        about=f"dispute:{dispute.dispute_id}",
        values={"fact": words[dispute.fact], "text": dispute.answer},
    )
