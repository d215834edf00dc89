"""The door of proposals. Days are dates of the city, moments are UTC.

A refusal says in `extra["why"]` what is in the way: `limit` (as many as anybody may send), `over` (the stage is), `once` (one may
object once), `own` (a colleague judges an objection), `decided` (somebody was faster), `same` (which proposal?), `state` (it has
changed since one looked).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from gorod.engines.proposals import models
from gorod.engines.proposals.data import (
    COMMENT,
    Assessed,
    Comment,
    Entry,
    Proposal,
    Reason,
    Stage,
    State,
    Waiting,
    What,
)
from gorod.engines.proposals.logic import judging, rows, rules, sending, stages
from gorod.kernel import clock
from gorod.kernel.errors import NotFound, Refused
from gorod.records.ledger import api as ledger
from gorod.records.ledger.data import Opening
from gorod.records.officials.data import Official

PUBLIC = (What.LET_THROUGH, What.ASSESS, What.ASSESSED, What.ANSWERED)  # what everybody sees of a history


# --- residents


def suggest(
    *, party_id: UUID, key: str, title: str, text: str, district: str = "", language: str, named: bool = False
) -> Proposal:
    """Suggest something to the city, in a district or (empty) the whole of it; it waits to be judged. The same `key` is the same
    proposal. `named`: their given name is shown. Raises BadInput, Refused at OPEN_AT_ONCE open ones."""
    with transaction.atomic():
        party_id = sending.alone(party_id)
        row = models.Proposal.objects.filter(party_id=party_id, key=key).first()
        if row is None:
            sending.must_be_few_open(party_id)
            said = sending.fields(title, text, district)
            row = models.Proposal(party_id=party_id, key=key, language=language, named=named, **said)
            sending.send(row)
        return rows.proposals([row], rows.ids_of(party_id))[0]


def change(*, party_id: UUID, proposal_id: UUID, title: str, text: str, district: str = "", named: bool) -> None:
    """Change a refused proposal of one's own and send it again. Raises NotFound, BadInput, Refused."""
    with transaction.atomic():
        party_id = sending.alone(party_id)
        row = sending.own(party_id, proposal_id)
        if not isinstance(row, models.Proposal):
            raise NotFound(f"no proposal {proposal_id}", remedy="check the address")
        _must_be_refused(row)
        sending.must_be_few_open(party_id)
        row.named = named
        for name, value in sending.fields(title, text, district).items():
            setattr(row, name, value)
        sending.send(row)


def comment(*, party_id: UUID, proposal_id: UUID, key: str, text: str, language: str, named: bool = False) -> Comment:
    """Say something to a proposal that is discussed; it waits to be judged. The same `key` is the same comment. Raises NotFound,
    BadInput, Refused when the discussion is over or at COMMENTS_A_DAY."""
    with transaction.atomic():
        party_id = sending.alone(party_id)
        row = models.Comment.objects.filter(party_id=party_id, key=key).first()
        if row is None:
            sending.must_run(sending.shown(proposal_id), Stage.DISCUSS)
            sending.must_be_few_today(party_id)
            said = sending.written(text, COMMENT)
            row = models.Comment(
                party_id=party_id, proposal_id=proposal_id, key=key, text=said, language=language, named=named
            )
            sending.send(row)
        return rows.comments([row], rows.ids_of(party_id))[0]


def change_comment(*, party_id: UUID, comment_id: UUID, text: str, named: bool) -> None:
    """Change a refused comment of one's own and send it again, while the discussion runs. Raises as `comment`."""
    with transaction.atomic():
        party_id = sending.alone(party_id)
        row = sending.own(party_id, comment_id)
        if not isinstance(row, models.Comment):
            raise NotFound(f"no comment {comment_id}", remedy="check the address")
        _must_be_refused(row)
        sending.must_run(sending.shown(row.proposal_id), Stage.DISCUSS)
        sending.must_be_few_today(party_id)
        row.text, row.named = sending.written(text, COMMENT), named
        sending.send(row)


def _must_be_refused(row: models.Proposal | models.Comment) -> None:
    if row.state != State.REFUSED:
        raise Refused("only what was refused is changed", remedy="load the page anew", why="state")


def object_to(*, party_id: UUID, about_id: UUID, words: str) -> None:
    """Object to a refusal of one's own proposal or comment, once: another official decides. Raises NotFound, BadInput, Refused."""
    with transaction.atomic():
        sending.object_to(sending.own(party_id, about_id), words)


def withdraw(*, party_id: UUID, about_id: UUID) -> None:
    """Take back one's own comment, or one's own proposal before it is assessed; twice is once. Raises NotFound, Refused."""
    with transaction.atomic():
        sending.withdraw(sending.own(party_id, about_id))


def assess(*, party_id: UUID, proposal_id: UUID, agrees: bool) -> None:
    """Be for or against a proposal; until the end one may change it, and the last word counts. Raises NotFound, Refused outside the
    stage."""
    with transaction.atomic():
        kept = rows.ids_of(party_id)[0]
        sending.must_run(sending.shown(proposal_id), Stage.ASSESS)
        models.Assessment.objects.update_or_create(
            party_id=kept, proposal_id=proposal_id, defaults={"agrees": agrees, "at": clock.now()}
        )


# --- officials


def waiting(*, official: Official, limit: int) -> list[Waiting]:
    """Proposals and comments that wait to be judged, the longest waiting first; it names no author. Raises Forbidden."""
    judging.agency_of(official)
    suggested = models.Proposal.objects.filter(state__in=judging.WAITING).order_by("state_at")[:limit]
    said = models.Comment.objects.filter(state__in=judging.WAITING).exclude(
        proposal_id__in=models.Proposal.objects.filter(state=State.WITHDRAWN).values("id")
    )
    found: list[models.Proposal | models.Comment] = [*suggested, *said.order_by("state_at")[:limit]]
    return [_waiting(official, row) for row in sorted(found, key=lambda row: row.state_at)[:limit]]


def one_waiting(*, official: Official, about_id: UUID) -> tuple[Waiting, list[Entry]]:
    """One of them, with what happened to it so far. Raises Forbidden, NotFound when it does not wait."""
    judging.agency_of(official)
    row = sending.found(about_id)
    if row.state not in judging.WAITING:
        raise NotFound(f"{about_id} does not wait", remedy="look at the queue")
    return _waiting(official, row), _entries(row)


def let_through(*, official: Official, about_id: UUID) -> None:
    """Show a proposal, which is discussed from now on, or a comment. Its author is told, the decision stands in the ledger. Raises
    Forbidden, NotFound, Conflict, Refused for an objection to one's own decision."""
    with transaction.atomic():
        judging.let_through(official, judging.waiting(official, about_id))


def refuse(
    *, official: Official, about_id: UUID, reasons: Collection[Reason], words: str, same_as: UUID | None = None
) -> None:
    """Do not show it, for reasons of the published list and with some words; `same_as` is the proposal that it is the same as. Its
    author is told, the decision stands in the ledger. Raises BadInput, and as `let_through`."""
    with transaction.atomic():
        judging.refuse(official, judging.waiting(official, about_id), reasons, words, same_as)


def unanswered(*, official: Official, limit: int) -> list[Proposal]:
    """Proposals that were assessed and wait for the city's answer, oldest first. Raises Forbidden."""
    judging.agency_of(official)
    found = models.Proposal.objects.filter(state=State.SHOWN, stage=Stage.ASSESSED).order_by("id")
    return rows.proposals(list(found[:limit]), ())


def answer(*, official: Official, proposal_id: UUID, taken_up: bool, words: str, follows: str = "") -> None:
    """Say to an assessed proposal whether it is taken up, why, and what follows; everybody sees it. Raises Forbidden, NotFound,
    Conflict, BadInput."""
    with transaction.atomic():
        judging.answer(official, proposal_id, taken_up, words, follows)


# --- everybody


def rules_in_words(*, language: str) -> Mapping[Reason, str]:
    """The published rules: what is not shown, in a language."""
    return rules.in_words(language)


def proposals(
    *,
    stages: Collection[Stage],
    district: str | None = None,
    words: str = "",
    limit: int,
    before: UUID | None = None,
    viewer: UUID | None = None,
) -> list[Proposal]:
    """Those that everybody sees in these stages, newest first, of those before one (a page of them). `district`: its code, empty
    for the whole city, None for all; `words`: each stands in it somewhere. `viewer`: the resident who asks."""
    found = models.Proposal.objects.filter(state=State.SHOWN, stage__in=stages).order_by("-id")
    if district is not None:
        found = found.filter(district=district)
    for word in sending.searched(words).split():
        found = found.filter(words__contains=word)
    if before is not None:
        found = found.filter(id__lt=before)
    return rows.proposals(list(found[:limit]), rows.ids_of(viewer))


def proposal(*, proposal_id: UUID, viewer: UUID | None = None) -> Proposal:
    """One that everybody sees, or one of the viewer's own. Raises NotFound."""
    row, mine = models.Proposal.objects.filter(id=proposal_id).first(), rows.ids_of(viewer)
    if row is None or (row.state != State.SHOWN and row.party_id not in mine):
        raise NotFound(f"no proposal {proposal_id}", remedy="check the address")
    return rows.proposals([row], mine)[0]


def comments(*, proposal_id: UUID, limit: int, before: UUID | None = None, viewer: UUID | None = None) -> list[Comment]:
    """Those of a proposal that everybody sees, newest first, of those before one (a page of them)."""
    found = models.Comment.objects.filter(proposal_id=proposal_id, state=State.SHOWN).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    return rows.comments(list(found[:limit]), rows.ids_of(viewer))


def history(*, about_id: UUID, viewer: UUID | None = None) -> list[Entry]:
    """What happened to a proposal or a comment, oldest first: everything for its author, for everybody else how it moved on, once
    it is shown. Raises NotFound."""
    row = sending.found(about_id)
    if row.party_id in rows.ids_of(viewer):
        return _entries(row)
    if row.state != State.SHOWN:
        raise NotFound(f"nothing has the id {about_id}", remedy="check the address")
    return [entry for entry in _entries(row) if entry.what in PUBLIC]


def own(*, party_id: UUID, about_id: UUID) -> Proposal | Comment:
    """One of a resident's own, however it stands. Raises NotFound."""
    row, mine = sending.found(about_id), rows.ids_of(party_id)
    if row.party_id not in mine:
        raise NotFound(f"nothing of yours has the id {about_id}", remedy="check the address")
    if isinstance(row, models.Proposal):
        return rows.proposals([row], mine)[0]
    return rows.comments([row], mine)[0]


def opening(*, party_id: UUID, entry_id: UUID) -> Opening:
    """What the ledger hides about a decision on something of a resident's own. Raises NotFound."""
    mine = rows.ids_of(party_id)
    row = models.Entry.objects.filter(id=entry_id, party_id__in=mine, proof__isnull=False).first()
    if row is None:
        raise NotFound(f"no decision {entry_id} on anything of yours", remedy="check the address")
    found = ledger.openings(party_id=row.party_id, about=row.about_id)
    return next(one for one in found if one.entry_id == row.proof)


def own_proposals(*, party_id: UUID) -> list[Proposal]:
    """A resident's own, newest first, however they stand."""
    mine = rows.ids_of(party_id)
    return rows.proposals(list(models.Proposal.objects.filter(party_id__in=mine).order_by("-id")), mine)


def own_comments(*, party_id: UUID) -> list[Comment]:
    """A resident's own, newest first, however they stand."""
    mine = rows.ids_of(party_id)
    return rows.comments(list(models.Comment.objects.filter(party_id__in=mine).order_by("-id")), mine)


def own_assessments(*, party_id: UUID) -> list[Assessed]:
    """How a resident assessed proposals, oldest first."""
    found = models.Assessment.objects.filter(party_id__in=rows.ids_of(party_id)).order_by("at")
    return [Assessed(proposal_id=row.proposal_id, agrees=row.agrees, at=row.at) for row in found]


def move_stages() -> int:
    """Move on every proposal whose stage is over. Returns how many; a second time it is none."""
    return stages.move_all()


def _entries(row: models.Proposal | models.Comment) -> list[Entry]:
    found = models.Entry.objects.filter(party_id=row.party_id, about_id=row.id).order_by("id")
    return [rows.entry(one) for one in found]


def _waiting(official: Official, row: models.Proposal | models.Comment) -> Waiting:
    about = row if isinstance(row, models.Proposal) else models.Proposal.objects.get(id=row.proposal_id)
    return Waiting(
        about_id=row.id,
        comment=isinstance(row, models.Comment),
        title=about.title,
        text=row.text,
        district=about.district,
        language=row.language,
        since=row.state_at,
        objected=row.state == State.OBJECTED,
        yours=judging.is_yours(row, official),
    )
