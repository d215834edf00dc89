"""What officials decide: whether something is shown, and what the city answers. Whoever refused does not judge the objection."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from gorod.engines.messages import api as messages
from gorod.engines.proposals import models
from gorod.engines.proposals.data import DISCUSS_DAYS, WORDS, Reason, Stage, State, What
from gorod.engines.proposals.logic import rules
from gorod.engines.proposals.logic.sending import Judged, locked, note, tell, written
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from gorod.records.ledger import api as ledger
from gorod.records.officials.data import Official, Role

WAITING = (State.WAITS, State.OBJECTED)


def agency_of(official: Official) -> str:
    """The agency for which somebody judges. Raises Forbidden for who answers for none."""
    agencies = sorted(official.agencies(Role.SUPERVISOR))
    if not agencies:
        raise Forbidden("only a supervisor judges proposals", remedy="ask for the appointment")
    return agencies[0]


def waiting(official: Official, about_id: UUID) -> Judged:
    """What this official may judge now, locked. Raises Forbidden, NotFound, Conflict, Refused."""
    agency_of(official)
    row = locked(about_id)
    if row.state not in WAITING:
        raise Conflict("it was decided a moment ago", remedy="look at the queue", why="decided")
    if is_yours(row, official):
        raise Refused("nobody judges an objection to their own decision", remedy="a colleague does", why="own")
    return row


def is_yours(row: Judged, official: Official) -> bool:
    """Whether it is an objection to what this official decided."""
    return row.state == State.OBJECTED and row.refused_by == official.official_id


def let_through(official: Official, row: Judged) -> None:
    """Show it; a proposal is discussed from now on."""
    objected = row.state == State.OBJECTED
    row.state, row.state_at = State.SHOWN, clock.now()
    if isinstance(row, models.Proposal):
        row.stage, row.last_day = Stage.DISCUSS, clock.today() + timedelta(days=DISCUSS_DAYS)
    row.save()
    entry = _decided(official, row, What.LET_THROUGH)
    if isinstance(row, models.Proposal):
        tell(row, str(entry.id), "proposal_shown", {"title": row.title, "until": row.last_day})
    elif objected:  # of a comment that is simply shown nobody need be told
        tell(row, str(entry.id), "comment_shown", {"title": _title_of(row)})


def refuse(official: Official, row: Judged, reasons: Collection[Reason], words: str, same_as: UUID | None) -> None:
    """Do not show it, for these reasons. Raises BadInput."""
    words = written(words, WORDS)
    if not reasons:
        raise BadInput("no reason is named", remedy="choose one of the published list")
    if (Reason.SAME in reasons) != (same_as is not None):
        raise BadInput("the same as which proposal?", remedy="name it, and only then", why="same")
    if same_as is not None:
        _must_be_another(row, same_as)
    row.state, row.state_at, row.refused_by = State.REFUSED, clock.now(), official.official_id
    row.save()
    listed = [reason for reason in Reason if reason in reasons]
    entry = _decided(official, row, What.REFUSED, listed, words, same_as)
    said = rules.sentences(listed, messages.language_of(party_id=row.party_id))
    kind = "proposal_refused" if isinstance(row, models.Proposal) else "comment_refused"
    tell(row, str(entry.id), kind, {"title": _title_of(row), "reasons": said, "text": words})


def _must_be_another(row: Judged, same_as: UUID) -> None:
    seen = models.Proposal.objects.filter(id=same_as, state=State.SHOWN).exclude(id=row.id)
    if not isinstance(row, models.Proposal) or not seen.exists():
        raise BadInput("there is no such proposal to be seen", remedy="name one that everybody sees", why="same")


def answer(official: Official, proposal_id: UUID, taken_up: bool, words: str, follows: str) -> None:
    """What the city says to an assessed proposal. Raises NotFound, Conflict, BadInput."""
    agency, row = agency_of(official), locked(proposal_id)
    if not isinstance(row, models.Proposal):
        raise NotFound(f"no proposal {proposal_id}", remedy="check the address")
    if row.stage != Stage.ASSESSED:
        raise Conflict("it does not wait for an answer", remedy="look at the queue", why="decided")
    row.stage, row.taken_up, row.answer, row.answer_agency = Stage.ANSWERED, taken_up, written(words, WORDS), agency
    row.follows = written(follows, WORDS) if follows.strip() and taken_up else ""
    row.answered_at = clock.now()
    row.save()
    entry = note(row, What.ANSWERED, official_id=official.official_id, agency=agency, words=row.answer)
    kind = "proposal_taken_up" if taken_up else "proposal_not_taken_up"
    tell(row, str(entry.id), kind, {"title": row.title, "text": row.answer, "follows": row.follows})


def _decided(
    official: Official,
    row: Judged,
    what: What,
    reasons: Collection[Reason] = (),
    words: str = "",
    same_as: UUID | None = None,
) -> models.Entry:
    """Keep a decision for its author, and commit to it, with what was decided on, in the ledger."""
    agency = agency_of(official)
    codes = [reason.value for reason in reasons]
    content = {
        "decision": what,
        "at": clock.now(),
        "agency": agency,
        "reasons": codes,
        "words": words,
        "same_as": same_as,
        "title": _title_of(row),
        "text": row.text,
    }
    proof = ledger.commit(party_id=row.party_id, about=row.id, kind="moderation", content=content)
    who = {"official_id": official.official_id, "agency": agency}
    return note(row, what, reasons=codes, words=words, same_as=same_as, proof=proof, **who)


def _title_of(row: Judged) -> str:
    """The title of a proposal, or of the one that a comment is about."""
    if isinstance(row, models.Proposal):
        return row.title
    return models.Proposal.objects.values_list("title", flat=True).get(id=row.proposal_id)
