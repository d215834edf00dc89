"""What a poll writes into the ledger, in this order: that it is opened, with its settings; tokens issued, ballots, rights to vote
on paper that were used; that it is closed, with the key, or the key later; papers; the city's own count.

Each entry is the canonical JSON of `kind` and `content`, and `content` names the `poll`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gorod.verify.polls.ballot import BALLOT

OPENED = "poll.opened"  # settings, as `settings.written`
TOKEN = "poll.token"  # `blinded`: SHA-256 of what was signed; `holder`: a salted commitment to whom  # noqa: S105  no secret
RIGHT = "poll.right"  # a right to a token was used up for a paper ballot: `office`
CLOSED = "poll.closed"  # `key`: the poll's secret key, or null: its trustees bring it
KEY = "poll.key"  # `key`, when trustees have brought it
PAPER = "poll.paper"  # `office`, `number` of the paper there, `answers`
RESULT = "poll.result"  # `result`, as `audit.Audit.result`
KINDS = frozenset({OPENED, TOKEN, BALLOT, RIGHT, CLOSED, KEY, PAPER, RESULT})


@dataclass(frozen=True, kw_only=True)
class PollEntry:
    """An entry that says it is of a poll."""

    index: int
    kind: str
    content: dict[str, Any]


def read(index: int, entry: bytes) -> PollEntry | None:
    """An entry of the log, if it is one of a poll."""
    if b'"poll' not in entry:
        return None
    try:
        said = json.loads(entry)
        kind, content = said["kind"], said["content"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if kind not in KINDS or not isinstance(content, dict):
        return None
    return PollEntry(index=index, kind=kind, content=content)
