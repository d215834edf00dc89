"""Residents with proposals, and officials who judge them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import UUID

from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Message
from gorod.engines.proposals import api
from gorod.engines.proposals.data import Comment, Proposal
from gorod.records.officials.data import Official, Role
from gorod.records.officials.tests.factories import official
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

_keys = count()
STAGE = timedelta(days=15)  # from somewhere in its first day to the day after its last


def resident(name: str = "Anna") -> UUID:
    return parties.create(names=Names(given_name=name, family_name="Ivanova"), language="en")


def moderator(agency: str = "agency") -> Official:
    return official(Role.SUPERVISOR, agency)


def suggest(party_id: UUID, title: str = "A bench", *, text: str = "In the yard.", **more: object) -> Proposal:
    said = {"key": f"key {next(_keys)}", "language": "en", **more}
    return api.suggest(party_id=party_id, title=title, text=text, **said)  # type: ignore[arg-type]


def discussed(party_id: UUID | None = None, title: str = "A bench", **more: object) -> Proposal:
    made = suggest(party_id or resident(), title, **more)
    api.let_through(official=moderator(), about_id=made.proposal_id)
    return api.proposal(proposal_id=made.proposal_id)


def comment(party_id: UUID, proposal: Proposal, text: str = "Yes, please.", **more: object) -> Comment:
    said = {"key": f"key {next(_keys)}", "language": "en", **more}
    return api.comment(party_id=party_id, proposal_id=proposal.proposal_id, text=text, **said)  # type: ignore[arg-type]


def told(party_id: UUID) -> list[Message]:
    return messages.inbox(party_id=party_id)


def kinds(party_id: UUID) -> list[str]:
    return [message.kind for message in told(party_id)]
